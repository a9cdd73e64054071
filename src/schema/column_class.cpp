#include "schema/column_class.hpp"

namespace rowferry {

using binlog::ColumnType;

bool is_numeric(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::tiny:
    case ColumnType::short_:
    case ColumnType::int24:
    case ColumnType::long_:
    case ColumnType::longlong:
    case ColumnType::decimal:
    case ColumnType::newdecimal:
    case ColumnType::float_:
    case ColumnType::double_:
    case ColumnType::year:
      return true;
    default:
      return false;
  }
}

bool is_character(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::string:
    case ColumnType::var_string:
    case ColumnType::varchar:
    case ColumnType::tiny_blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
    case ColumnType::blob:
    case ColumnType::mariadb_blob_compressed:
    case ColumnType::mariadb_varchar_compressed:
      return true;
    default:
      return false;
  }
}

bool has_charset(ColumnType type, ServerFlavor flavor) noexcept {
  if (is_character(type)) return true;
  return type == (flavor == ServerFlavor::mysql ? ColumnType::vector : ColumnType::geometry);
}

} // namespace rowferry
