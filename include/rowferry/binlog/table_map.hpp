// TABLE_MAP: the physical shape of the rows that follow (PROTOCOL.md 2.4), and its optional metadata cut into fields.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/control_events.hpp>
#include <string_view>
#include <vector>

namespace rowferry::binlog {

inline constexpr std::size_t kMaxColumns = 65535; ///< of a table or a row; the server's own limit is 4096

/// Views borrow from the event's body.
struct TableMap {
  std::uint64_t table_id = 0;
  std::uint16_t flags = 0;
  std::string_view database;
  std::string_view table;
  Bytes types;    ///< one byte a column
  Bytes metadata; ///< type-dependent bytes, see make_row_layout
  Bytes nullable; ///< one bit a column, LSB first
  Bytes optional; ///< TLVs of binlog_row_metadata; may be empty
  Bytes shape;    ///< everything behind table_id and flags: equal bytes, equal shape
  [[nodiscard]] std::size_t column_count() const noexcept { return types.size(); }
};
Result<TableMap> decode_table_map(const FormatDescription& format, Bytes body);
/// Bytes of the table id in front of TABLE_MAP and rows events: 6; 4 where the format says that the whole post-header
/// has 6 (5.0 and early 5.1).
inline std::size_t table_id_size(const FormatDescription& format, EventType type) noexcept {
  return format.post_header_length(type) == 6 ? 4 : 6;
}
/// The table id alone, for looking a map up without decoding it. Nothing: the body is too short.
inline std::optional<std::uint64_t> decode_table_id(const FormatDescription& format, EventType type,
                                                    Bytes body) noexcept {
  const std::size_t size = table_id_size(format, type);
  if (body.size() < size) return std::nullopt;
  return size == 4 ? load_le<4>(body.data()) : load_le<6>(body.data());
}
/// The same of a TABLE_MAP, and TableMap::shape, which is empty where the body is too short for one.
struct TableShape {
  std::uint64_t table_id = 0;
  Bytes shape;
};
inline TableShape peek_table_shape(const FormatDescription& format, Bytes body) noexcept {
  const std::size_t front = table_id_size(format, EventType::table_map) + 2; // flags
  if (body.size() <= front) return {};
  return {*decode_table_id(format, EventType::table_map, body), body.subspan(front)};
}

enum class ColumnType : std::uint8_t {
  decimal = 0,
  tiny = 1,
  short_ = 2,
  long_ = 3,
  float_ = 4,
  double_ = 5,
  null = 6,
  timestamp = 7,
  longlong = 8,
  int24 = 9,
  date = 10,
  time = 11,
  datetime = 12,
  year = 13,
  newdate = 14,
  varchar = 15,
  bit = 16,
  timestamp2 = 17,
  datetime2 = 18,
  time2 = 19,
  typed_array = 20,
  mariadb_blob_compressed = 140,
  mariadb_varchar_compressed = 141,
  vector = 242,
  json = 245,
  newdecimal = 246,
  enum_ = 247,
  set = 248,
  tiny_blob = 249,
  medium_blob = 250,
  long_blob = 251,
  blob = 252,
  var_string = 253,
  string = 254,
  geometry = 255,
};
/// The manual's name ("NEWDECIMAL"), or "type 99".
std::string column_type_name(ColumnType type);

/// How to find the bytes of one value: `fixed` has `width` bytes, the others a little-endian length of so many bytes.
enum class ColumnEncoding : std::uint8_t { fixed, length1, length2, length3, length4 };

/// One column's physical form. STRING is resolved to its real type (STRING, ENUM or SET).
struct ColumnLayout {
  ColumnType type = ColumnType::null;
  ColumnEncoding encoding = ColumnEncoding::fixed;
  bool nullable = true;
  std::uint32_t width = 0; ///< bytes of a fixed value
  /// By type: max octets of character types (BINARY pads to it), pack length of ENUM/SET/BLOB/JSON/GEOMETRY, fsp of the
  /// fractional temporals (of the old ones where a schema says it), bits of BIT, precision << 8 | scale of NEWDECIMAL.
  std::uint32_t meta = 0;
};

/// Physical form of all columns; fails for a type we do not know (naming column and type), or metadata that is too
/// short.
Result<std::vector<ColumnLayout>> make_row_layout(const TableMap& map);

/// The TLVs of TableMap::optional; views borrow. A TLV of an unknown kind is skipped; one that is cut short fails.
struct OptionalMetadata {
  struct CharsetDefault {
    bool present = false;
    std::uint32_t collation = 0;
    /// Index among the columns of that class, and collation.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> exceptions;
  };
  Bytes signedness; ///< one bit a numeric column (YEAR is one, BIT is not), MSB first, 1 = unsigned
  bool has_signedness = false;
  CharsetDefault default_charset;             ///< over character columns
  std::vector<std::uint32_t> column_charsets; ///< one a character column
  CharsetDefault enum_set_default_charset;    ///< over ENUM and SET columns
  std::vector<std::uint32_t> enum_set_column_charsets;
  std::vector<std::string_view> column_names;
  std::vector<std::vector<std::string_view>> set_labels; ///< one list a SET column, bytes in the column's charset
  std::vector<std::vector<std::string_view>> enum_labels;
  std::vector<std::uint32_t> geometry_types;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> primary_key; ///< column index, prefix in characters (0 = whole)
  Bytes visibility; ///< one bit a column, MSB first, 1 = visible; empty: all visible
  std::vector<std::uint32_t> vector_dimensions;
};
Result<OptionalMetadata> decode_optional_metadata(Bytes tlvs, std::size_t column_count);

} // namespace rowferry::binlog
