#include <fmt/format.h>

#include <rowferry/binlog/table_map.hpp>

namespace rowferry::binlog {
namespace {

// mysql-server libs/mysql/binlog/event/rows_event.h, Optional_metadata_field_type.
enum class Field : std::uint8_t {
  signedness = 1,
  default_charset = 2,
  column_charset = 3,
  column_name = 4,
  set_labels = 5,
  enum_labels = 6,
  geometry_type = 7,
  simple_primary_key = 8,
  primary_key_with_prefix = 9,
  enum_and_set_default_charset = 10,
  enum_and_set_column_charset = 11,
  column_visibility = 12,
  vector_dimensionality = 13,
};

std::uint32_t small_number(ByteReader& in) {
  const std::uint64_t value = in.lenenc();
  if (value > UINT32_MAX) in.fail();
  return static_cast<std::uint32_t>(value);
}

std::string_view text(ByteReader& in) { return as_text(in.bytes(in.lenenc())); }

std::vector<std::uint32_t> numbers(ByteReader& in) {
  std::vector<std::uint32_t> list;
  while (in.remaining() > 0) list.push_back(small_number(in));
  return list;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs(ByteReader& in) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
  while (in.remaining() > 0) {
    const std::uint32_t first = small_number(in);
    list.emplace_back(first, small_number(in));
  }
  return list;
}

OptionalMetadata::CharsetDefault charset_default(ByteReader& in) {
  OptionalMetadata::CharsetDefault value;
  value.present = true;
  value.collation = small_number(in);
  value.exceptions = pairs(in);
  return value;
}

std::vector<std::vector<std::string_view>> labels(ByteReader& in) {
  std::vector<std::vector<std::string_view>> columns;
  while (in.remaining() > 0) {
    const std::uint64_t count = in.lenenc();
    if (count > in.remaining()) in.fail(); // a label takes a byte at least
    std::vector<std::string_view>& column = columns.emplace_back();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) column.push_back(text(in));
  }
  return columns;
}

std::vector<std::string_view> names(ByteReader& in) {
  std::vector<std::string_view> list;
  while (in.remaining() > 0) list.push_back(text(in));
  return list;
}

void read_field(OptionalMetadata& metadata, Field field, ByteReader& in) {
  switch (field) {
    case Field::signedness:
      metadata.signedness = in.rest();
      metadata.has_signedness = true;
      break;
    case Field::default_charset:
      metadata.default_charset = charset_default(in);
      break;
    case Field::column_charset:
      metadata.column_charsets = numbers(in);
      break;
    case Field::column_name:
      metadata.column_names = names(in);
      break;
    case Field::set_labels:
      metadata.set_labels = labels(in);
      break;
    case Field::enum_labels:
      metadata.enum_labels = labels(in);
      break;
    case Field::geometry_type:
      metadata.geometry_types = numbers(in);
      break;
    case Field::simple_primary_key:
      metadata.primary_key.clear();
      for (const std::uint32_t column : numbers(in)) metadata.primary_key.emplace_back(column, 0);
      break;
    case Field::primary_key_with_prefix:
      metadata.primary_key = pairs(in);
      break;
    case Field::enum_and_set_default_charset:
      metadata.enum_set_default_charset = charset_default(in);
      break;
    case Field::enum_and_set_column_charset:
      metadata.enum_set_column_charsets = numbers(in);
      break;
    case Field::column_visibility:
      metadata.visibility = in.rest();
      break;
    case Field::vector_dimensionality:
      metadata.vector_dimensions = numbers(in);
      break;
  }
}

/// What would make a user of the metadata index past the columns; empty when nothing would.
std::string contradiction(const OptionalMetadata& metadata, std::size_t column_count) {
  if (!metadata.column_names.empty() && metadata.column_names.size() != column_count) {
    return fmt::format("names for {} columns", metadata.column_names.size());
  }
  if (!metadata.visibility.empty() && metadata.visibility.size() < (column_count + 7) / 8) {
    return fmt::format("visibility of at most {} columns", metadata.visibility.size() * 8);
  }
  for (const auto& [column, prefix] : metadata.primary_key) {
    if (column >= column_count) return fmt::format("a primary key over column {}", std::uint64_t{column} + 1);
  }
  return {};
}

} // namespace

Result<OptionalMetadata> decode_optional_metadata(Bytes tlvs, std::size_t column_count) {
  OptionalMetadata metadata;
  ByteReader in(tlvs);
  while (in.remaining() > 0) {
    const std::uint8_t field = in.u8();
    ByteReader value(in.bytes(in.lenenc()));
    if (in.ok()) read_field(metadata, static_cast<Field>(field), value);
    if (!in.ok() || !value.ok()) {
      return fail(Error::data(fmt::format("optional metadata of a TABLE_MAP event is cut short in field {}", field)));
    }
  }
  if (const std::string problem = contradiction(metadata, column_count); !problem.empty()) {
    return fail(Error::data(
        fmt::format("optional metadata of a TABLE_MAP event with {} columns has {}", column_count, problem)));
  }
  return metadata;
}

} // namespace rowferry::binlog
