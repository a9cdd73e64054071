#include "schema/declared_type.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <rowferry/base/sql_words.hpp>

namespace rowferry {
namespace {

using binlog::ColumnLayout;
using binlog::ColumnType;
using Kind = DeclaredType::Kind;

/// `length`: where none is written; for text the bytes of its length, for geometry its number.
struct Word {
  std::string_view name;
  Kind kind;
  std::uint32_t length = 0;
  ColumnType type = ColumnType::null;
  bool is_binary = false;
};

constexpr std::array kWords = {
    Word{"TINYINT", Kind::integer, 0, ColumnType::tiny},
    Word{"BOOL", Kind::integer, 0, ColumnType::tiny},
    Word{"BOOLEAN", Kind::integer, 0, ColumnType::tiny},
    Word{"SMALLINT", Kind::integer, 0, ColumnType::short_},
    Word{"MEDIUMINT", Kind::integer, 0, ColumnType::int24},
    Word{"INT", Kind::integer, 0, ColumnType::long_},
    Word{"INTEGER", Kind::integer, 0, ColumnType::long_},
    Word{"BIGINT", Kind::integer, 0, ColumnType::longlong},
    Word{"YEAR", Kind::integer, 0, ColumnType::year},
    Word{"DECIMAL", Kind::decimal, 10},
    Word{"NUMERIC", Kind::decimal, 10},
    Word{"DEC", Kind::decimal, 10},
    Word{"FIXED", Kind::decimal, 10},
    Word{"FLOAT", Kind::floating, 0, ColumnType::float_},
    Word{"DOUBLE", Kind::floating, 0, ColumnType::double_},
    Word{"REAL", Kind::floating, 0, ColumnType::double_},
    Word{"BIT", Kind::bit, 1},
    Word{"DATE", Kind::date},
    Word{"TIME", Kind::time},
    Word{"DATETIME", Kind::datetime},
    Word{"TIMESTAMP", Kind::timestamp},
    Word{"CHAR", Kind::character, 1},
    Word{"CHARACTER", Kind::character, 1},
    Word{"BINARY", Kind::character, 1, ColumnType::null, true},
    Word{"VARCHAR", Kind::varying},
    Word{"VARBINARY", Kind::varying, 0, ColumnType::null, true},
    Word{"TINYTEXT", Kind::text, 1},
    Word{"TEXT", Kind::text, 2},
    Word{"MEDIUMTEXT", Kind::text, 3},
    Word{"LONGTEXT", Kind::text, 4},
    Word{"TINYBLOB", Kind::text, 1, ColumnType::null, true},
    Word{"BLOB", Kind::text, 2, ColumnType::null, true},
    Word{"MEDIUMBLOB", Kind::text, 3, ColumnType::null, true},
    Word{"LONGBLOB", Kind::text, 4, ColumnType::null, true},
    Word{"ENUM", Kind::enumeration},
    Word{"SET", Kind::set},
    Word{"JSON", Kind::json},
    Word{"GEOMETRY", Kind::geometry, 0},
    Word{"POINT", Kind::geometry, 1},
    Word{"LINESTRING", Kind::geometry, 2},
    Word{"POLYGON", Kind::geometry, 3},
    Word{"MULTIPOINT", Kind::geometry, 4},
    Word{"MULTILINESTRING", Kind::geometry, 5},
    Word{"MULTIPOLYGON", Kind::geometry, 6},
    Word{"GEOMETRYCOLLECTION", Kind::geometry, 7},
    Word{"GEOMCOLLECTION", Kind::geometry, 7},
    Word{"VECTOR", Kind::vector, 2048},
    Word{"UUID", Kind::uuid},
    Word{"INET4", Kind::inet4},
    Word{"INET6", Kind::inet6},
};

bool read_number(SqlWords& words, std::uint32_t& number) {
  const std::string_view token = words.next();
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
  return error == std::errc{} && end == token.data() + token.size();
}

bool read_labels(SqlWords& words, std::vector<std::string>& labels) {
  do {
    const std::string_view token = words.next();
    if (token.size() < 2 || token.front() != '\'' || token.back() != '\'') return false;
    labels.push_back(sql_literal(token));
  } while (words.accept(","));
  return true;
}

/// What stands in parentheses behind the word. An integer's is its display width, and a floating one's says nothing
/// either, but for FLOAT(25) and more.
bool read_arguments(SqlWords& words, DeclaredType& type) {
  if (type.kind == Kind::enumeration || type.kind == Kind::set)
    return read_labels(words, type.labels) && words.accept(")");
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  if (!read_number(words, first)) return false;
  const bool two = words.accept(",");
  if (two && !read_number(words, second)) return false;
  if (!words.accept(")")) return false;
  constexpr std::uint32_t kFloatBits = 24;
  if (type.kind == Kind::floating && !two && first > kFloatBits) type.type = ColumnType::double_;
  if (type.kind == Kind::decimal) type.scale = second;
  if (type.kind != Kind::text && type.kind != Kind::geometry) type.length = first;
  return true;
}

bool is_text_octets(const ColumnLayout& layout, std::uint64_t octets) noexcept { return layout.meta == octets; }

bool has_labels(const DeclaredType& type, const ColumnLayout& layout) noexcept {
  const std::size_t count = type.labels.size();
  if (type.kind == Kind::enumeration) return layout.type == ColumnType::enum_ && layout.meta == (count < 256 ? 1U : 2U);
  const std::size_t bytes = (count + 7) / 8;
  return layout.type == ColumnType::set && layout.meta == (bytes > 4 ? 8 : bytes);
}

bool has_text(const DeclaredType& type, const ColumnLayout& layout) noexcept {
  if (layout.type == ColumnType::mariadb_blob_compressed) return layout.meta == type.length;
  return layout.type == ColumnType::blob && layout.meta == type.length;
}

/// `fractional` has digits behind the seconds; `old`, of before MySQL 5.6 (and of tables made then), has none, but
/// with MariaDB may have.
bool has_temporal(const DeclaredType& type, const ColumnLayout& layout, ColumnType fractional, ColumnType old,
                  ServerFlavor flavor) noexcept {
  if (layout.type == fractional) return layout.meta == type.length;
  return layout.type == old && (type.length == 0 || flavor == ServerFlavor::mariadb);
}

} // namespace

std::optional<DeclaredType> parse_declared_type(std::string_view text) {
  SqlWords words(text);
  const std::string_view name = words.next();
  const auto word = std::ranges::find_if(kWords, [&](const Word& known) { return same_word(name, known.name); });
  if (word == kWords.end()) return std::nullopt;
  DeclaredType type;
  type.kind = word->kind;
  type.type = word->type;
  type.length = word->length;
  type.is_binary = word->is_binary;
  if (type.kind == Kind::geometry) std::swap(type.length, type.geometry);
  if (type.kind == Kind::character && words.accept("VARYING")) type.kind = Kind::varying;
  if (type.kind == Kind::floating) words.accept("PRECISION");
  if (words.accept("(") && !read_arguments(words, type)) return std::nullopt;
  for (std::string_view more = words.next(); !more.empty(); more = words.next()) {
    if (same_word(more, "UNSIGNED") || same_word(more, "ZEROFILL")) type.is_unsigned = true;
  }
  return type;
}

bool is_character(const DeclaredType& type) noexcept {
  return type.kind == Kind::character || type.kind == Kind::varying || type.kind == Kind::text;
}

std::uint32_t max_character_octets(const Charset& charset) noexcept {
  struct Octets {
    std::string_view name;
    std::uint32_t octets;
  };
  constexpr std::array kWide = {
      Octets{"utf8mb4", 4}, Octets{"utf8mb3", 3}, Octets{"ucs2", 2},  Octets{"utf16", 4},  Octets{"utf16le", 4},
      Octets{"utf32", 4},   Octets{"gb18030", 4}, Octets{"gbk", 2},   Octets{"gb2312", 2}, Octets{"big5", 2},
      Octets{"euckr", 2},   Octets{"sjis", 2},    Octets{"cp932", 2}, Octets{"ujis", 3},   Octets{"eucjpms", 3},
  };
  const auto found = std::ranges::find(kWide, charset.name(), &Octets::name);
  return found == kWide.end() ? 1 : found->octets;
}

bool has_layout(const DeclaredType& type, const Charset* charset, const ColumnLayout& layout,
                ServerFlavor flavor) noexcept {
  const std::uint64_t octets = std::uint64_t{type.length} * (charset == nullptr ? 1 : max_character_octets(*charset));
  switch (type.kind) {
    case Kind::integer:
    case Kind::floating:
      return layout.type == type.type;
    case Kind::decimal:
      return layout.type == ColumnType::newdecimal && layout.meta == (type.length << 8 | type.scale);
    case Kind::bit:
      return layout.type == ColumnType::bit && layout.meta == type.length;
    case Kind::date:
      return layout.type == ColumnType::date || layout.type == ColumnType::newdate;
    case Kind::time:
      return has_temporal(type, layout, ColumnType::time2, ColumnType::time, flavor);
    case Kind::datetime:
      return has_temporal(type, layout, ColumnType::datetime2, ColumnType::datetime, flavor);
    case Kind::timestamp:
      return has_temporal(type, layout, ColumnType::timestamp2, ColumnType::timestamp, flavor);
    case Kind::character:
      return layout.type == ColumnType::string && is_text_octets(layout, octets);
    case Kind::varying:
      if (layout.type == ColumnType::mariadb_varchar_compressed) return is_text_octets(layout, octets + 1);
      return (layout.type == ColumnType::varchar || layout.type == ColumnType::var_string) &&
             is_text_octets(layout, octets);
    case Kind::text:
      return has_text(type, layout);
    case Kind::enumeration:
    case Kind::set:
      return has_labels(type, layout);
    case Kind::json: // MariaDB's is a LONGTEXT
      if (flavor == ServerFlavor::mariadb) return layout.type == ColumnType::blob && layout.meta == 4;
      return layout.type == ColumnType::json;
    case Kind::geometry:
      return layout.type == ColumnType::geometry;
    case Kind::vector: // MariaDB's is a VARBINARY
      if (flavor == ServerFlavor::mariadb) return layout.type == ColumnType::varchar && layout.meta == 4 * type.length;
      return layout.type == ColumnType::vector;
    case Kind::uuid:
    case Kind::inet6:
      return layout.type == ColumnType::string && layout.meta == 16;
    case Kind::inet4:
      return layout.type == ColumnType::string && layout.meta == 4;
  }
  return false;
}

} // namespace rowferry
