#include "binlog/json_opaque.hpp"

#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/binlog/values.hpp>

#include "binlog/temporal_text.hpp"

namespace rowferry::binlog {
namespace {

constexpr std::size_t kPackedTemporalSize = 8;
constexpr unsigned kFractionBits = 24;

/// Precision, scale, then the digits as in a column; printed as a number.
bool append_decimal(Output& out, Bytes data) {
  if (data.size() < 2) return false;
  const unsigned precision = data[0];
  const unsigned scale = data[1];
  const std::size_t size = decimal_size(precision, scale);
  if (size == 0 || data.size() != 2 + size) return false;
  char* const end = write_decimal(out.ensure(precision + 11), data.data() + 2, precision, scale);
  if (end == nullptr) return false;
  out.advance(end);
  return true;
}

char* write_date_of_packed(char* p, std::uint64_t seconds) noexcept {
  const std::uint64_t months = seconds >> 22;
  return write_date_text(p, months / 13, months % 13, seconds >> 17 & 0x1f);
}

/// Seconds as in temporal_text.hpp << 24 | microseconds, a negative TIME negated as a whole. Always six digits.
bool append_temporal(Output& out, ColumnType type, Bytes data) {
  if (data.size() != kPackedTemporalSize) return false;
  std::uint64_t packed = load_le<8>(data.data());
  char* p = out.ensure(kMaxTemporalChars + 2);
  *p++ = '"';
  if (packed >> 63 != 0) {
    if (type != ColumnType::time) return false;
    *p++ = '-';
    packed = 0 - packed;
  }
  const auto microseconds = static_cast<std::uint32_t>(packed & 0xff'ffff);
  const std::uint64_t seconds = packed >> kFractionBits;
  if (microseconds > 999'999) return false;
  if (type == ColumnType::date) {
    p = write_date_of_packed(p, seconds);
  } else {
    p = type == ColumnType::time ? write_clock_text(p, seconds) : write_datetime_text(p, seconds);
    if (p != nullptr) p = write_fraction_text(p, microseconds, kMaxFsp);
  }
  if (p == nullptr) return false;
  *p++ = '"';
  out.advance(p);
  return true;
}

/// "base64:type15:AP8=". The server breaks the base64 text into lines of 76 characters, as MIME does, and prints the
/// break raw into the JSON string, where JSON wants it escaped.
void append_bytes(Output& out, std::uint8_t type, Bytes data) {
  constexpr std::size_t kBytesPerLine = 57;
  out.append("\"base64:type");
  out.advance(write_uint(out.ensure(kMaxIntegerChars), type));
  out.push(':');
  for (; data.size() > kBytesPerLine; data = data.subspan(kBytesPerLine)) {
    append_base64(out, data.first(kBytesPerLine));
    out.append("\\n");
  }
  append_base64(out, data);
  out.push('"');
}

} // namespace

bool append_json_opaque(Output& out, std::uint8_t type, Bytes data) {
  switch (const auto column_type = ColumnType{type}) {
    case ColumnType::newdecimal:
      return append_decimal(out, data);
    case ColumnType::date:
    case ColumnType::time:
    case ColumnType::datetime:
    case ColumnType::timestamp:
      return append_temporal(out, column_type, data);
    default:
      append_bytes(out, type, data);
      return true;
  }
}

} // namespace rowferry::binlog
