#include <fmt/format.h>

#include <algorithm>
#include <rowferry/source/shape_reader.hpp>

namespace rowferry {
namespace {

std::string quoted(std::string_view name) {
  std::string text = "`";
  for (const char c : name) {
    if (c == '`') text += c;
    text += c;
  }
  return text + "`";
}

// Keys in the server's own order, which decides which of several unique keys identifies a row. The columns of SHOW
// INDEX: table, non-unique, key, sequence, column, collation, cardinality, sub-part.
Result<void> read_key(Connection& connection, TableDefinition& table) {
  auto rows = connection.query(fmt::format("SHOW INDEX FROM {} FROM {}", quoted(table.table), quoted(table.database)));
  constexpr unsigned kNoSuchTable = 1146;
  if (!rows && connection.error_code() == kNoSuchTable) { // dropped, or renamed, since its columns were read
    table.columns.clear();
    return {};
  }
  if (!rows) return fail(std::move(rows.error()));
  for (std::size_t i = 0; i < rows->size();) {
    const auto name = (*rows)[i].at(2);
    const bool primary = name == "PRIMARY";
    bool usable = table.key.empty() && (*rows)[i].at(1) == "0";
    std::vector<std::string> columns;
    for (; i < rows->size() && (*rows)[i].at(2) == name; ++i) {
      const auto& column = (*rows)[i].at(4);
      const auto found = std::ranges::find(table.columns, column.value_or(""), &ColumnDefinition::name);
      usable = usable && found != table.columns.end() && (primary || (!(*rows)[i].at(7) && !found->nullable));
      columns.push_back(column.value_or(""));
    }
    if (usable) table.key = std::move(columns);
  }
  return {};
}

} // namespace

Result<TableDefinition> read_table_definition(Connection& connection, std::string_view database,
                                              std::string_view table) {
  TableDefinition definition;
  definition.database = database;
  definition.table = table;
  auto rows =
      connection.query(fmt::format("SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, IS_NULLABLE, EXTRA, "
                                   "TABLE_SCHEMA, TABLE_NAME, COLLATION_NAME FROM information_schema.COLUMNS "
                                   "WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {} ORDER BY ORDINAL_POSITION",
                                   connection.quote(database), connection.quote(table)));
  if (!rows) return fail(std::move(rows.error()));
  // Servers that keep names in files compare them here without case, also where they are told apart by it.
  const auto is_it = [&](const SqlRow& row) { return row.at(5) == database && row.at(6) == table; };
  const bool exact = std::ranges::any_of(*rows, is_it);
  for (const SqlRow& row : *rows) {
    if (exact && !is_it(row)) continue;
    ColumnDefinition column;
    column.name = row.at(0).value_or("");
    column.type = row.at(1).value_or("");
    column.charset = row.at(2).value_or("");
    if (column.charset == "utf8") column.charset = "utf8mb3";
    // A collation that converts in its own way is a character set by itself.
    if (const std::string collation = row.at(7).value_or(""); find_charset(collation) != nullptr)
      column.charset = collation;
    column.nullable = row.at(3) != "NO";
    column.visible = row.at(4).value_or("").find("INVISIBLE") == std::string::npos;
    definition.columns.push_back(std::move(column));
  }
  if (definition.columns.empty()) return definition;
  if (auto keyed = read_key(connection, definition); !keyed) return fail(std::move(keyed.error()));
  return definition;
}

} // namespace rowferry
