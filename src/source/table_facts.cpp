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

using Names = std::map<std::string, std::vector<std::string>>; // of tables, by schema

Names by_schema(const std::vector<TableRef>& tables) {
  Names names;
  for (const TableRef& table : tables) names[table.database].push_back(table.table);
  return names;
}

// "'a', 'b'"
std::string quoted_list(const Connection& connection, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + connection.quote(name);
  return list;
}

// " TABLE_SCHEMA = 'shop' AND TABLE_NAME IN ('a', 'b')", with both names of the caller's choice.
std::string condition(const Connection& connection, std::string_view schema_column, const std::string& schema,
                      const std::vector<std::string>& tables) {
  std::string text = fmt::format(" {} = {}", schema_column, connection.quote(schema));
  if (tables.size() > kNamesInQuery) return text;
  return text + fmt::format(" AND TABLE_NAME IN ({})", quoted_list(connection, tables));
}

// MySQL refuses to compare a name with characters beyond U+FFFF, which no column can have.
bool can_be_asked_for(const std::vector<std::string>& columns) {
  const auto is_ascii = [](const std::string& name) {
    return std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  return !columns.empty() && std::ranges::all_of(columns, is_ascii);
}

// The server compares names of columns without regard to case.
Result<void> read_columns(Connection& connection, const std::string& where, const std::vector<std::string>& only,
                          Tables& tables) {
  auto rows = connection.query(fmt::format(
      "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE FROM information_schema.COLUMNS WHERE{}{}", where,
      can_be_asked_for(only) ? fmt::format(" AND COLUMN_NAME IN ({})", quoted_list(connection, only))
                             : " ORDER BY TABLE_NAME, ORDINAL_POSITION"));
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

Tables without_columns(const std::string& schema, const std::vector<std::string>& names) {
  Tables tables;
  for (const std::string& name : names) {
    TableFacts& table = tables[name];
    table.database = schema;
    table.table = name;
  }
  return tables;
}

void append(std::vector<TableFacts>& all, Tables&& tables) {
  for (auto& [name, table] : tables) all.push_back(std::move(table));
}

} // namespace

Result<std::vector<TableRef>> read_table_names(Connection& connection, const TablePredicate& wanted) {
  auto rows =
      connection.query(fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES "
                                   "WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE') "
                                   "AND TABLE_SCHEMA NOT IN {}",
                                   kSystemSchemas));
  if (!rows) return fail(std::move(rows.error()));
  std::vector<TableRef> names;
  for (SqlRow& row : *rows) {
    if (row[0] && row[1] && wanted(*row[0], *row[1])) names.push_back({std::move(*row[0]), std::move(*row[1])});
  }
  return names;
}

Result<std::vector<TableFacts>> read_table_columns(Connection& connection, const std::vector<TableRef>& tables,
                                                   const std::vector<std::string>& only) {
  std::vector<TableFacts> all;
  for (const auto& [schema, names] : by_schema(tables)) {
    Tables read = without_columns(schema, names);
    auto done = read_columns(connection, condition(connection, "TABLE_SCHEMA", schema, names), only, read);
    if (!done) return fail(std::move(done.error()));
    append(all, std::move(read));
  }
  return all;
}

Result<std::vector<TableFacts>> read_tables(Connection& connection, const TablePredicate& wanted) {
  const auto tables = read_table_names(connection, wanted);
  if (!tables) return fail(tables.error());
  std::vector<TableFacts> all;
  for (const auto& [schema, names] : by_schema(*tables)) {
    Tables read = without_columns(schema, names);
    const std::string where = condition(connection, "TABLE_SCHEMA", schema, names);
    if (auto done = read_columns(connection, where, {}, read); !done) return fail(std::move(done.error()));
    if (auto done = read_keys(connection, where, read); !done) return fail(std::move(done.error()));
    const std::string constraints = condition(connection, "CONSTRAINT_SCHEMA", schema, names);
    if (auto done = read_cascades(connection, constraints, read); !done) return fail(std::move(done.error()));
    append(all, std::move(read));
  }
  return all;
}

} // namespace rowferry
