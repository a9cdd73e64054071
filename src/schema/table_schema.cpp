#include <fmt/format.h>

#include <rowferry/base/text.hpp>
#include <rowferry/schema/table_schema.hpp>

#include "schema/column_class.hpp"

namespace rowferry {
namespace {

using binlog::ColumnType;
using binlog::OptionalMetadata;

Error misfit(std::string_view part, std::size_t told, std::size_t columns, std::string_view kind) {
  return Error::data(fmt::format("the metadata gives {} for {} columns, but {} are {}", part, told, columns, kind));
}

std::string as_utf8(const Charset& charset, std::string_view label) {
  OutputUsage usage;
  Output out(usage, 4 * label.size() + 16);
  return charset.append_utf8(out, as_bytes(label)) ? std::string(out.record()) : std::string(label);
}

/// Writes what the optional metadata says into the columns. Its lists run over columns of a class, in column order.
class MetadataReader {
 public:
  MetadataReader(const OptionalMetadata& metadata, ServerFlavor flavor, TableSchema& schema)
      : metadata_(metadata), flavor_(flavor), schema_(schema) {}

  Result<void> read() {
    names();
    for (const auto& [column, prefix] : metadata_.primary_key) schema_.key.push_back(column);
    return signs()
        .and_then([&] { return charsets(); })
        .and_then([&] { return enum_and_set_charsets(); })
        .and_then([&] { return labels(ColumnType::enum_, "ENUM", metadata_.enum_labels); })
        .and_then([&] { return labels(ColumnType::set, "SET", metadata_.set_labels); });
  }

 private:
  template <class Wanted>
  std::vector<Column*> columns_where(const Wanted& wanted) {
    std::vector<Column*> found;
    for (Column& column : schema_.columns) {
      if (wanted(column.layout.type)) found.push_back(&column);
    }
    return found;
  }

  static bool bit_of(Bytes bits, std::size_t index) noexcept { return (bits[index / 8] << index % 8 & 0x80) != 0; }

  void names() {
    schema_.named = !metadata_.column_names.empty();
    for (std::size_t i = 0; i < schema_.columns.size(); ++i) {
      Column& column = schema_.columns[i];
      column.name = schema_.named ? std::string(metadata_.column_names[i]) : fmt::format("@{}", i + 1);
      column.visible = metadata_.visibility.empty() || bit_of(metadata_.visibility, i);
      if (schema_.named && is_servers_own(column)) schema_.hidden.push_back(static_cast<std::uint32_t>(i));
    }
  }

  /// The part of a functional index (MySQL), the hash of a long UNIQUE (MariaDB): names that nobody else can give.
  [[nodiscard]] bool is_servers_own(const Column& column) const noexcept {
    if (flavor_ == ServerFlavor::mysql) return column.name.starts_with("!hidden!");
    return column.layout.type == ColumnType::longlong && column.name.starts_with("DB_ROW_HASH_");
  }

  Result<void> signs() {
    if (!metadata_.has_signedness) return {};
    const std::vector<Column*> numeric = columns_where(is_numeric);
    if (metadata_.signedness.size() * 8 < numeric.size()) {
      return fail(misfit("signs", metadata_.signedness.size() * 8, numeric.size(), "numeric"));
    }
    for (std::size_t i = 0; i < numeric.size(); ++i) numeric[i]->is_unsigned = bit_of(metadata_.signedness, i);
    return {};
  }

  Result<void> charsets() {
    const std::vector<Column*> columns = columns_where([this](ColumnType type) { return has_charset(type, flavor_); });
    if (auto told = apply(columns, metadata_.default_charset, metadata_.column_charsets, "character columns"); !told) {
      return told;
    }
    for (Column* column : columns) {
      if (!is_character(column->layout.type)) {
        column->charset = nullptr;
      } else if (column->charset == nullptr) {
        if (schema_.named) return fail(misfit("character sets", 0, columns.size(), "character columns"));
        column->charset = find_charset("utf8mb4");
      }
    }
    return {};
  }

  Result<void> enum_and_set_charsets() {
    const std::vector<Column*> columns =
        columns_where([](ColumnType type) { return type == ColumnType::enum_ || type == ColumnType::set; });
    return apply(columns, metadata_.enum_set_default_charset, metadata_.enum_set_column_charsets, "ENUM or SET");
  }

  Result<void> apply(const std::vector<Column*>& columns, const OptionalMetadata::CharsetDefault& standard,
                     const std::vector<std::uint32_t>& each, std::string_view kind) {
    if (!standard.present && each.empty()) return {};
    std::vector<std::uint32_t> collations = each;
    if (each.empty()) collations.assign(columns.size(), standard.collation);
    if (collations.size() != columns.size()) {
      return fail(misfit("character sets", collations.size(), columns.size(), kind));
    }
    for (const auto& [index, collation] : standard.exceptions) {
      if (index >= collations.size()) {
        return fail(misfit("a character set", std::size_t{index} + 1, columns.size(), kind));
      }
      collations[index] = collation;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      columns[i]->charset = charset_of_collation(collations[i], flavor_);
      if (columns[i]->charset == nullptr && schema_.named) {
        return fail(Error::data(fmt::format(
            "column {} has collation {}, whose character set this version does not know; convert it to utf8mb4",
            columns[i]->name, collations[i])));
      }
    }
    return {};
  }

  Result<void> labels(ColumnType type, std::string_view kind, const std::vector<std::vector<std::string_view>>& lists) {
    if (lists.empty()) return {};
    const std::vector<Column*> columns = columns_where([type](ColumnType each) { return each == type; });
    if (lists.size() != columns.size()) return fail(misfit("labels", lists.size(), columns.size(), kind));
    const Charset* const unknown = find_charset("utf8mb4");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Charset& charset = *(columns[i]->charset == nullptr ? unknown : columns[i]->charset);
      for (const std::string_view label : lists[i]) columns[i]->labels.push_back(as_utf8(charset, label));
    }
    return {};
  }

  const OptionalMetadata& metadata_;
  ServerFlavor flavor_;
  TableSchema& schema_;
};

bool has_only_utf8_names(const TableSchema& schema) {
  for (const Column& column : schema.columns) {
    if (!is_utf8(column.name)) return false;
  }
  return is_utf8(schema.database) && is_utf8(schema.table);
}

void append_quoted(std::string& to, std::string_view name) {
  to += '`';
  for (const char c : name) {
    if (c == '`') to += '`';
    to += c;
  }
  to += '`';
}

} // namespace

int TableSchema::find(std::string_view column) const noexcept {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

std::string TableSchema::quoted() const { return quote_table(database, table); }

std::string quote_table(std::string_view database, std::string_view table) {
  std::string text;
  append_quoted(text, database);
  text += '.';
  append_quoted(text, table);
  return text;
}

Result<TableSchema> make_table_schema(const binlog::TableMap& map, ServerFlavor flavor) {
  auto layout = binlog::make_row_layout(map);
  if (!layout) return fail(std::move(layout).error());
  const auto context = [&](Error error) {
    return std::move(error).in("table " + quote_table(map.database, map.table));
  };
  const auto metadata = binlog::decode_optional_metadata(map.optional, map.column_count());
  if (!metadata) return fail(context(metadata.error()));

  TableSchema schema;
  schema.database = map.database;
  schema.table = map.table;
  schema.layout = std::move(*layout);
  schema.columns.resize(schema.layout.size());
  for (std::size_t i = 0; i < schema.columns.size(); ++i) schema.columns[i].layout = schema.layout[i];
  if (const auto read = MetadataReader(*metadata, flavor, schema).read(); !read) return fail(context(read.error()));
  if (!has_only_utf8_names(schema)) return fail(Error::data("a table map holds names that are not UTF-8"));
  return schema;
}

bool needs_definition(const TableSchema& schema, ServerFlavor flavor) noexcept {
  if (flavor != ServerFlavor::mariadb) return false;
  for (const Column& column : schema.columns) {
    const bool binary = column.charset != nullptr && column.charset->is_binary();
    switch (column.layout.type) {
      case ColumnType::time:
      case ColumnType::datetime:
      case ColumnType::timestamp:
        return true;
      case ColumnType::string:
        if (binary && (column.layout.meta == 4 || column.layout.meta == 16)) return true;
        break;
      case ColumnType::varchar:
        if (binary && column.layout.meta % 4 == 0) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

Result<void> require_known_lengths(const TableSchema& schema, ServerFlavor flavor) {
  if (flavor != ServerFlavor::mariadb) return {};
  for (const Column& column : schema.columns) {
    const ColumnType type = column.layout.type;
    if (type != ColumnType::time && type != ColumnType::datetime && type != ColumnType::timestamp) continue;
    return fail(Error::data(fmt::format(
        "table {}: column {} is a {} in MariaDB's format of before 10.1 (mysql56_temporal_format=OFF), whose "
        "length the log does not tell; SET GLOBAL mysql56_temporal_format=ON and ALTER TABLE … FORCE "
        "rewrite the table",
        schema.quoted(), column.name, binlog::column_type_name(type))));
  }
  return {};
}

} // namespace rowferry
