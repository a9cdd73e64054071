#include <charconv>
#include <cmath>
#include <rowferry/base/numbers.hpp>

namespace rowferry {
namespace {

/// From here to below kBelow write_short() looks: numbers with four digits behind the point then have no more of them
/// than every number of the type is told by (std::numeric_limits::digits10).
template <class Float>
constexpr auto kFrom = static_cast<Float>(0.001); // below, an exponent may be shorter
template <class Float>
constexpr auto kBelow = static_cast<Float>(sizeof(Float) == sizeof(double) ? 1e9 : 1e2);

constexpr unsigned kOne = 10'000; // four digits behind the point

/// ".25" of 2500, which is not 0.
char* write_point(char* p, unsigned fraction) noexcept {
  *p++ = '.';
  if (fraction % 100 != 0) {
    p = write_four_digits(p, fraction);
    return fraction % 10 == 0 ? p - 1 : p;
  }
  p = write_two_digits(p, fraction / 100);
  return fraction % 1000 == 0 ? p - 1 : p;
}

/// Numbers of at most four digits behind the point, as most that people enter are. Decimals of so few digits are each
/// another floating point number, so the one that divides to `value` is its shortest text. Null: any other, and whole
/// numbers.
template <class Float>
char* write_short(char* p, Float value) noexcept {
  const Float magnitude = std::abs(value);
  if (!(magnitude >= kFrom<Float> && magnitude < kBelow<Float>)) return nullptr;
  const auto scaled = static_cast<std::int64_t>(magnitude * kOne + static_cast<Float>(0.5));
  if (static_cast<Float>(scaled) / kOne != magnitude) return nullptr;
  const auto digits = static_cast<std::uint64_t>(scaled);
  const std::uint64_t whole = digits / kOne;
  const auto fraction = static_cast<unsigned>(digits - whole * kOne);
  if (fraction == 0) return nullptr;
  *p = '-';
  return write_point(write_uint(p + (value < 0 ? 1 : 0), whole), fraction);
}

/// Whole numbers whose shortest text is their digits: behind five zeros an exponent is shorter. Null: any other.
template <class Float>
char* write_whole(char* p, Float value) noexcept {
  constexpr Float kBelow = 1e6; // exact as float too
  constexpr std::int32_t kFiveZeros = 100'000;
  if (!(std::abs(value) < kBelow)) return nullptr;
  const auto whole = static_cast<std::int32_t>(value);
  if (static_cast<Float>(whole) != value || whole % kFiveZeros == 0) return nullptr;
  return write_int(p, whole);
}

template <class Float>
char* write_shortest(char* p, Float value) noexcept {
  if (char* const end = write_whole(p, value); end != nullptr) return end;
  if (char* const end = write_short(p, value); end != nullptr) return end;
  return std::to_chars(p, p + kMaxDoubleChars, value).ptr;
}

} // namespace

char* detail::write_large_uint(char* p, std::uint64_t value) noexcept {
  const std::uint64_t high = value / kEightDigits;
  return write_eight_digits(write_uint(p, high), value % kEightDigits);
}
char* detail::write_many_digits(char* p, std::uint64_t value, unsigned digits) noexcept {
  return write_eight_digits(write_digits(p, value / kEightDigits, digits - 8), value % kEightDigits);
}

char* write_double(char* p, double value) noexcept { return write_shortest(p, value); }
char* write_float(char* p, float value) noexcept { return write_shortest(p, value); }

} // namespace rowferry
