// What is known of a table: physical layout from the event, names, signs, character sets and keys from its metadata.
#pragma once

#include <cstdint>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/charset.hpp>
#include <string>
#include <vector>

namespace rowferry {

struct Column {
  std::string name;  ///< UTF-8
  binlog::ColumnLayout layout;
  bool is_unsigned = false;
  bool visible = true;
  const Charset* charset = nullptr;   ///< character types, ENUM, SET; null elsewhere
  std::vector<std::string> labels;    ///< ENUM, SET: UTF-8, index 0 is the first label
  bool json_array = false;            ///< a multi-valued index's hidden column
};

/// Immutable once built; shared by all events of the same shape.
struct TableSchema {
  std::string database;
  std::string table;
  std::vector<Column> columns;
  std::vector<binlog::ColumnLayout> layout;  ///< the columns' layouts in one array, for RowReader
  /// Column indexes in key order: of the primary key, else of the first unique key over NOT NULL columns (the server
  /// names it itself); empty where there is neither.
  std::vector<std::uint32_t> key;
  bool named = false;  ///< false: the event carried no names; columns are @1, @2, …

  /// Index of a column by its exact name, or -1.
  [[nodiscard]] int find(std::string_view column) const noexcept;
  /// "`shop`.`outbox`", backquotes doubled.
  [[nodiscard]] std::string quoted() const;
};

/// Builds the schema from a TABLE_MAP and its own metadata alone. Fails for an unknown column type, naming the table,
/// the column and the type. Without names in the event the result has named == false.
Result<TableSchema> make_table_schema(const binlog::TableMap& map);

}  // namespace rowferry
