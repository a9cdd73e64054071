#include "checkpoint/utc_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace rowferry {
namespace {

using std::chrono::microseconds;
using std::chrono::sys_days;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kLast = 2'932'897 * kDay - 1; // 9999-12-31T23:59:59.999999Z
constexpr std::string_view kPattern = "0000-00-00T00:00:00.000000Z";

bool has_pattern(std::string_view text) noexcept {
  return std::equal(text.begin(), text.end(), kPattern.begin(), kPattern.end(),
                    [](char c, char wanted) { return wanted == '0' ? c >= '0' && c <= '9' : c == wanted; });
}

unsigned digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
  unsigned value = 0;
  for (const char c : text.substr(at, count)) value = 10 * value + static_cast<unsigned>(c - '0');
  return value;
}

} // namespace

std::string format_utc(std::int64_t us) {
  us = std::clamp<std::int64_t>(us, 0, kLast);
  const std::chrono::year_month_day date{sys_days{std::chrono::days{us / kDay}}};
  const std::int64_t second = us % kDay / kSecond;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600,
                     second / 60 % 60, second % 60, us % kSecond);
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  if (!has_pattern(text)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(digits(text, 0, 4))},
                                         std::chrono::month{digits(text, 5, 2)}, std::chrono::day{digits(text, 8, 2)}};
  const unsigned hour = digits(text, 11, 2);
  const unsigned minute = digits(text, 14, 2);
  const unsigned second = digits(text, 17, 2);
  if (!date.ok() || date.year() < std::chrono::year{1970} || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  const std::int64_t seconds = std::int64_t{hour} * 3600 + minute * 60 + second;
  return sys_days{date}.time_since_epoch().count() * kDay + seconds * kSecond + digits(text, 20, 6);
}

} // namespace rowferry
