// Stored bytes of one value to the text that the server prints (PROTOCOL.md 3). Writers write at p and return the end;
// the caller gives room for the stated number of characters. A null return means that the bytes are not a valid value;
// what was written at p is then to be ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>
#include <rowferry/binlog/table_map.hpp>

namespace rowferry::binlog {

/// Bytes of NEWDECIMAL(precision, scale). 0 when there is no such type: scale > precision, or no digits at all.
std::uint32_t decimal_size(unsigned precision, unsigned scale) noexcept;
/// All digits of the declared scale, as the server prints it ("-0.50"). Room: precision + 11. `bytes` has
/// decimal_size() bytes, which is not 0.
char* write_decimal(char* p, const std::uint8_t* bytes, unsigned precision, unsigned scale) noexcept;

/// BIT(n): big-endian, 1 to 8 bytes (of more, the last 8 count).
std::uint64_t decode_bit(Bytes bytes) noexcept;

inline constexpr unsigned kMaxFsp = 6;               ///< digits of a second's fraction; the writers refuse more
inline constexpr std::size_t kMaxTemporalChars = 40; ///< room that every temporal writer may use
/// "2024-02-29", "0000-00-00", "2024-00-00". 3 bytes.
char* write_date(char* p, const std::uint8_t* bytes) noexcept;
/// "-838:59:59.000000". TIME2(fsp): 3 + (fsp+1)/2 bytes.
char* write_time2(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept;
/// "2024-02-29 12:34:56.789". DATETIME2(fsp): 5 + (fsp+1)/2 bytes.
char* write_datetime2(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept;
/// "2024-02-29T12:34:56.789Z"; the zero value "0000-00-00 00:00:00.000". TIMESTAMP2(fsp): 4 + (fsp+1)/2 bytes.
char* write_timestamp2_utc(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept;
/// Old TIME (3 bytes), DATETIME (8) and TIMESTAMP (4), before 5.6: no fraction; otherwise as above.
char* write_old_time(char* p, const std::uint8_t* bytes) noexcept;
char* write_old_datetime(char* p, const std::uint8_t* bytes) noexcept;
char* write_old_timestamp_utc(char* p, const std::uint8_t* bytes) noexcept;
/// Bytes of the same three types with a fraction in MariaDB's own format of before 10.1 (mysql56_temporal_format=OFF),
/// which the log does not tell from the old ones; for fsp 0 those of the old types. 0 for other types and digits.
std::uint32_t hires_size(ColumnType type, unsigned fsp) noexcept;
/// Text as above, of 1 to 6 digits; reads hires_size() bytes.
char* write_hires(char* p, ColumnType type, const std::uint8_t* bytes, unsigned fsp) noexcept;

/// The value of a COMPRESSED column of MariaDB: a view of `stored`, or of a buffer of this thread that the next call
/// reuses. Nothing: it is damaged. Room is taken for what the bytes can really hold, whatever they claim.
std::optional<Bytes> uncompress_column(Bytes stored);

/// Appends a binary JSON document as the server prints it (`{"a": 1, "b": [1.50, "x"]}`), with one difference: the line
/// breaks that the server puts raw into the base64 text of a long opaque value are escaped (`\n`), so that the result
/// is always JSON. Zero bytes are JSON null. Follows offsets; refuses what no server writes: more than 100 levels (its
/// own limit), parts that overlap (so the work is linear in the document's size), strings that are not UTF-8. False:
/// not a valid document; what was appended is then to be discarded.
bool append_json_text(Output& out, Bytes document);
/// True when the document is the JSON literal null (also zero bytes).
bool is_json_null(Bytes document) noexcept;

} // namespace rowferry::binlog
