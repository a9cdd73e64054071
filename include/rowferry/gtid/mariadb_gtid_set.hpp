// How far each of MariaDB's replication domains has come: gtid_slave_pos, gtid_binlog_pos, gtid_current_pos.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/gtid/mariadb_gtid.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// Value type. One GTID a domain: it and everything before it in that domain. So the set operations compare sequence
/// numbers, as the server does where it checks a replica's position; they are exact when numbers rise within a domain
/// (gtid_strict_mode). Numbers may have gaps, so nothing can be counted.
class MariadbGtidSet {
 public:
  /// `0-1-100,1-2-7`: gtid_slave_pos and its kin, white space around parts and empty parts accepted. Two GTIDs of one
  /// domain are refused, as the server does.
  static Result<MariadbGtidSet> parse(std::string_view text);
  /// gtid_binlog_state: several servers a domain, of which the highest number counts.
  static Result<MariadbGtidSet> parse_state(std::string_view text);
  /// In the order of the domains, without spaces: as the server prints gtid_current_pos.
  [[nodiscard]] std::string text() const;

  /// The transaction that follows in the log: its domain has come to it, even if its number is lower than the last.
  void add(const MariadbGtid& gtid);
  /// Union: of each domain the higher number.
  void add(const MariadbGtidSet& other);
  /// Leaves the domains in which `other` has not come as far, with this set's GTID.
  void subtract(const MariadbGtidSet& other);
  /// Of each domain that both have the lower number.
  [[nodiscard]] MariadbGtidSet intersection(const MariadbGtidSet& other) const;

  /// Whether its domain has come to that number or further, whichever server wrote it.
  [[nodiscard]] bool contains(const MariadbGtid& gtid) const noexcept;
  /// Whether every domain of `other` has come as far.
  [[nodiscard]] bool contains(const MariadbGtidSet& other) const noexcept;
  [[nodiscard]] std::optional<MariadbGtid> of_domain(std::uint32_t domain) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return last_.empty(); }
  bool operator==(const MariadbGtidSet&) const = default;

  /// One a domain, in the order of the domains.
  [[nodiscard]] const std::vector<MariadbGtid>& gtids() const noexcept { return last_; }

 private:
  std::vector<MariadbGtid> last_;
};

} // namespace rowferry
