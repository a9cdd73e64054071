// CRC-32 as zlib and the binary log's checksums have it.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>

namespace rowferry::binlog {

/// CRC of `bytes`, continued from `crc`, the CRC of what stood before them.
std::uint32_t crc32(Bytes bytes, std::uint32_t crc = 0) noexcept;

} // namespace rowferry::binlog
