// A transaction's identifier, of either family of servers.
#pragma once

#include <compare>
#include <cstdint>
#include <rowferry/base/error.hpp>
#include <rowferry/gtid/mariadb_gtid.hpp>
#include <rowferry/gtid/mysql_gtid.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace rowferry {

/// Copied without allocation. Its source (uuid and tag, or domain and server) numbers its transactions.
class Gtid {
 public:
  static constexpr std::size_t kMaxChars = 36 + 1 + Tag::kMaxLength + 1 + 20;

  Gtid() = default;
  Gtid(const MysqlGtid& gtid) noexcept : gtid_(gtid) {}   // NOLINT(google-explicit-constructor): either is a GTID
  Gtid(const MariadbGtid& gtid) noexcept : gtid_(gtid) {} // NOLINT(google-explicit-constructor)

  /// Either form: MySQL's has colons, MariaDB's dashes only.
  static Result<Gtid> parse(std::string_view text);
  /// `uuid:n`, `uuid:tag:n` (uuid in lower case), `domain-server-n`.
  [[nodiscard]] std::string text() const;
  /// The same at p, with room for kMaxChars; returns its end.
  char* write_text(char* p) const noexcept;
  /// Its beginning, which is the same for all of a source: what is left are the digits of number().
  char* write_source(char* p) const noexcept;

  /// Null when it is of the other family.
  [[nodiscard]] const MysqlGtid* mysql() const noexcept { return std::get_if<MysqlGtid>(&gtid_); }
  [[nodiscard]] const MariadbGtid* mariadb() const noexcept { return std::get_if<MariadbGtid>(&gtid_); }

  [[nodiscard]] std::uint64_t number() const noexcept { return mysql() != nullptr ? mysql()->gno : mariadb()->seq; }
  /// Another number of the same source.
  [[nodiscard]] Gtid numbered(std::uint64_t number) const noexcept;
  [[nodiscard]] bool same_source(const Gtid& other) const noexcept;

  auto operator<=>(const Gtid&) const = default;

 private:
  std::variant<MysqlGtid, MariadbGtid> gtid_;
};

} // namespace rowferry
