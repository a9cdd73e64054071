#include "change/past_groups.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowferry {

void PastGroups::begin(LookBack from) {
  from_ = std::move(from);
  domains_.clear();
  active_ = !from_.awaited.empty();
  if (!active_ || !from_.by_gtid) return;
  const MariadbGtidSet& asked = from_.awaited.front().before.mariadb();
  for (const MariadbGtid& last : from_.delivered.executed.mariadb().gtids()) {
    if (asked.of_domain(last.domain) != last) domains_.push_back(last);
  }
}

bool PastGroups::awaits(const Xid& xid) const noexcept {
  return std::ranges::any_of(from_.awaited, [&](const PreparedXa& each) { return each.xid == xid; });
}

bool PastGroups::lies_before(std::string_view file, std::uint64_t offset) const noexcept {
  const auto order = compare_binlog_files(file, from_.delivered.at.file);
  return order < 0 || (order == 0 && offset < from_.delivered.at.offset);
}

// In a domain of MariaDB what follows the last one is new, whatever its number.
bool PastGroups::is_past(const Group& group) {
  if (!from_.by_gtid) return lies_before(group.file(), group.offset());
  if (!group.gtid()) return false;
  const MariadbGtid* const gtid = group.gtid()->mariadb();
  if (gtid == nullptr) return from_.delivered.executed.contains(*group.gtid());
  const auto last = std::ranges::find(domains_, gtid->domain, &MariadbGtid::domain);
  if (last == domains_.end()) return false;
  const bool past = gtid->seq <= last->seq;
  if (!past || *gtid == *last) domains_.erase(last);
  settle();
  return past;
}

Result<PastGroups::Verdict> PastGroups::judge(const Group& group) {
  if (!is_past(group)) {
    if (from_.by_gtid) return Verdict::read;
    if (auto ended = reached(); !ended) return fail(std::move(ended.error()));
    return Verdict::read;
  }
  const bool awaited = std::ranges::any_of(
      from_.awaited, [&](const PreparedXa& each) { return each.is(group.gtid(), group.file(), group.offset()); });
  return awaited ? Verdict::reread : Verdict::pass;
}

Result<void> PastGroups::moved(std::string_view file, std::uint64_t offset) {
  if (from_.by_gtid || lies_before(file, offset)) return {};
  return reached();
}

void PastGroups::arrived(const Group& group) {
  std::erase_if(from_.awaited,
                [&](const PreparedXa& each) { return each.is(group.gtid(), group.file(), group.offset()); });
  settle();
}

void PastGroups::settle() noexcept {
  if (from_.by_gtid) active_ = !from_.awaited.empty() || !domains_.empty();
}

Result<void> PastGroups::reached() {
  if (!from_.awaited.empty()) {
    return fail(
        Error::data(fmt::format("the {}, is not in the log where the checkpoint says: its rows cannot be sent; "
                                "`rowferry position set` to the position that "
                                "`rowferry position show` prints goes on without it",
                                from_.awaited.front().described())));
  }
  active_ = false;
  return {};
}

} // namespace rowferry
