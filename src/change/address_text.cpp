#include "change/address_text.hpp"

#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>

namespace rowferry {

using binlog::Cell;

namespace {

char* write_inet4(char* p, const std::uint8_t* bytes) noexcept {
  for (unsigned i = 0; i < 4; ++i) {
    if (i != 0) *p++ = '.';
    p = write_uint(p, bytes[i]);
  }
  return p;
}

/// As MariaDB prints it: the first of the longest runs of zero words is `::`, a single one too; the last two words of
/// an IPv4-mapped or -compatible address have dots.
char* write_inet6(char* p, const std::uint8_t* bytes) noexcept {
  constexpr unsigned kWords = 8;
  constexpr std::string_view kHex = "0123456789abcdef";
  unsigned words[kWords];
  for (unsigned i = 0; i < kWords; ++i) words[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  unsigned gap = kWords;
  unsigned gap_size = 0;
  for (unsigned i = 0, run = 0; i < kWords; ++i) {
    run = words[i] == 0 ? run + 1 : 0;
    if (run > gap_size) {
      gap_size = run;
      gap = i + 1 - run;
    }
  }
  for (unsigned i = 0; i < kWords; ++i) {
    if (i == gap) {
      if (i == 0) *p++ = ':';
      *p++ = ':';
      i += gap_size - 1;
    } else if (i == 6 && gap == 0 && (gap_size == 6 || (gap_size == 5 && words[5] == 0xffff))) {
      return write_inet4(p, bytes + 12);
    } else {
      bool leading = true;
      for (int shift = 12; shift >= 0; shift -= 4) {
        const unsigned digit = words[i] >> shift & 0xf;
        leading = leading && digit == 0 && shift != 0;
        if (!leading) *p++ = kHex[digit];
      }
      if (i + 1 != kWords) *p++ = ':';
    }
  }
  return p;
}

} // namespace

void fill_padded(std::uint8_t* bytes, std::size_t size, const Cell& cell) noexcept {
  std::memset(bytes, 0, size);
  if (cell.size != 0) std::memcpy(bytes, cell.data, cell.size);
}

char* write_address(char* p, const Column& column, const Cell& cell) noexcept {
  std::uint8_t bytes[kUuidBytes];
  const std::size_t size = column.meaning == ColumnMeaning::inet4 ? 4 : kUuidBytes;
  if (cell.size > size) return nullptr;
  fill_padded(bytes, size, cell);
  switch (column.meaning) {
    case ColumnMeaning::inet4:
      return write_inet4(p, bytes);
    case ColumnMeaning::inet6:
      return write_inet6(p, bytes);
    case ColumnMeaning::uuid:
      return write_uuid(p, bytes);
    default:
      return nullptr;
  }
}

} // namespace rowferry
