// Prepared XA transactions that wait for their outcome.
#pragma once

#include <map>
#include <memory>

#include "change/xa_rows.hpp"

namespace rowferry {

/// Every one, also those without rows of captured tables. What they hold in memory together is bounded. One thread.
class PreparedGroups {
 public:
  static constexpr std::size_t kMemory = 16 * 1024 * 1024;

  /// Replaces one of the same XID: an outcome that was not logged must have come in between. Valid until drop().
  Result<XaRows*> keep(std::unique_ptr<XaRows> rows);
  /// Null: none of that name.
  [[nodiscard]] XaRows* find(const Xid& xid) noexcept;
  void drop(const Xid& xid);
  [[nodiscard]] const std::map<Xid, std::unique_ptr<XaRows>>& all() const noexcept { return groups_; }

 private:
  std::map<Xid, std::unique_ptr<XaRows>> groups_;
  std::size_t memory_ = 0; ///< what each held when it was kept
};

} // namespace rowferry
