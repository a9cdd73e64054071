// How a column's values are written in JSON, settled once a table so that a row decides nothing again.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/numbers.hpp>
#include <rowferry/binlog/values.hpp>
#include <rowferry/change/value_text.hpp>

namespace rowferry {

/// The first ones write values of exactly the layout's width, without another look at the column's type.
enum class ColumnWriter : std::uint8_t {
  int1,
  int2,
  int3,
  int4,
  int8,
  uint1,
  uint2,
  uint3,
  uint4,
  uint8,
  float4,
  float8,
  decimal,
  date,
  datetime2,
  timestamp2, ///< in quotes
  utf8,       ///< text that is checked and copied
  number,     ///< write_scalar()
  quoted,     ///< write_scalar(), in quotes
  other,
  hidden, ///< never sent
};

constexpr bool has_fixed_width(ColumnWriter writer) noexcept { return writer < ColumnWriter::utf8; }

ColumnWriter column_writer(const Column& column) noexcept;

template <unsigned N>
char* write_unsigned(char* p, const std::uint8_t* bytes) noexcept {
  return write_uint(p, load_le<N>(bytes));
}
template <unsigned N>
char* write_signed(char* p, const std::uint8_t* bytes) noexcept {
  constexpr unsigned kShift = 64 - 8 * N; // moves the sign bit to the top and back
  return write_int(p, static_cast<std::int64_t>(load_le<N>(bytes) << kShift) >> kShift);
}

inline char* write_number(char* p, float value) noexcept { return write_float(p, value); }
inline char* write_number(char* p, double value) noexcept { return write_double(p, value); }

/// The server stores no infinity and no NaN, and JSON has no text for them.
template <class Float>
char* write_floating(char* p, const std::uint8_t* bytes) noexcept {
  Float value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return std::isfinite(value) ? write_number(p, value) : nullptr;
}

/// In front of p is where the opening quote goes.
inline char* close_quotes(char* open, char* end) noexcept {
  if (end == nullptr) return nullptr;
  *open = '"';
  *end = '"';
  return end + 1;
}

/// A value of a writer of fixed width, at p with room for kMaxScalarChars and two quotes. Null: not a value of the
/// type.
[[gnu::always_inline]] inline char* write_fixed(char* p, ColumnWriter writer, std::uint32_t meta,
                                                const std::uint8_t* bytes) noexcept {
  switch (writer) {
    case ColumnWriter::int1:
      return write_signed<1>(p, bytes);
    case ColumnWriter::int2:
      return write_signed<2>(p, bytes);
    case ColumnWriter::int3:
      return write_signed<3>(p, bytes);
    case ColumnWriter::int4:
      return write_signed<4>(p, bytes);
    case ColumnWriter::int8:
      return write_signed<8>(p, bytes);
    case ColumnWriter::uint1:
      return write_unsigned<1>(p, bytes);
    case ColumnWriter::uint2:
      return write_unsigned<2>(p, bytes);
    case ColumnWriter::uint3:
      return write_unsigned<3>(p, bytes);
    case ColumnWriter::uint4:
      return write_unsigned<4>(p, bytes);
    case ColumnWriter::uint8:
      return write_unsigned<8>(p, bytes);
    case ColumnWriter::float4:
      return write_floating<float>(p, bytes);
    case ColumnWriter::float8:
      return write_floating<double>(p, bytes);
    case ColumnWriter::decimal:
      return close_quotes(p, binlog::write_decimal(p + 1, bytes, meta >> 8, meta & 0xff));
    case ColumnWriter::date:
      return close_quotes(p, binlog::write_date(p + 1, bytes));
    case ColumnWriter::datetime2:
      return close_quotes(p, binlog::write_datetime2(p + 1, bytes, meta));
    case ColumnWriter::timestamp2:
      return close_quotes(p, binlog::write_timestamp2_utc(p + 1, bytes, meta));
    default:
      return nullptr;
  }
}

} // namespace rowferry
