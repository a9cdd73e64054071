#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <rowferry/binlog/table_map.hpp>

namespace rowferry::binlog {
namespace {

struct Name {
  ColumnType type;
  std::string_view text;
};

constexpr Name kNames[] = {
    {ColumnType::decimal, "DECIMAL"},
    {ColumnType::tiny, "TINY"},
    {ColumnType::short_, "SHORT"},
    {ColumnType::long_, "LONG"},
    {ColumnType::float_, "FLOAT"},
    {ColumnType::double_, "DOUBLE"},
    {ColumnType::null, "NULL"},
    {ColumnType::timestamp, "TIMESTAMP"},
    {ColumnType::longlong, "LONGLONG"},
    {ColumnType::int24, "INT24"},
    {ColumnType::date, "DATE"},
    {ColumnType::time, "TIME"},
    {ColumnType::datetime, "DATETIME"},
    {ColumnType::year, "YEAR"},
    {ColumnType::newdate, "NEWDATE"},
    {ColumnType::varchar, "VARCHAR"},
    {ColumnType::bit, "BIT"},
    {ColumnType::timestamp2, "TIMESTAMP2"},
    {ColumnType::datetime2, "DATETIME2"},
    {ColumnType::time2, "TIME2"},
    {ColumnType::typed_array, "TYPED_ARRAY"},
    {ColumnType::mariadb_blob_compressed, "BLOB_COMPRESSED"},
    {ColumnType::mariadb_varchar_compressed, "VARCHAR_COMPRESSED"},
    {ColumnType::vector, "VECTOR"},
    {ColumnType::json, "JSON"},
    {ColumnType::newdecimal, "NEWDECIMAL"},
    {ColumnType::enum_, "ENUM"},
    {ColumnType::set, "SET"},
    {ColumnType::tiny_blob, "TINY_BLOB"},
    {ColumnType::medium_blob, "MEDIUM_BLOB"},
    {ColumnType::long_blob, "LONG_BLOB"},
    {ColumnType::blob, "BLOB"},
    {ColumnType::var_string, "VAR_STRING"},
    {ColumnType::string, "STRING"},
    {ColumnType::geometry, "GEOMETRY"},
};

} // namespace

std::string column_type_name(ColumnType type) {
  const auto* const name = std::ranges::find(kNames, type, &Name::type);
  return name == std::end(kNames) ? fmt::format("type {}", static_cast<unsigned>(type)) : std::string(name->text);
}

} // namespace rowferry::binlog
