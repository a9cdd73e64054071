#include "app/utc_text.hpp"

#include <fmt/chrono.h>

#include <chrono>

namespace rowferry {
namespace {

/// Takes fixed-width parts off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  bool take(std::string_view any_of) noexcept {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool next_is(char c) const noexcept { return rest_.starts_with(c); }
  std::optional<int> digits(std::size_t count) noexcept {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// `.5` is 500000.
  std::optional<int> fraction_us() noexcept {
    int value = 0;
    int scale = 100'000;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      if (scale == 0) return std::nullopt;
      value += (rest_.front() - '0') * scale;
      scale /= 10;
      rest_.remove_prefix(1);
    }
    if (scale == 100'000) return std::nullopt;
    return value;
  }

 private:
  std::string_view rest_;
};

/// Minutes east of UTC.
std::optional<int> zone_minutes(Scanner& in) {
  if (in.at_end() || in.take("Zz")) return in.at_end() ? std::optional(0) : std::nullopt;
  const int sign = in.next_is('-') ? -1 : 1;
  if (!in.take("+-")) return std::nullopt;
  const auto hours = in.digits(2);
  in.take(":");
  const auto minutes = in.digits(2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59 || !in.at_end()) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

} // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  using namespace std::chrono;
  Scanner in(text);
  const auto year_digits = in.digits(4);
  if (!year_digits || !in.take("-")) return std::nullopt;
  const auto month_digits = in.digits(2);
  if (!month_digits || !in.take("-")) return std::nullopt;
  const auto day_digits = in.digits(2);
  if (!day_digits || !in.take("Tt ")) return std::nullopt;
  const auto hour_digits = in.digits(2);
  if (!hour_digits || !in.take(":")) return std::nullopt;
  const auto minute_digits = in.digits(2);
  if (!minute_digits || !in.take(":")) return std::nullopt;
  const auto second_digits = in.digits(2);
  if (!second_digits || *hour_digits > 23 || *minute_digits > 59 || *second_digits > 59) return std::nullopt;
  const auto fraction = in.take(".") ? in.fraction_us() : std::optional(0);
  if (!fraction) return std::nullopt;
  const auto zone = zone_minutes(in);
  const year_month_day date{year(*year_digits), month(static_cast<unsigned>(*month_digits)),
                            day(static_cast<unsigned>(*day_digits))};
  if (!zone || !date.ok()) return std::nullopt;
  const auto moment = sys_days(date) + hours(*hour_digits) + minutes(*minute_digits - *zone) + seconds(*second_digits) +
                      microseconds(*fraction);
  return duration_cast<microseconds>(moment.time_since_epoch()).count();
}

std::string time_text(std::int64_t us) {
  constexpr std::int64_t kSecond = 1'000'000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(static_cast<std::time_t>(us / kSecond)), us % kSecond);
}

} // namespace rowferry
