#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <rowferry/binlog/values.hpp>
#include <rowferry/schema/table_definition.hpp>

#include "schema/column_class.hpp"
#include "schema/declared_type.hpp"

namespace rowferry {
namespace {

using binlog::ColumnLayout;
using binlog::ColumnType;
using binlog::OptionalMetadata;
using Kind = DeclaredType::Kind;

/// A column of the definition, understood.
struct Declared {
  const ColumnDefinition* column;
  DeclaredType type;
  const Charset* charset = nullptr; ///< of character types, ENUM, SET
};

/// What the event says of one physical column beyond its layout.
struct Told {
  std::optional<bool> is_unsigned;
  const Charset* charset = nullptr; ///< null where it does not say
  std::optional<std::uint32_t> geometry;
};

ColumnMeaning meaning_of(Kind kind, ServerFlavor flavor) noexcept {
  if (flavor != ServerFlavor::mariadb) return ColumnMeaning::as_stored;
  switch (kind) {
    case Kind::inet4:
      return ColumnMeaning::inet4;
    case Kind::inet6:
      return ColumnMeaning::inet6;
    case Kind::uuid:
      return ColumnMeaning::uuid;
    case Kind::vector:
      return ColumnMeaning::vector;
    default:
      return ColumnMeaning::as_stored;
  }
}

bool has_labels(const DeclaredType& type) noexcept { return type.kind == Kind::enumeration || type.kind == Kind::set; }

Result<Declared> understand(const ColumnDefinition& column) {
  const auto type = parse_declared_type(column.type);
  if (!type) {
    return fail(Error::data(fmt::format("column {} is declared as {}, a type that this version does not know",
                                        column.name, column.type.substr(0, 100))));
  }
  Declared declared{&column, *type};
  if (!is_character(*type) && !has_labels(*type)) return declared;
  const std::string_view charset = type->is_binary          ? "binary"
                                   : column.charset.empty() ? "utf8mb4"
                                                            : std::string_view(column.charset);
  declared.charset = find_charset(charset);
  if (declared.charset == nullptr) {
    return fail(Error::data(
        fmt::format("column {} is in the character set {}, which this version does not know", column.name, charset)));
  }
  return declared;
}

/// Pairs the physical columns of an event with those of a definition.
class Binder {
 public:
  Binder(const TableDefinition& definition, TableSchema schema, ServerFlavor flavor)
      : definition_(definition), schema_(std::move(schema)), told_(schema_.columns.size()), flavor_(flavor) {}

  Result<TableSchema> bind(const OptionalMetadata& metadata) {
    for (const ColumnDefinition& column : definition_.columns) {
      auto declared = understand(column);
      if (!declared) return fail(std::move(declared.error()).in(schema_.quoted()));
      declared_.push_back(std::move(*declared));
    }
    hear(metadata);
    if (auto aligned = align(); !aligned) return fail(std::move(aligned.error()));
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (pairs_[i] >= 0) adopt(i, declared_[static_cast<std::size_t>(pairs_[i])]);
    }
    schema_.named = true;
    if (auto keyed = adopt_key(); !keyed) return fail(std::move(keyed.error()));
    return std::move(schema_);
  }

 private:
  // The schema that was made of the event has its signs and character sets already, but not whether it said them.
  void hear(const OptionalMetadata& metadata) {
    const bool charsets = metadata.default_charset.present || !metadata.column_charsets.empty();
    std::size_t geometries = 0;
    for (std::size_t i = 0; i < told_.size(); ++i) {
      const Column& column = schema_.columns[i];
      if (metadata.has_signedness && is_numeric(column.layout.type)) told_[i].is_unsigned = column.is_unsigned;
      if (charsets && is_character(column.layout.type)) told_[i].charset = column.charset;
      if (column.layout.type == ColumnType::geometry && geometries < metadata.geometry_types.size()) {
        told_[i].geometry = metadata.geometry_types[geometries++];
      }
    }
  }

  [[nodiscard]] bool fits(const Declared& declared, std::size_t physical) const noexcept {
    const ColumnLayout& layout = schema_.layout[physical];
    const Told& told = told_[physical];
    return layout.nullable == declared.column->nullable &&
           has_layout(declared.type, declared.charset, layout, flavor_) &&
           (!told.is_unsigned || layout.type == ColumnType::year || *told.is_unsigned == declared.type.is_unsigned) &&
           (told.charset == nullptr || declared.charset == nullptr || told.charset == declared.charset) &&
           (!told.geometry || declared.type.kind != Kind::geometry || *told.geometry == declared.type.geometry);
  }

  /// Fills pairs_: for each physical column the index of the declared one, or -1 for one that the server does not show.
  Result<void> align() {
    const std::size_t declared = declared_.size();
    const std::size_t physical = schema_.columns.size();
    if (declared != physical && (flavor_ != ServerFlavor::mariadb || declared > physical)) {
      return misfit(std::min(declared, physical));
    }
    pairs_.assign(physical, -1);
    for (std::size_t i = 0; i < declared; ++i) {
      if (!fits(declared_[i], i)) return misfit(i);
      pairs_[i] = static_cast<int>(i);
    }
    return name_additions();
  }

  /// MariaDB: row_start and row_end of a system-versioned table that does not declare them, then the hash of a long
  /// UNIQUE.
  Result<void> name_additions() {
    const std::size_t declared = declared_.size();
    std::size_t at = declared;
    const auto is_row_time = [&](std::size_t i) {
      return i < schema_.layout.size() && !schema_.layout[i].nullable &&
             schema_.layout[i].type == ColumnType::timestamp2 && schema_.layout[i].meta == 6;
    };
    if (is_row_time(at) && is_row_time(at + 1)) {
      for (const std::string_view name : {"row_start", "row_end"}) {
        schema_.columns[at].visible = false;
        schema_.columns[at++].name = name;
      }
      versioned_ = true;
    }
    for (std::size_t hash = 1; at < schema_.layout.size(); ++at, ++hash) {
      if (schema_.layout[at].type != ColumnType::longlong || !schema_.layout[at].nullable) return misfit(at);
      hide(at, fmt::format("DB_ROW_HASH_{}", hash));
    }
    return {};
  }

  void hide(std::size_t physical, std::string name) {
    schema_.columns[physical].name = std::move(name);
    schema_.columns[physical].visible = false;
    schema_.hidden.push_back(static_cast<std::uint32_t>(physical));
  }

  void adopt(std::size_t physical, const Declared& declared) {
    Column& column = schema_.columns[physical];
    column.name = declared.column->name;
    column.visible = declared.column->visible;
    // YEAR is unsigned in events that say it, whatever is declared.
    column.is_unsigned = declared.type.is_unsigned || column.layout.type == ColumnType::year;
    column.labels = declared.type.labels;
    column.meaning = meaning_of(declared.type.kind, flavor_);
    if (const std::uint32_t size = binlog::hires_size(column.layout.type, declared.type.length); size != 0) {
      column.layout.width = size; // of the old temporals nothing but the declaration tells the digits
      column.layout.meta = declared.type.length;
      schema_.layout[physical] = column.layout;
    }
    if (declared.charset != nullptr) {
      column.charset = declared.charset;
    } else if (is_character(column.layout.type)) {
      column.charset = find_charset(declared.type.kind == Kind::json ? "utf8mb4" : "binary");
    }
  }

  Result<void> adopt_key() {
    for (const std::string& name : definition_.key) {
      const int column = schema_.find(name);
      if (column < 0)
        return fail(Error::data(fmt::format("{}: its key names {}, which is no column of it", schema_.quoted(), name)));
      schema_.key.push_back(static_cast<std::uint32_t>(column));
    }
    // The server itself adds the end of a row's life to the primary key.
    if (versioned_ && !schema_.key.empty()) schema_.key.push_back(static_cast<std::uint32_t>(schema_.find("row_end")));
    return {};
  }

  [[nodiscard]] tl::unexpected<Error> misfit(std::size_t column) const {
    return fail(Error::data(
        fmt::format("the rows of {} have the columns ({}), which are not those of its definition ({}): they differ at "
                    "column {}",
                    schema_.quoted(), describe_layout(schema_.layout), describe_columns(definition_), column + 1)));
  }

  const TableDefinition& definition_;
  TableSchema schema_;
  std::vector<Told> told_;
  ServerFlavor flavor_;
  std::vector<Declared> declared_;
  std::vector<int> pairs_;
  bool versioned_ = false;
};

} // namespace

Result<TableSchema> bind_definition(const TableDefinition& definition, const binlog::TableMap& map,
                                    ServerFlavor flavor) {
  auto schema = make_table_schema(map, flavor);
  if (!schema) return schema;
  const auto metadata = binlog::decode_optional_metadata(map.optional, map.column_count());
  if (!metadata) return fail(metadata.error());
  schema->key.clear();
  schema->hidden.clear();
  return Binder(definition, std::move(*schema), flavor).bind(*metadata);
}

} // namespace rowferry
