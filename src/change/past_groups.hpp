// Which groups were handed out before, where reading begins further back than that.
#pragma once

#include <rowferry/change/change_reader.hpp>
#include <vector>

#include "change/group.hpp"

namespace rowferry {

/// One thread. Active from begin() until what was handed out before is passed.
class PastGroups {
 public:
  enum class Verdict : std::uint8_t {
    read,   ///< it was not handed out yet
    reread, ///< it prepared a transaction that is awaited: its rows are needed, and nothing else of it
    pass,
  };

  void begin(LookBack from);
  [[nodiscard]] bool active() const noexcept { return active_; }
  [[nodiscard]] const std::vector<PreparedXa>& awaited() const noexcept { return from_.awaited; }
  [[nodiscard]] bool awaits(const Xid& xid) const noexcept;

  /// A group began. Fails when a prepared transaction did not come where it was.
  Result<Verdict> judge(const Group& group);
  /// The position moved between two groups. Fails as judge().
  Result<void> moved(std::string_view file, std::uint64_t offset);
  /// What prepared it was read again.
  void arrived(const Group& group);

 private:
  [[nodiscard]] bool is_past(const Group& group);
  [[nodiscard]] bool lies_before(std::string_view file, std::uint64_t offset) const noexcept;
  Result<void> reached();
  void settle() noexcept;

  LookBack from_;
  bool active_ = false;
  /// Asked by GTID of MariaDB: where each domain had come to that is not there again yet.
  std::vector<MariadbGtid> domains_;
};

} // namespace rowferry
