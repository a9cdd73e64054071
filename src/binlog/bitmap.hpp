// Bitmaps of columns, LSB first, as rows events have them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <rowferry/base/bytes.hpp>

namespace rowferry::binlog {

inline bool bit(const std::uint8_t* bitmap, std::size_t i) noexcept { return (bitmap[i / 8] >> (i % 8) & 1) != 0; }

/// Bits set among the first `columns`: the padding behind them is 1 or 0 as the server likes.
inline std::uint32_t count_present(Bytes bitmap, std::size_t columns) noexcept {
  std::uint32_t count = 0;
  for (const std::uint8_t byte : bitmap) {
    const std::uint32_t valid = columns >= 8 ? 0xff : (1U << columns) - 1;
    count += static_cast<std::uint32_t>(std::popcount(byte & valid));
    columns -= std::min<std::size_t>(columns, 8);
  }
  return count;
}

} // namespace rowferry::binlog
