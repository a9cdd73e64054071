#include "change/prepared_groups.hpp"

#include <algorithm>

namespace rowferry {

Result<XaRows*> PreparedGroups::keep(std::unique_ptr<XaRows> rows) {
  drop(rows->prepared.xid);
  const std::size_t left = kMemory - std::min(kMemory, memory_);
  if (auto sealed = rows->seal(std::min(left, Spool::kMemory)); !sealed) return fail(std::move(sealed.error()));
  memory_ += rows->memory();
  XaRows* const kept = rows.get();
  groups_.emplace(kept->prepared.xid, std::move(rows));
  return kept;
}

XaRows* PreparedGroups::find(const Xid& xid) noexcept {
  const auto found = groups_.find(xid);
  return found == groups_.end() ? nullptr : found->second.get();
}

void PreparedGroups::drop(const Xid& xid) {
  const auto found = groups_.find(xid);
  if (found == groups_.end()) return;
  found->second->release();
  memory_ -= std::min(memory_, found->second->memory());
  groups_.erase(found);
}

} // namespace rowferry
