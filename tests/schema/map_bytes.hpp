// TABLE_MAP bodies for tests: of real servers, and made by hand.
#pragma once

#include <charconv>
#include <cstdint>
#include <rowferry/binlog/table_map.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "binlog/builders.hpp"

namespace rowferry::test {

/// One table of many types, with columns id, t, y, f, b, d, i, l, u, x, bl, bn, c, e, s, e2, j, g, v (MySQL: a vector)
/// or g2 (MariaDB: a line), dt, ts, hidden; e is in latin1, s in utf16. Its key is (u(5), id).
inline constexpr std::string_view kMysqlFull =
    "5f0000000000010008685f76616c756573000a65766572797468696e67001608010d0410f6030f0ffcfcfefefefefef5fff21211031a040101"
    "0a"
    "02140050000202fe03ee00f701f801f7010404040306fefe3f0101b8030b08fcff00363f3ffcff003f0701010d010304370269640174017901"
    "66"
    "016201640169016c0175017802626c02626e016301650173026532016a01670176026474027473066869646465"
    "6e0b050836fcff000507020220ac020062060b020268e9017802017001710904080500000c03fffff8";
inline constexpr std::string_view kMysqlMinimal =
    "600000000000010008685f76616c756573000a65766572797468696e67001608010d0410f6030f0ffcfcfefefefefef5fff21211031a040101"
    "0a"
    "02140050000202fe03ee00f701f801f7010404040306fefe3f0101b8030b08fcff00363f3ffcff003f0701010d0103";
inline constexpr std::string_view kMariadbFull =
    "150000000000010008685f76616c756573000a65766572797468696e67001608010d0410f6030f0ffcfcfefefefefefcffff1211031a040101"
    "0a"
    "02140050000202fe03ee00f701f801f7010404040306fefe3f0101b80309082d363f3f2d2e3f3f07020102043802"
    "6964017401790166016201640169016c0175017802626c02626e016301650173026532016a01670267320264740274730668696464656e0b03"
    "08"
    "362d0507020220ac020062060b020268e901780201700171090408050000";
inline constexpr std::string_view kMariadbNoLog =
    "170000000000010008685f76616c756573000a65766572797468696e67001608010d0410f6030f0ffcfcfefefefefefcffff1211031a040101"
    "0a"
    "02140050000202fe03ee00f701f801f7010404040306fefe3f";

inline std::vector<std::uint8_t> bytes_of_hex(std::string_view hex) {
  std::vector<std::uint8_t> bytes(hex.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) std::from_chars(&hex[2 * i], &hex[2 * i] + 2, bytes[i], 16);
  return bytes;
}

/// Post-header lengths of MySQL 5.1 and later.
inline binlog::FormatDescription modern_format() {
  binlog::FormatDescription format;
  format.post_header_lengths.assign(42, 8);
  return format;
}

/// A TABLE_MAP and the bytes that it borrows from.
class OwnedMap {
 public:
  explicit OwnedMap(std::vector<std::uint8_t> body)
      : body_(std::move(body)), map_(binlog::decode_table_map(modern_format(), Bytes(body_)).value()) {}
  explicit OwnedMap(std::string_view hex) : OwnedMap(bytes_of_hex(hex)) {}
  explicit OwnedMap(const TableMapSpec& spec) : OwnedMap(std::vector<std::uint8_t>(table_map_body(spec))) {}
  OwnedMap(const OwnedMap&) = delete;
  OwnedMap& operator=(const OwnedMap&) = delete;

  [[nodiscard]] const binlog::TableMap& get() const noexcept { return map_; }

 private:
  std::vector<std::uint8_t> body_;
  binlog::TableMap map_;
};

} // namespace rowferry::test
