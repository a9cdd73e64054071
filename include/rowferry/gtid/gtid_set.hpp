// A set of GTIDs, of either family of servers.
#pragma once

#include <rowferry/base/error.hpp>
#include <rowferry/gtid/gtid.hpp>
#include <rowferry/gtid/mariadb_gtid_set.hpp>
#include <rowferry/gtid/mysql_gtid_set.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// Value type: MySQL's set beside MariaDB's, of which one is empty wherever a server is asked. An empty set is of no
/// family; operations work on each half by itself.
class GtidSet {
 public:
  GtidSet() = default;
  GtidSet(MysqlGtidSet set) : mysql_(std::move(set)) {}     // NOLINT(google-explicit-constructor): either is a set
  GtidSet(MariadbGtidSet set) : mariadb_(std::move(set)) {} // NOLINT(google-explicit-constructor)

  /// The text of either family; MySQL's has colons.
  static Result<GtidSet> parse(std::string_view text);
  /// Canonical, one line.
  [[nodiscard]] std::string text() const;

  /// The transaction that follows in the log.
  void add(const Gtid& gtid);
  /// Those of the source of `gtid` with these numbers, which follow one another in the log.
  void add(const Gtid& gtid, GnoInterval numbers);
  void add(const GtidSet& other);
  void subtract(const GtidSet& other);
  [[nodiscard]] GtidSet intersection(const GtidSet& other) const;

  [[nodiscard]] bool contains(const Gtid& gtid) const;
  /// True when every GTID of `other` is in this set.
  [[nodiscard]] bool contains(const GtidSet& other) const;
  [[nodiscard]] bool empty() const noexcept { return mysql_.empty() && mariadb_.empty(); }
  bool operator==(const GtidSet&) const = default;

  [[nodiscard]] const MysqlGtidSet& mysql() const noexcept { return mysql_; }
  [[nodiscard]] const MariadbGtidSet& mariadb() const noexcept { return mariadb_; }

 private:
  MysqlGtidSet mysql_;
  MariadbGtidSet mariadb_;
};

/// What `from` has and `what` lacks.
[[nodiscard]] GtidSet difference(GtidSet from, const GtidSet& what);

} // namespace rowferry
