#include "encode/column_writer.hpp"

namespace rowferry {
namespace {

using binlog::ColumnType;

ColumnWriter number_writer(const Column& column) noexcept {
  const bool is_unsigned = column.is_unsigned;
  switch (column.layout.type) {
    case ColumnType::tiny:
      return is_unsigned ? ColumnWriter::uint1 : ColumnWriter::int1;
    case ColumnType::short_:
      return is_unsigned ? ColumnWriter::uint2 : ColumnWriter::int2;
    case ColumnType::int24:
      return is_unsigned ? ColumnWriter::uint3 : ColumnWriter::int3;
    case ColumnType::long_:
      return is_unsigned ? ColumnWriter::uint4 : ColumnWriter::int4;
    case ColumnType::longlong:
      return is_unsigned ? ColumnWriter::uint8 : ColumnWriter::int8;
    case ColumnType::float_:
      return ColumnWriter::float4;
    case ColumnType::double_:
      return ColumnWriter::float8;
    default:
      return ColumnWriter::number;
  }
}

ColumnWriter temporal_writer(const Column& column) noexcept {
  switch (column.layout.type) {
    case ColumnType::date:
    case ColumnType::newdate:
      return ColumnWriter::date;
    case ColumnType::datetime2:
      return ColumnWriter::datetime2;
    case ColumnType::timestamp2:
      return ColumnWriter::timestamp2;
    default:
      return ColumnWriter::quoted;
  }
}

} // namespace

ColumnWriter column_writer(const Column& column) noexcept {
  switch (value_kind(column)) {
    case ValueKind::number:
      return number_writer(column);
    case ValueKind::decimal:
      return ColumnWriter::decimal;
    case ValueKind::temporal:
      return temporal_writer(column);
    case ValueKind::address:
      return ColumnWriter::quoted;
    case ValueKind::text:
      return column.charset == nullptr || column.charset->is_utf8() ? ColumnWriter::utf8 : ColumnWriter::other;
    default:
      return ColumnWriter::other;
  }
}

} // namespace rowferry
