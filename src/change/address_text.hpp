// Values whose stored bytes are an address or an identifier: UUID, INET4 and INET6.
#pragma once

#include <cstdint>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/schema/table_schema.hpp>

namespace rowferry {

inline constexpr std::size_t kUuidBytes = 16;
inline constexpr std::size_t kUuidChars = 36;

/// Bytes of BINARY(size) with the zeros that the log left out.
void fill_padded(std::uint8_t* bytes, std::size_t size, const binlog::Cell& cell) noexcept;

/// As MariaDB prints it, at p with room for kMaxScalarChars; the end, or null when the bytes are none.
char* write_address(char* p, const Column& column, const binlog::Cell& cell) noexcept;

} // namespace rowferry
