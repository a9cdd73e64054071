// Stored bytes of one value to the text that the server prints (PROTOCOL.md 3). All write at p and return the end; the
// caller gives room for the stated number of characters. A null return means that the bytes are not a valid value.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>

namespace rowferry::binlog {

/// Bytes of NEWDECIMAL(precision, scale).
std::uint32_t decimal_size(unsigned precision, unsigned scale) noexcept;
/// All digits of the declared scale, as the server prints it ("-0.50"). Room: precision + 3. `bytes` has decimal_size().
char* write_decimal(char* p, const std::uint8_t* bytes, unsigned precision, unsigned scale) noexcept;

/// BIT(n), big-endian, 1 to 8 bytes.
std::uint64_t decode_bit(Bytes bytes) noexcept;

inline constexpr std::size_t kMaxTemporalChars = 40;
/// "2024-02-29", "0000-00-00", "2024-00-00". 3 bytes.
char* write_date(char* p, const std::uint8_t* bytes) noexcept;
/// "-838:59:59.000000". TIME2(fsp): 3 + (fsp+1)/2 bytes.
char* write_time2(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept;
/// "2024-02-29 12:34:56.789". DATETIME2(fsp): 5 + (fsp+1)/2 bytes.
char* write_datetime2(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept;
/// "2024-02-29T12:34:56.789Z"; the zero value "0000-00-00 00:00:00.000". TIMESTAMP2(fsp): 4 + (fsp+1)/2 bytes.
char* write_timestamp2_utc(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept;
/// Old TIME, DATETIME and TIMESTAMP (before 5.6), no fraction.
char* write_old_time(char* p, const std::uint8_t* bytes) noexcept;
char* write_old_datetime(char* p, const std::uint8_t* bytes) noexcept;
char* write_old_timestamp_utc(char* p, const std::uint8_t* bytes) noexcept;

/// Appends a binary JSON document as the server prints it (`{"a": 1, "b": [1.50, "x"]}`). Zero bytes are JSON null.
/// Follows offsets, refuses cycles and depths over 100 levels (the server's own limit), never reads past the bytes.
/// False: not a valid document; what was appended is then to be discarded.
bool append_json_text(Output& out, Bytes document);
/// True when the document is the JSON literal null (also zero bytes).
bool is_json_null(Bytes document) noexcept;

}  // namespace rowferry::binlog
