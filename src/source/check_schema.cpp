#include <algorithm>
#include <array>
#include <rowferry/source/server_facts.hpp>
#include <utility>

namespace rowferry {
namespace {

using binlog::ColumnType;

// What the binary log calls the types of COLUMN_TYPE ("decimal(10,2) unsigned").
constexpr std::array kTypes = {
    std::pair{std::string_view("tinyint"), ColumnType::tiny},
    std::pair{std::string_view("smallint"), ColumnType::short_},
    std::pair{std::string_view("mediumint"), ColumnType::int24},
    std::pair{std::string_view("int"), ColumnType::long_},
    std::pair{std::string_view("bigint"), ColumnType::longlong},
    std::pair{std::string_view("decimal"), ColumnType::newdecimal},
    std::pair{std::string_view("float"), ColumnType::float_},
    std::pair{std::string_view("double"), ColumnType::double_},
    std::pair{std::string_view("bit"), ColumnType::bit},
    std::pair{std::string_view("year"), ColumnType::year},
    std::pair{std::string_view("date"), ColumnType::date},
    std::pair{std::string_view("time"), ColumnType::time2},
    std::pair{std::string_view("datetime"), ColumnType::datetime2},
    std::pair{std::string_view("timestamp"), ColumnType::timestamp2},
    std::pair{std::string_view("char"), ColumnType::string},
    std::pair{std::string_view("binary"), ColumnType::string},
    std::pair{std::string_view("varchar"), ColumnType::varchar},
    std::pair{std::string_view("varbinary"), ColumnType::varchar},
    std::pair{std::string_view("enum"), ColumnType::enum_},
    std::pair{std::string_view("set"), ColumnType::set},
    std::pair{std::string_view("json"), ColumnType::json},
    std::pair{std::string_view("vector"), ColumnType::vector},
    std::pair{std::string_view("geometry"), ColumnType::geometry},
    std::pair{std::string_view("point"), ColumnType::geometry},
    std::pair{std::string_view("linestring"), ColumnType::geometry},
    std::pair{std::string_view("polygon"), ColumnType::geometry},
};

ColumnType column_type(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_of("( "));
  const auto found = std::ranges::find(kTypes, word, [](const auto& entry) { return entry.first; });
  return found == kTypes.end() ? ColumnType::blob : found->second; // the TEXTs and BLOBs
}

} // namespace

TableSchema make_schema_for_check(const TableFacts& facts) {
  TableSchema schema;
  schema.database = facts.database;
  schema.table = facts.table;
  schema.named = true;
  for (const TableFacts::Column& from : facts.columns) {
    Column column;
    column.name = from.name;
    column.layout.type = column_type(from.type);
    column.layout.nullable = from.nullable;
    column.is_unsigned = from.type.find(" unsigned") != std::string::npos;
    schema.columns.push_back(std::move(column));
    schema.layout.push_back(schema.columns.back().layout);
  }
  for (const std::string& name : facts.key) {
    const auto found = std::ranges::find(facts.columns, name, &TableFacts::Column::name);
    if (found == facts.columns.end()) continue;
    schema.key.push_back(static_cast<std::uint32_t>(found - facts.columns.begin()));
  }
  return schema;
}

} // namespace rowferry
