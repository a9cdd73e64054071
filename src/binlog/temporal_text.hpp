// Packed dates and times to text, for columns and for the temporal values inside JSON. As in values.hpp: write at p,
// return the end, null for what is no date or time. Room for kMaxIntegerChars behind the text is the caller's.
#pragma once

#include <cstdint>
#include <rowferry/base/numbers.hpp>

namespace rowferry::binlog {

/// "2024-02-29". Zero dates and zero parts pass; a year over 9999 or a month over 12 does not.
inline char* write_date_text(char* p, std::uint64_t year, std::uint64_t month, std::uint64_t day) noexcept {
  if (year > 9999 || month > 12 || day > 31) return nullptr;
  p = write_four_digits(p, static_cast<unsigned>(year));
  *p++ = '-';
  p = write_two_digits(p, static_cast<unsigned>(month));
  *p++ = '-';
  return write_two_digits(p, static_cast<unsigned>(day));
}

/// "12:34:56" of three numbers of two digits.
inline char* write_clock_text(char* p, unsigned hour, unsigned minute, unsigned second) noexcept {
  p = write_two_digits(p, hour);
  *p++ = ':';
  p = write_two_digits(p, minute);
  *p++ = ':';
  return write_two_digits(p, second);
}

/// "12:34:56" of hour << 12 | minute << 6 | second. Hours have two digits, or three from 100 on.
inline char* write_clock_text(char* p, std::uint64_t packed) noexcept {
  const auto hour = static_cast<unsigned>(packed >> 12);
  const auto minute = static_cast<unsigned>(packed >> 6 & 0x3f);
  const auto second = static_cast<unsigned>(packed & 0x3f);
  if (hour > 999 || minute > 59 || second > 59) return nullptr;
  if (hour < 100) return write_clock_text(p, hour, minute, second);
  *p = static_cast<char>('0' + hour / 100);
  return write_clock_text(p + 1, hour % 100, minute, second);
}

/// "2024-02-29 12:34:56" of (year * 13 + month) << 22 | day << 17 | hour << 12 | minute << 6 | second.
inline char* write_datetime_text(char* p, std::uint64_t packed) noexcept {
  const auto months = static_cast<std::uint32_t>(packed >> 22);
  const auto rest = static_cast<std::uint32_t>(packed);
  const std::uint32_t hour = rest >> 12 & 0x1f;
  const std::uint32_t minute = rest >> 6 & 0x3f;
  const std::uint32_t second = rest & 0x3f;
  if (hour > 23 || minute > 59 || second > 59) return nullptr;
  const std::uint32_t year = months / 13;
  p = write_date_text(p, year, months - year * 13, rest >> 17 & 0x1f);
  if (p == nullptr) return nullptr;
  *p++ = ' ';
  return write_clock_text(p, hour, minute, second);
}

/// ".789000" cut to fsp digits, nothing for fsp 0.
inline char* write_fraction_text(char* p, std::uint32_t microseconds, unsigned fsp) noexcept {
  if (fsp == 0) return p;
  *p++ = '.';
  write_digits(p, microseconds, 6);
  return p + fsp;
}

} // namespace rowferry::binlog
