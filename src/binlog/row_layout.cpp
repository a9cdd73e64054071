#include <fmt/format.h>

#include <optional>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/binlog/values.hpp>

namespace rowferry::binlog {
namespace {

// Each of these reads one column's metadata and returns nothing when it makes no sense; one that is cut short is seen
// by the reader.

using Layout = std::optional<ColumnLayout>;

Layout fixed(ColumnType type, std::uint32_t width, std::uint32_t meta = 0) {
  return ColumnLayout{.type = type, .encoding = ColumnEncoding::fixed, .width = width, .meta = meta};
}

/// A length of `length_bytes` in front of the value.
Layout prefixed(ColumnType type, std::uint32_t length_bytes, std::uint32_t meta) {
  if (length_bytes < 1 || length_bytes > 4) return std::nullopt;
  return ColumnLayout{.type = type, .encoding = static_cast<ColumnEncoding>(length_bytes), .width = 0, .meta = meta};
}

Layout characters(ColumnType type, std::uint32_t max_octets) {
  return prefixed(type, max_octets > 255 ? 2 : 1, max_octets);
}

Layout blob(ColumnType type, ByteReader& metadata) {
  const std::uint8_t length_bytes = metadata.u8();
  return prefixed(type, length_bytes, length_bytes);
}

Layout floating(ColumnType type, std::uint8_t width, ByteReader& metadata) {
  return metadata.u8() == width ? fixed(type, width) : std::nullopt;
}

Layout newdecimal(ByteReader& metadata) {
  const std::uint32_t precision = metadata.u8();
  const std::uint32_t scale = metadata.u8();
  if (precision < 1 || precision > 65 || scale > precision) return std::nullopt;
  return fixed(ColumnType::newdecimal, decimal_size(precision, scale), precision << 8 | scale);
}

Layout bit(ByteReader& metadata) {
  const std::uint32_t odd_bits = metadata.u8();
  const std::uint32_t bits = metadata.u8() * 8U + odd_bits;
  if (odd_bits > 7 || bits < 1 || bits > 64) return std::nullopt;
  return fixed(ColumnType::bit, (bits + 7) / 8, bits);
}

Layout fractional(ColumnType type, std::uint32_t whole_bytes, ByteReader& metadata) {
  const std::uint32_t fsp = metadata.u8();
  if (fsp > 6) return std::nullopt;
  return fixed(type, whole_bytes + (fsp + 1) / 2, fsp);
}

/// The first byte is the real type; CHAR longer than 255 bytes hides two more bits of its length in there, inverted.
Layout string(ByteReader& metadata) {
  const std::uint32_t first = metadata.u8();
  const std::uint32_t second = metadata.u8();
  const auto real = static_cast<ColumnType>(first | 0x30);
  const std::uint32_t high_bits = (first & 0x30) ^ 0x30;
  if (real == ColumnType::string) return characters(real, second | high_bits << 4);
  if (high_bits != 0) return std::nullopt;
  if (real == ColumnType::enum_ && second >= 1 && second <= 2) return fixed(real, second, second);
  if (real == ColumnType::set && second >= 1 && second <= 8) return fixed(real, second, second);
  return std::nullopt;
}

/// A hidden column of a multi-valued index: the element's type and that type's metadata; the value is a JSON array.
Layout typed_array(ByteReader& metadata) {
  const auto element = static_cast<ColumnType>(metadata.u8());
  switch (element) {
    case ColumnType::varchar:
      metadata.skip(3);
      break;
    case ColumnType::newdecimal:
    case ColumnType::bit:
    case ColumnType::string:
      metadata.skip(2);
      break;
    case ColumnType::float_:
    case ColumnType::double_:
    case ColumnType::json:
    case ColumnType::time2:
    case ColumnType::datetime2:
    case ColumnType::timestamp2:
      metadata.skip(1);
      break;
    default:
      break;
  }
  return prefixed(ColumnType::typed_array, 4, 4);
}

Layout column_layout(ColumnType type, ByteReader& metadata) {
  switch (type) {
    case ColumnType::tiny:
    case ColumnType::year:
      return fixed(type, 1);
    case ColumnType::short_:
      return fixed(type, 2);
    case ColumnType::int24:
    case ColumnType::date:
    case ColumnType::newdate:
    case ColumnType::time:
      return fixed(type, 3);
    case ColumnType::long_:
    case ColumnType::timestamp:
      return fixed(type, 4);
    case ColumnType::longlong:
    case ColumnType::datetime:
      return fixed(type, 8);
    case ColumnType::null:
      return fixed(type, 0);
    case ColumnType::float_:
      return floating(type, 4, metadata);
    case ColumnType::double_:
      return floating(type, 8, metadata);
    case ColumnType::newdecimal:
      return newdecimal(metadata);
    case ColumnType::bit:
      return bit(metadata);
    case ColumnType::timestamp2:
      return fractional(type, 4, metadata);
    case ColumnType::datetime2:
      return fractional(type, 5, metadata);
    case ColumnType::time2:
      return fractional(type, 3, metadata);
    case ColumnType::varchar:
    case ColumnType::var_string:
    case ColumnType::mariadb_varchar_compressed:
      return characters(type, metadata.u16());
    case ColumnType::enum_:
    case ColumnType::set:
    case ColumnType::string:
      return string(metadata);
    case ColumnType::tiny_blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
    case ColumnType::blob:
    case ColumnType::json:
    case ColumnType::geometry:
    case ColumnType::vector:
    case ColumnType::mariadb_blob_compressed:
      return blob(type, metadata);
    case ColumnType::typed_array:
      return typed_array(metadata);
    case ColumnType::decimal:
      return std::nullopt;
  }
  return std::nullopt;
}

} // namespace

Result<std::vector<ColumnLayout>> make_row_layout(const TableMap& map) {
  std::vector<ColumnLayout> layout;
  layout.reserve(map.column_count());
  ByteReader metadata(map.metadata);
  for (std::size_t i = 0; i < map.column_count(); ++i) {
    const auto type = static_cast<ColumnType>(map.types[i]);
    Layout column = column_layout(type, metadata);
    if (!metadata.ok()) {
      return fail(Error::data(fmt::format("metadata of the {} columns of table {}.{} is cut short at column {} ({})",
                                          map.column_count(), map.database, map.table, i + 1, column_type_name(type))));
    }
    if (!column) {
      return fail(
          Error::data(fmt::format("column {} of table {}.{} is {}, which is not supported, or not with its metadata",
                                  i + 1, map.database, map.table, column_type_name(type))));
    }
    column->nullable = (map.nullable[i / 8] >> (i % 8) & 1) != 0;
    layout.push_back(*column);
  }
  return layout;
}

} // namespace rowferry::binlog
