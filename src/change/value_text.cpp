#include <cmath>
#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/values.hpp>
#include <rowferry/change/value_text.hpp>

#include "change/address_text.hpp"

namespace rowferry {
namespace {

using binlog::Cell;
using binlog::ColumnType;

template <unsigned N>
char* write_integer(char* p, const Column& column, const Cell& cell) noexcept {
  const std::uint64_t bits = load_le<N>(cell.data);
  if (column.is_unsigned) return write_uint(p, bits);
  constexpr unsigned kShift = 64 - 8 * N; // moves the sign bit to the top and back
  return write_int(p, static_cast<std::int64_t>(bits << kShift) >> kShift);
}

// The server stores no infinity and no NaN, and JSON has no text for them.
char* write_float_value(char* p, const Cell& cell) noexcept {
  float value = 0;
  std::memcpy(&value, cell.data, sizeof value);
  return std::isfinite(value) ? write_float(p, value) : nullptr;
}
char* write_double_value(char* p, const Cell& cell) noexcept {
  double value = 0;
  std::memcpy(&value, cell.data, sizeof value);
  return std::isfinite(value) ? write_double(p, value) : nullptr;
}

char* write_year(char* p, const Cell& cell) noexcept {
  const unsigned stored = *cell.data;
  return write_digits(p, stored == 0 ? 0 : 1900 + stored, 4);
}

bool holds_text(const Column& column) noexcept { return column.charset == nullptr || !column.charset->is_binary(); }

bool is_varchar(ColumnType type) noexcept { return type == ColumnType::varchar || type == ColumnType::var_string; }

ValueStatus append_enum(Output& out, const Column& column, const Cell& cell) {
  const std::uint64_t index = load_bits(cell);
  if (index == 0) return ValueStatus::ok; // the empty text of a refused value
  if (column.labels.empty()) {
    out.advance(write_uint(out.ensure(kMaxIntegerChars), index));
    return ValueStatus::ok;
  }
  if (index > column.labels.size()) return ValueStatus::corrupt;
  out.append(column.labels[index - 1]);
  return ValueStatus::ok;
}

ValueStatus append_set(Output& out, const Column& column, const Cell& cell) {
  std::uint64_t bits = load_bits(cell);
  if (column.labels.empty()) {
    out.advance(write_uint(out.ensure(kMaxIntegerChars), bits));
    return ValueStatus::ok;
  }
  if (column.labels.size() < 64 && bits >> column.labels.size() != 0) return ValueStatus::corrupt;
  for (bool first = true; bits != 0; bits &= bits - 1, first = false) {
    if (!first) out.push(',');
    out.append(column.labels[static_cast<std::size_t>(std::countr_zero(bits))]);
  }
  return ValueStatus::ok;
}

ValueStatus append_json(Output& out, const Cell& cell) {
  const std::size_t start = out.size();
  if (binlog::append_json_text(out, cell.bytes())) return ValueStatus::ok;
  out.truncate(start);
  return ValueStatus::corrupt;
}

void append_zeros(Output& out, std::size_t count, char zero) {
  char* p = out.ensure(count);
  std::memset(p, zero, count);
  out.advance(p + count);
}

void append_raw(Output& out, const Column& column, const Cell& cell) {
  out.append(as_text(cell.bytes()));
  append_zeros(out, missing_zeros(column, cell), '\0');
}

bool is_uuid(const Column& column, const Cell& cell) noexcept {
  if (column.layout.meta != kUuidBytes) return false;
  if (column.layout.type == ColumnType::string) return cell.size <= kUuidBytes;
  return is_varchar(column.layout.type) && cell.size == kUuidBytes;
}

void append_readable(Output& out, const Column& column, const Cell& cell) {
  if (is_binary(column) && is_uuid(column, cell)) {
    std::uint8_t bytes[kUuidBytes];
    fill_padded(bytes, kUuidBytes, cell);
    out.advance(write_uuid(out.ensure(kUuidChars), bytes));
    return;
  }
  append_hex(out, cell.bytes());
  append_zeros(out, 2 * missing_zeros(column, cell), '0');
}

} // namespace

ValueKind value_kind(const Column& column) noexcept {
  switch (column.layout.type) {
    case ColumnType::tiny:
    case ColumnType::short_:
    case ColumnType::int24:
    case ColumnType::long_:
    case ColumnType::longlong:
    case ColumnType::float_:
    case ColumnType::double_:
    case ColumnType::bit:
      return ValueKind::number;
    case ColumnType::year:
      return ValueKind::year;
    case ColumnType::newdecimal:
      return ValueKind::decimal;
    case ColumnType::date:
    case ColumnType::newdate:
    case ColumnType::time:
    case ColumnType::datetime:
    case ColumnType::timestamp:
    case ColumnType::time2:
    case ColumnType::datetime2:
    case ColumnType::timestamp2:
      return ValueKind::temporal;
    case ColumnType::enum_:
      return ValueKind::enum_;
    case ColumnType::set:
      return ValueKind::set;
    case ColumnType::string:
    case ColumnType::varchar:
      if (column.meaning == ColumnMeaning::vector) return ValueKind::vector;
      if (column.meaning != ColumnMeaning::as_stored) return ValueKind::address;
      [[fallthrough]];
    case ColumnType::var_string:
    case ColumnType::tiny_blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
    case ColumnType::blob:
      return holds_text(column) ? ValueKind::text : ValueKind::binary;
    case ColumnType::json:
      return ValueKind::json;
    case ColumnType::geometry:
      return ValueKind::geometry;
    case ColumnType::vector:
      return ValueKind::vector;
    case ColumnType::mariadb_blob_compressed:
    case ColumnType::mariadb_varchar_compressed:
      return ValueKind::compressed;
    case ColumnType::typed_array:
      return ValueKind::json;
    case ColumnType::decimal:
    case ColumnType::null:
      return ValueKind::unknown;
  }
  return ValueKind::unknown;
}

char* write_scalar(char* p, const Column& column, const Cell& cell) noexcept {
  const std::uint32_t meta = column.layout.meta;
  if (cell.size != column.layout.width) [[unlikely]] {
    return column.meaning == ColumnMeaning::as_stored ? nullptr : write_address(p, column, cell);
  }
  switch (column.layout.type) {
    case ColumnType::tiny:
      return write_integer<1>(p, column, cell);
    case ColumnType::short_:
      return write_integer<2>(p, column, cell);
    case ColumnType::int24:
      return write_integer<3>(p, column, cell);
    case ColumnType::long_:
      return write_integer<4>(p, column, cell);
    case ColumnType::longlong:
      return write_integer<8>(p, column, cell);
    case ColumnType::float_:
      return write_float_value(p, cell);
    case ColumnType::double_:
      return write_double_value(p, cell);
    case ColumnType::bit:
      return write_uint(p, binlog::decode_bit(cell.bytes()));
    case ColumnType::year:
      return write_year(p, cell);
    case ColumnType::newdecimal:
      return binlog::write_decimal(p, cell.data, meta >> 8, meta & 0xff);
    case ColumnType::date:
    case ColumnType::newdate:
      return binlog::write_date(p, cell.data);
    case ColumnType::time:
      return meta == 0 ? binlog::write_old_time(p, cell.data)
                       : binlog::write_hires(p, ColumnType::time, cell.data, meta);
    case ColumnType::datetime:
      return meta == 0 ? binlog::write_old_datetime(p, cell.data)
                       : binlog::write_hires(p, ColumnType::datetime, cell.data, meta);
    case ColumnType::timestamp:
      return meta == 0 ? binlog::write_old_timestamp_utc(p, cell.data)
                       : binlog::write_hires(p, ColumnType::timestamp, cell.data, meta);
    case ColumnType::time2:
      return binlog::write_time2(p, cell.data, meta);
    case ColumnType::datetime2:
      return binlog::write_datetime2(p, cell.data, meta);
    case ColumnType::timestamp2:
      return binlog::write_timestamp2_utc(p, cell.data, meta);
    case ColumnType::string: // an address of zeros alone
      return write_address(p, column, cell);
    default:
      return nullptr;
  }
}

std::uint64_t load_bits(const Cell& cell) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, cell.data, cell.size < sizeof bits ? cell.size : sizeof bits);
  return bits;
}

std::size_t missing_zeros(const Column& column, const Cell& cell) noexcept {
  if (column.layout.type != ColumnType::string || !is_binary(column)) return 0;
  return cell.size < column.layout.meta ? column.layout.meta - cell.size : 0;
}

bool append_text(Output& out, const Column& column, Bytes bytes) {
  if (column.charset == nullptr || column.charset->is_utf8()) {
    if (!is_utf8(as_text(bytes))) return false;
    out.append(as_text(bytes));
    return true;
  }
  const std::size_t start = out.size();
  if (column.charset->append_utf8(out, bytes)) return true;
  out.truncate(start);
  return false;
}

namespace {

ValueStatus append_text_of_kind(Output& out, const Column& column, const Cell& cell, ValueKind kind) {
  switch (kind) {
    case ValueKind::number:
    case ValueKind::year:
    case ValueKind::decimal:
    case ValueKind::temporal:
    case ValueKind::address: {
      char* end = write_scalar(out.ensure(kMaxScalarChars), column, cell);
      if (end == nullptr) return ValueStatus::corrupt;
      out.advance(end);
      return ValueStatus::ok;
    }
    case ValueKind::enum_:
      return append_enum(out, column, cell);
    case ValueKind::set:
      return append_set(out, column, cell);
    case ValueKind::text:
      return append_text(out, column, cell.bytes()) ? ValueStatus::ok : ValueStatus::not_text;
    case ValueKind::json:
      return append_json(out, cell);
    case ValueKind::binary:
    case ValueKind::geometry:
    case ValueKind::vector:
      append_raw(out, column, cell);
      return ValueStatus::ok;
    case ValueKind::compressed: {
      const Cell plain = uncompressed(cell);
      if (!plain.is_value()) return ValueStatus::corrupt;
      if (holds_text(column)) return append_text(out, column, plain.bytes()) ? ValueStatus::ok : ValueStatus::not_text;
      out.append(as_text(plain.bytes()));
      return ValueStatus::ok;
    }
    case ValueKind::unknown:
      return ValueStatus::corrupt;
  }
  return ValueStatus::corrupt;
}

} // namespace

ValueStatus append_value_text(Output& out, const Column& column, const Cell& cell) {
  return append_text_of_kind(out, column, cell, value_kind(column));
}

ValueStatus append_printable(Output& out, const Column& column, const Cell& cell) {
  const ValueKind kind = value_kind(column);
  switch (kind) {
    case ValueKind::binary:
    case ValueKind::geometry:
    case ValueKind::vector:
      append_readable(out, column, cell);
      return ValueStatus::ok;
    case ValueKind::compressed: {
      if (holds_text(column)) return append_text_of_kind(out, column, cell, kind);
      const Cell plain = uncompressed(cell);
      if (!plain.is_value()) return ValueStatus::corrupt;
      append_hex(out, plain.bytes());
      return ValueStatus::ok;
    }
    default:
      return append_text_of_kind(out, column, cell, kind);
  }
}

Cell uncompressed(const Cell& cell) {
  const std::optional<Bytes> plain = binlog::uncompress_column(cell.bytes());
  if (!plain) return {};
  return {plain->data(), static_cast<std::uint32_t>(plain->size()), binlog::CellState::value};
}

Bytes stored_bytes(const Column& column, const Cell& cell) {
  return value_kind(column) == ValueKind::compressed ? uncompressed(cell).bytes() : cell.bytes();
}

bool is_stored_as_text(const Column& column) noexcept {
  return value_kind(column) == ValueKind::text && (column.charset == nullptr || column.charset->is_utf8());
}

bool is_binary(const Column& column) noexcept { return value_kind(column) == ValueKind::binary; }

} // namespace rowferry
