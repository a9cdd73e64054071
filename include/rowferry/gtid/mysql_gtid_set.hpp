// A set of MySQL GTIDs: text as the server prints it, bytes as the replication protocol carries them, set algebra.
#pragma once

#include <cstdint>
#include <map>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/gtid/mysql_gtid.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowferry {

/// Half open: [begin, end).
struct GnoInterval {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  auto operator<=>(const GnoInterval&) const = default;
};

/// Value type. Per (uuid, tag) the intervals are sorted, disjoint and not adjacent, never empty. add() of the next gno
/// of a uuid is O(log uuids); binary operations are linear in the intervals.
class MysqlGtidSet {
 public:
  using Key = std::pair<Uuid, Tag>;

  /// `uuid:1-150:tagx:1:mytag:1-2,uuid2:…`; white space and newlines around parts, empty parts and unordered or
  /// overlapping intervals are accepted, as the server does.
  static Result<MysqlGtidSet> parse(std::string_view text);
  /// Canonical, one line: as the server prints `@@gtid_executed` without its newlines.
  [[nodiscard]] std::string text() const;

  /// Body of PREVIOUS_GTIDS and data of COM_BINLOG_DUMP_GTID, untagged or tagged form (PROTOCOL.md 1.3).
  static Result<MysqlGtidSet> decode(Bytes bytes);
  /// Untagged form unless a tag is in the set.
  [[nodiscard]] std::vector<std::uint8_t> encode() const;

  void add(const MysqlGtid& gtid);
  void add(const Uuid& uuid, const Tag& tag, GnoInterval interval);
  void add(const MysqlGtidSet& other);
  void subtract(const MysqlGtidSet& other);
  [[nodiscard]] MysqlGtidSet intersection(const MysqlGtidSet& other) const;

  [[nodiscard]] bool contains(const MysqlGtid& gtid) const;
  /// True when every GTID of `other` is in this set (GTID_SUBSET(other, this)).
  [[nodiscard]] bool contains(const MysqlGtidSet& other) const;
  [[nodiscard]] bool empty() const noexcept { return intervals_.empty(); }
  /// Number of GTIDs.
  [[nodiscard]] std::uint64_t count() const noexcept;
  bool operator==(const MysqlGtidSet&) const = default;

  [[nodiscard]] const std::map<Key, std::vector<GnoInterval>>& intervals() const noexcept { return intervals_; }

 private:
  std::map<Key, std::vector<GnoInterval>> intervals_;
};

} // namespace rowferry
