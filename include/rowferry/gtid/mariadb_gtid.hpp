// One global transaction identifier of MariaDB.
#pragma once

#include <compare>
#include <cstdint>
#include <rowferry/base/error.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// `domain-server-seq`. Within a domain transactions are ordered; `server_id` is where one was first executed.
struct MariadbGtid {
  std::uint32_t domain = 0;
  std::uint32_t server_id = 0;
  std::uint64_t seq = 0; ///< from 1
  auto operator<=>(const MariadbGtid&) const = default;

  static Result<MariadbGtid> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

} // namespace rowferry
