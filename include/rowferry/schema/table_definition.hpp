// What a table is according to somebody else than its events: the server's information_schema, a dump, a checkpoint.
#pragma once

#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

struct ColumnDefinition {
  std::string name;    ///< UTF-8
  std::string type;    ///< as the server prints it: "bigint unsigned", "enum('a','b')"
  std::string charset; ///< of character types, ENUM and SET, as the server names it; else empty
  bool nullable = true;
  bool visible = true;
  bool operator==(const ColumnDefinition&) const = default;
};

struct TableDefinition {
  std::string database; ///< empty: of any database (a dump that does not say)
  std::string table;
  std::vector<ColumnDefinition> columns;
  std::vector<std::string> key; ///< as TableSchema::key
  bool operator==(const TableDefinition&) const = default;
};

/// "id bigint unsigned not null, name varchar(20)": for messages. Long lists are cut, with the number of columns.
std::string describe_columns(const TableDefinition& definition);
/// "LONGLONG not null, VARCHAR 80": the physical columns of an event, likewise.
std::string describe_layout(const std::vector<binlog::ColumnLayout>& columns);

/// One line of JSON that parse_definitions reads.
std::string format_definition(const TableDefinition& definition);

/// JSON objects as format_definition writes them, one behind the other or in an array:
///   {"database":"shop","table":"orders","columns":[{"name":"id","type":"bigint unsigned","nullable":false},
///    {"name":"note","type":"text","charset":"latin1"}],"key":["id"]}
/// Only `table`, and `name` and `type` of each column, are needed; a character column without `charset` is utf8mb4.
/// Errors (status 2) name the line.
Result<std::vector<TableDefinition>> parse_definitions(std::string_view json);

/// The schema of a TABLE_MAP that has no names, with those of the definition. Every column is verified against what the
/// event does say: number, physical type, length, precision, nullability, and sign, character set and kind of geometry
/// where the event holds them. What MariaDB adds behind the last
/// column and does not show (row_start and row_end, hashes of long unique keys) is recognised. When something differs:
/// status 5, with both shapes.
Result<TableSchema> bind_definition(const TableDefinition& definition, const binlog::TableMap& map,
                                    ServerFlavor flavor = ServerFlavor::mysql);

} // namespace rowferry
