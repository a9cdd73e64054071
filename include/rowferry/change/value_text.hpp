// A column's value as text: for topics, keys, headers and the outbox payload, and the base of the JSON encoders.
#pragma once

#include <cstdint>
#include <rowferry/base/output.hpp>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/schema/table_schema.hpp>

namespace rowferry {

enum class ValueStatus : std::uint8_t {
  ok,
  not_text,  ///< bytes that are invalid in the column's character set; nothing was appended
  corrupt,   ///< bytes that are no value of the column's type; nothing was appended
};

/// Appends the value as the server's SELECT shows it, in UTF-8: integers with their sign, DECIMAL with all digits, temporals
/// as printed (TIMESTAMP in UTC, "2024-02-29T12:34:56Z"), ENUM and SET labels, JSON as the server prints it. Binary types
/// as their raw bytes, BINARY padded to its length. BIT as a number. The cell is a value.
ValueStatus append_value_text(Output& out, const Column& column, const binlog::Cell& cell);

/// As above, but for what must be printable (topic, key, header): BINARY(16) and VARBINARY of 16 bytes as a UUID, other binary as
/// hex (CONTRACT section 5).
ValueStatus append_printable(Output& out, const Column& column, const binlog::Cell& cell);

/// True for the types whose value is bytes and not text (BINARY, VARBINARY, BLOB, CHARACTER SET binary).
bool is_binary(const Column& column) noexcept;

}  // namespace rowferry
