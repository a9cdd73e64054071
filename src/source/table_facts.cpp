#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <rowferry/source/server_facts.hpp>
#include <set>

namespace rowferry {
namespace {

constexpr std::string_view kSystemSchemas = "('mysql', 'information_schema', 'performance_schema', 'sys')";
constexpr std::size_t kNamesInQuery = 500; // beyond, a whole schema is read and the rest thrown away

using Tables = std::map<std::string, TableFacts, std::less<>>; // of one schema

Result<std::map<std::string, std::vector<std::string>>> wanted_names(
    Connection& connection, const std::function<bool(std::string_view, std::string_view)>& wanted) {
  auto rows = connection.query(
      fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES "
                  "WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE') AND TABLE_SCHEMA NOT IN {}",
                  kSystemSchemas));
  if (!rows) return fail(std::move(rows.error()));
  std::map<std::string, std::vector<std::string>> names;
  for (const SqlRow& row : *rows) {
    if (row[0] && row[1] && wanted(*row[0], *row[1])) names[*row[0]].push_back(*row[1]);
  }
  return names;
}

// " TABLE_SCHEMA = 'shop' AND TABLE_NAME IN ('a', 'b')", with both names of the caller's choice.
std::string condition(const Connection& connection, std::string_view schema_column, const std::string& schema,
                      const std::vector<std::string>& tables) {
  std::string text = fmt::format(" {} = {}", schema_column, connection.quote(schema));
  if (tables.size() > kNamesInQuery) return text;
  std::string list;
  for (const std::string& table : tables) list += (list.empty() ? "" : ", ") + connection.quote(table);
  return text + fmt::format(" AND TABLE_NAME IN ({})", list);
}

Result<void> read_columns(Connection& connection, const std::string& where, Tables& tables) {
  auto rows = connection.query(
      fmt::format("SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE FROM information_schema.COLUMNS WHERE{} "
                  "ORDER BY TABLE_NAME, ORDINAL_POSITION",
                  where));
  if (!rows) return fail(std::move(rows.error()));
  for (SqlRow& row : *rows) {
    const auto table = tables.find(row[0].value_or(""));
    if (table == tables.end()) continue;
    table->second.columns.push_back({row[1].value_or(""), row[2].value_or(""), row[3] != "NO"});
  }
  return {};
}

bool is_nullable(const TableFacts& table, std::string_view column) {
  const auto found = std::ranges::find(table.columns, column, &TableFacts::Column::name);
  return found == table.columns.end() || found->nullable;
}

// Unique indexes in the server's order, PRIMARY first; one over expressions or prefixes of columns is no key.
Result<void> read_keys(Connection& connection, const std::string& where, Tables& tables) {
  auto rows = connection.query(
      fmt::format("SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS "
                  "WHERE{} AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX",
                  where));
  if (!rows) return fail(std::move(rows.error()));
  for (std::size_t i = 0; i < rows->size();) {
    const auto name = (*rows)[i][0];
    const auto index = (*rows)[i][1];
    const bool primary = index == "PRIMARY";
    const auto table = tables.find(name.value_or(""));
    std::vector<std::string> columns;
    bool usable = table != tables.end() && table->second.key.empty();
    for (; i < rows->size() && (*rows)[i][0] == name && (*rows)[i][1] == index; ++i) {
      const auto& column = (*rows)[i][2];
      usable = usable && column && (primary || (!(*rows)[i][3] && !is_nullable(table->second, *column)));
      if (usable) columns.push_back(*column);
    }
    if (usable) table->second.key = std::move(columns);
  }
  return {};
}

Result<void> read_cascades(Connection& connection, const std::string& where, Tables& tables) {
  constexpr std::string_view kCascading = "('CASCADE', 'SET NULL', 'SET DEFAULT')";
  auto rows = connection.query(
      fmt::format("SELECT DISTINCT TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE{0} "
                  "AND (DELETE_RULE IN {1} OR UPDATE_RULE IN {1})",
                  where, kCascading));
  if (!rows) return fail(std::move(rows.error()));
  for (const SqlRow& row : *rows) {
    const auto table = tables.find(row[0].value_or(""));
    if (table != tables.end()) table->second.has_cascading_foreign_key = true;
  }
  return {};
}

Result<Tables> read_schema(Connection& connection, const std::string& schema, const std::vector<std::string>& names) {
  Tables tables;
  for (const std::string& name : names) {
    TableFacts& table = tables[name];
    table.database = schema;
    table.table = name;
  }
  const std::string where = condition(connection, "TABLE_SCHEMA", schema, names);
  if (auto read = read_columns(connection, where, tables); !read) return fail(std::move(read.error()));
  if (auto read = read_keys(connection, where, tables); !read) return fail(std::move(read.error()));
  const std::string constraints = condition(connection, "CONSTRAINT_SCHEMA", schema, names);
  if (auto read = read_cascades(connection, constraints, tables); !read) return fail(std::move(read.error()));
  return tables;
}

} // namespace

Result<std::vector<TableFacts>> read_tables(Connection& connection,
                                            const std::function<bool(std::string_view, std::string_view)>& wanted) {
  const auto names = wanted_names(connection, wanted);
  if (!names) return fail(names.error());
  std::vector<TableFacts> all;
  for (const auto& [schema, tables_of_schema] : *names) {
    auto tables = read_schema(connection, schema, tables_of_schema);
    if (!tables) return fail(std::move(tables.error()));
    for (auto& [name, table] : *tables) all.push_back(std::move(table));
  }
  return all;
}

} // namespace rowferry
