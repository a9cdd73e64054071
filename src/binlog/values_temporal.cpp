// DATE, TIME2, DATETIME2, TIMESTAMP2: mysql-server mysys/my_time.cc, my_*_packed_from_binary.
#include <array>
#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/binlog/values.hpp>

#include "binlog/temporal_text.hpp"

namespace rowferry::binlog {
namespace {

constexpr std::uint32_t kSecondsOfDay = 86'400;

constexpr unsigned fraction_bytes(unsigned fsp) noexcept { return (fsp + 1) / 2; }

std::uint64_t load_be_fraction(const std::uint8_t* bytes, unsigned count) noexcept {
  switch (count) {
    case 0:
      return 0;
    case 1:
      return *bytes;
    case 2:
      return load_be<2>(bytes);
    default:
      return load_be<3>(bytes);
  }
}

/// A stored fraction has 2, 4 or 6 digits, whether or not the last one is declared. Null: more than a second.
inline char* write_stored_fraction(char* p, std::uint64_t fraction, unsigned fsp) noexcept {
  if (fsp == 0) return p;
  *p = '.';
  const auto units = static_cast<unsigned>(fraction);
  switch (fraction_bytes(fsp)) {
    case 1:
      if (units >= 100) return nullptr;
      write_two_digits(p + 1, units);
      break;
    case 2:
      if (units >= 10'000) return nullptr;
      write_four_digits(p + 1, units);
      break;
    default:
      if (units >= 1'000'000) return nullptr;
      write_two_digits(write_four_digits(p + 1, units / 100), units % 100);
  }
  return p + 1 + fsp;
}

struct Civil {
  std::uint32_t year, month, day;
};

/// Days since 1970-01-01, to 2106 at least, to a proleptic Gregorian date without a division by what is not constant:
/// Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms" (2022).
constexpr Civil civil_of_days(std::uint32_t days) noexcept {
  const std::uint32_t quarters = 4 * (days + 719'468) + 3; // since 0000-03-01, in quarters of a day
  const std::uint32_t century = quarters / 146'097;
  const std::uint32_t of_century = quarters % 146'097 | 3;
  const std::uint64_t year_and_rest = std::uint64_t{2'939'745} * of_century; // year << 32 | part of the year
  const auto day_of_year = static_cast<std::uint32_t>(year_and_rest) / 2'939'745 / 4;
  const std::uint32_t month_and_day = 2'141 * day_of_year + 197'913; // month << 16 | part of the month; March is 3
  const std::uint32_t year = 100 * century + static_cast<std::uint32_t>(year_and_rest >> 32);
  const std::uint32_t month = month_and_day >> 16;
  const std::uint32_t day = (month_and_day & 0xffff) / 2'141 + 1;
  const bool next_year = month > 12;
  return {year + (next_year ? 1 : 0), next_year ? month - 12 : month, day};
}

/// "2023-11-14T".
char* write_utc_day_text(char* p, std::uint32_t days) noexcept {
  const Civil date = civil_of_days(days);
  p = write_date_text(p, date.year, date.month, date.day);
  *p = 'T';
  return p + 1;
}
/// "2024-02-29 " of (year * 13 + month) << 5 | day. Null: no date.
char* write_datetime_day_text(char* p, std::uint32_t packed) noexcept {
  const std::uint32_t months = packed >> 5;
  p = write_date_text(p, months / 13, months % 13, packed & 0x1f);
  if (p == nullptr) return nullptr;
  *p = ' ';
  return p + 1;
}

/// The texts of days asked for lately: neighbouring rows, and the columns of a row, have few different ones, and a copy
/// is a fraction of the work.
template <char* (*write_text)(char*, std::uint32_t) noexcept>
class RecentDays {
 public:
  static constexpr std::size_t kChars = 11;

  /// A block of sixteen, of which kChars count; null for a day that is not there.
  [[nodiscard]] const char* find(std::uint32_t day) const noexcept {
    const Entry& entry = entries_[day % kDays];
    return entry.day == day ? entry.text.data() : nullptr;
  }
  /// Makes it one that is there. False: it is no day.
  bool add(std::uint32_t day) noexcept {
    Entry& entry = entries_[day % kDays];
    entry.day = kNone;
    if (write_text(entry.text.data(), day) == nullptr) return false;
    entry.day = day;
    return true;
  }

 private:
  static constexpr std::uint32_t kDays = 8;
  static constexpr std::uint32_t kNone = 0xffff'ffff; // no day of either kind has that number
  struct alignas(32) Entry {
    std::uint32_t day = kNone;
    std::array<char, 16> text{};
  };
  std::array<Entry, kDays> entries_{};
};
constinit thread_local RecentDays<write_utc_day_text> recent_utc_days;
constinit thread_local RecentDays<write_datetime_day_text> recent_datetime_days;

char* copy_day(char* p, const char* day) noexcept {
  std::memcpy(p, day, 16);
  return p + decltype(recent_utc_days)::kChars;
}

// A day that is not there is added by a function of its own, which then begins anew: the way without it calls nothing
// and keeps to few registers.
char* write_utc_of_new_day(char* p, std::uint32_t seconds, std::uint64_t fraction, unsigned fsp) noexcept;

char* write_utc(char* p, std::uint32_t seconds, std::uint64_t fraction, unsigned fsp) noexcept {
  if (seconds == 0 && fraction == 0) { // MariaDB also has times in the first second of 1970
    p = write_datetime_text(p, 0);
    return write_fraction_text(p, 0, fsp);
  }
  const std::uint32_t days = seconds / kSecondsOfDay;
  const char* const day = recent_utc_days.find(days);
  if (day == nullptr) [[unlikely]]
    return write_utc_of_new_day(p, seconds, fraction, fsp);
  const std::uint32_t of_day = seconds - days * kSecondsOfDay;
  const std::uint32_t minutes = of_day / 60;
  const std::uint32_t hours = minutes / 60;
  p = write_clock_text(copy_day(p, day), hours, minutes - hours * 60, of_day - minutes * 60);
  p = write_stored_fraction(p, fraction, fsp);
  if (p != nullptr) *p++ = 'Z';
  return p;
}

[[gnu::noinline]] char* write_utc_of_new_day(char* p, std::uint32_t seconds, std::uint64_t fraction,
                                             unsigned fsp) noexcept {
  return recent_utc_days.add(seconds / kSecondsOfDay) ? write_utc(p, seconds, fraction, fsp) : nullptr;
}

[[gnu::noinline]] char* write_datetime2_of_new_day(char* p, const std::uint8_t* bytes, unsigned fsp,
                                                   std::uint32_t day) noexcept {
  return recent_datetime_days.add(day) ? write_datetime2(p, bytes, fsp) : nullptr;
}

/// HHMMSS, two decimal digits each, to the packed form.
std::uint64_t pack_clock(std::uint64_t digits) noexcept {
  const std::uint64_t minute = digits / 100 % 100;
  const std::uint64_t second = digits % 100;
  constexpr std::uint64_t kInvalid = 0x3f; // what does not fit 6 bits is refused as minute 63
  return digits / 10'000 << 12 | (minute > 59 ? kInvalid : minute) << 6 | (second > 59 ? kInvalid : second);
}

} // namespace

char* write_date(char* p, const std::uint8_t* bytes) noexcept {
  const std::uint64_t packed = load_le<3>(bytes);
  return write_date_text(p, packed >> 9, packed >> 5 & 0xf, packed & 0x1f);
}

char* write_time2(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept {
  if (fsp > kMaxFsp) return nullptr;
  // Integer and fraction together are one number with an offset, so a negative fraction borrows from the seconds.
  const unsigned fraction_size = fraction_bytes(fsp);
  const unsigned fraction_bits = 8 * fraction_size;
  const auto stored =
      static_cast<std::int64_t>(load_be<3>(bytes) << fraction_bits | load_be_fraction(bytes + 3, fraction_size));
  std::int64_t value = stored - (std::int64_t{0x800000} << fraction_bits);
  if (value < 0) {
    *p++ = '-';
    value = -value;
  }
  const auto magnitude = static_cast<std::uint64_t>(value);
  p = write_clock_text(p, magnitude >> fraction_bits);
  if (p == nullptr) return nullptr;
  return write_stored_fraction(p, magnitude & ((std::uint64_t{1} << fraction_bits) - 1), fsp);
}

char* write_datetime2(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept {
  constexpr std::uint64_t kOffset = 0x80'0000'0000;
  if (fsp > kMaxFsp) return nullptr;
  const std::uint64_t stored = load_be<5>(bytes);
  if (stored < kOffset) return nullptr;
  const std::uint64_t packed = stored - kOffset; // as of write_datetime_text()
  const auto clock = static_cast<std::uint32_t>(packed & 0x1ffff);
  if (clock >> 12 > 23) return nullptr;
  const auto day = static_cast<std::uint32_t>(packed >> 17);
  const char* const text = recent_datetime_days.find(day);
  if (text == nullptr) [[unlikely]]
    return write_datetime2_of_new_day(p, bytes, fsp, day);
  p = write_clock_text(copy_day(p, text), clock);
  if (p == nullptr) return nullptr;
  return write_stored_fraction(p, load_be_fraction(bytes + 5, fraction_bytes(fsp)), fsp);
}

char* write_timestamp2_utc(char* p, const std::uint8_t* bytes, unsigned fsp) noexcept {
  if (fsp > kMaxFsp) return nullptr;
  return write_utc(p, static_cast<std::uint32_t>(load_be<4>(bytes)), load_be_fraction(bytes + 4, fraction_bytes(fsp)),
                   fsp);
}

char* write_old_time(char* p, const std::uint8_t* bytes) noexcept {
  auto value = static_cast<std::int32_t>(load_le<3>(bytes) << 8) >> 8; // sign of 24 bits
  if (value < 0) {
    *p++ = '-';
    value = -value;
  }
  return write_clock_text(p, pack_clock(static_cast<std::uint64_t>(value)));
}

char* write_old_datetime(char* p, const std::uint8_t* bytes) noexcept {
  const std::uint64_t digits = load_le<8>(bytes); // YYYYMMDDhhmmss
  const std::uint64_t date = digits / 1'000'000;
  const std::uint64_t clock = digits % 1'000'000;
  if (clock / 10'000 > 23) return nullptr;
  p = write_date_text(p, date / 10'000, date / 100 % 100, date % 100);
  if (p == nullptr) return nullptr;
  *p++ = ' ';
  return write_clock_text(p, pack_clock(clock));
}

char* write_old_timestamp_utc(char* p, const std::uint8_t* bytes) noexcept {
  return write_utc(p, static_cast<std::uint32_t>(load_le<4>(bytes)), 0, 0);
}

} // namespace rowferry::binlog
