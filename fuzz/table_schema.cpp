// modules: schema
#include <cstdint>
#include <cstdlib>
#include <rowferry/schema/catalog.hpp>

/// Any bytes as a TABLE_MAP: what makes a schema has one layout a column, key columns that exist, and a charset for all
/// text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rowferry;
  binlog::FormatDescription format;
  format.post_header_lengths.assign(42, 8);
  const auto map = binlog::decode_table_map(format, Bytes(data, size));
  if (!map) return 0;
  for (const ServerFlavor flavor : {ServerFlavor::mysql, ServerFlavor::mariadb}) {
    Catalog catalog(1);
    const auto schema = catalog.resolve(*map, flavor);
    if (!schema) continue;
    const TableSchema& table = **schema;
    if (table.columns.size() != map->column_count() || table.layout.size() != map->column_count()) std::abort();
    for (const std::uint32_t column : table.key) {
      if (column >= table.columns.size()) std::abort();
    }
    for (const Column& column : table.columns) {
      if (column.layout.type == binlog::ColumnType::varchar && column.charset == nullptr) std::abort();
    }
    if (catalog.resolve(*map, flavor).value() != *schema) std::abort();
  }
  return 0;
}
