// A column's value as text: for topics, keys, headers and the outbox payload, and the base of the JSON encoders.
#pragma once

#include <cstdint>
#include <rowferry/base/output.hpp>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/schema/table_schema.hpp>

namespace rowferry {

/// What a column's bytes mean, as far as writing them is concerned.
enum class ValueKind : std::uint8_t {
  number,   ///< integers, FLOAT, DOUBLE, BIT: write_scalar() gives a JSON number
  year,     ///< write_scalar() gives "0000" or "2024"
  decimal,  ///< write_scalar() gives all digits of the declared scale
  temporal, ///< write_scalar() gives the text that the server prints; TIMESTAMP in UTC
  address,  ///< MariaDB's INET4, INET6, UUID: write_scalar() gives the text that the server prints
  enum_,
  set,
  text,   ///< in the column's character set; an unknown one is taken for UTF-8
  binary, ///< BINARY, VARBINARY, BLOB, CHARACTER SET binary
  json,
  geometry,
  vector,
  compressed, ///< MariaDB's COMPRESSED: text or bytes, see uncompressed()
  unknown,    ///< no value of this type can be read
};
ValueKind value_kind(const Column& column) noexcept;

inline constexpr std::size_t kMaxScalarChars = 80;
/// Kinds number to address: writes the text at p, with room for kMaxScalarChars, and returns its end; null when the
/// bytes are no value of the type. The cell is a value.
char* write_scalar(char* p, const Column& column, const binlog::Cell& cell) noexcept;

/// The bytes (1 to 8) as an unsigned number: the index of an ENUM, the bits of a SET.
std::uint64_t load_bits(const binlog::Cell& cell) noexcept;

/// Zero bytes that BINARY(n) lost at its end in the log; 0 for every other type.
std::size_t missing_zeros(const Column& column, const binlog::Cell& cell) noexcept;

enum class ValueStatus : std::uint8_t {
  ok,
  not_text, ///< bytes that are invalid in the column's character set; nothing was appended
  corrupt,  ///< bytes that are no value of the column's type; nothing was appended
};

/// Appends the value as the server's SELECT shows it, in UTF-8: integers with their sign, DECIMAL with all digits,
/// temporals as printed (TIMESTAMP in UTC, "2024-02-29T12:34:56Z"), ENUM and SET labels, JSON as the server prints it.
/// Binary types, GEOMETRY and VECTOR as their raw bytes, BINARY padded to its length. BIT as a number. An ENUM or SET
/// whose labels the log does not hold is its number. The cell is a value.
ValueStatus append_value_text(Output& out, const Column& column, const binlog::Cell& cell);

/// As above, but for what must be printable (topic, key, header): BINARY(16), and VARBINARY(16) that holds 16 bytes, as
/// a UUID, other binary as hex (CONTRACT section 5).
ValueStatus append_printable(Output& out, const Column& column, const binlog::Cell& cell);

/// Bytes in the column's character set as UTF-8. False: they are invalid in it; nothing was appended.
bool append_text(Output& out, const Column& column, Bytes bytes);

/// What a COMPRESSED column holds, as a cell of the column without compression: valid until the next call on this
/// thread. Absent: it is damaged. The cell is a value.
binlog::Cell uncompressed(const binlog::Cell& cell);
/// The bytes of a value as the column's type has them: those of the cell, or what a COMPRESSED column holds. Views as
/// above.
Bytes stored_bytes(const Column& column, const binlog::Cell& cell);

/// True for columns whose bytes are the text that append_value_text() gives, where they are text at all.
bool is_stored_as_text(const Column& column) noexcept;

/// True for the types whose value is bytes and not text (BINARY, VARBINARY, BLOB, CHARACTER SET binary).
bool is_binary(const Column& column) noexcept;

} // namespace rowferry
