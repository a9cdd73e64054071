#include "binlog/temporal_text.hpp"

#include <array>
#include <rowferry/base/numbers.hpp>

namespace rowferry::binlog {

char* write_date_text(char* p, std::uint64_t year, std::uint64_t month, std::uint64_t day) noexcept {
  if (year > 9999 || month > 12 || day > 31) return nullptr;
  p = write_digits(p, year, 4);
  *p++ = '-';
  p = write_two_digits(p, static_cast<unsigned>(month));
  *p++ = '-';
  return write_two_digits(p, static_cast<unsigned>(day));
}

char* write_clock_text(char* p, std::uint64_t packed) noexcept {
  const auto hour = static_cast<unsigned>(packed >> 12);
  const auto minute = static_cast<unsigned>(packed >> 6 & 0x3f);
  const auto second = static_cast<unsigned>(packed & 0x3f);
  if (hour > 999 || minute > 59 || second > 59) return nullptr;
  p = hour < 100 ? write_two_digits(p, hour) : write_digits(p, hour, 3);
  *p++ = ':';
  p = write_two_digits(p, minute);
  *p++ = ':';
  return write_two_digits(p, second);
}

char* write_datetime_text(char* p, std::uint64_t packed) noexcept {
  const std::uint64_t months = packed >> 22;
  const std::uint64_t clock = packed & 0x1ffff;
  if (clock >> 12 > 23) return nullptr;
  p = write_date_text(p, months / 13, months % 13, packed >> 17 & 0x1f);
  if (p == nullptr) return nullptr;
  *p++ = ' ';
  return write_clock_text(p, clock);
}

char* write_fraction_text(char* p, std::uint32_t microseconds, unsigned fsp) noexcept {
  constexpr std::array<std::uint32_t, 7> kDivisors{1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  if (fsp == 0) return p;
  *p++ = '.';
  return write_digits(p, microseconds / kDivisors[fsp], fsp);
}

} // namespace rowferry::binlog
