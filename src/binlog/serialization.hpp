// Integers of mysql::serialization: mysql-server libs/mysql/serialization/readme.md.
#pragma once

#include <bit>
#include <cstdint>
#include <rowferry/base/bytes.hpp>

namespace rowferry::binlog {

/// The trailing one bits of the first byte count the bytes that follow; the value stands above them and a zero bit.
/// With eight of them the value is the next 8 bytes alone.
inline std::uint64_t read_varint(ByteReader& in) noexcept {
  const std::uint8_t first = in.u8();
  const auto more = static_cast<unsigned>(std::countr_one(first));
  if (more == 8) return in.u64();
  std::uint64_t value = first >> (more + 1);
  const Bytes rest = in.bytes(more);
  for (unsigned i = 0; i < rest.size(); ++i) value |= std::uint64_t{rest[i]} << (8 * (i + 1) - (more + 1));
  return value;
}

/// Zigzag: the lowest bit is the sign.
inline std::int64_t read_signed_varint(ByteReader& in) noexcept {
  const std::uint64_t coded = read_varint(in);
  const auto magnitude = static_cast<std::int64_t>(coded >> 1);
  return (coded & 1) != 0 ? -magnitude - 1 : magnitude;
}

} // namespace rowferry::binlog
