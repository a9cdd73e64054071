#include <charconv>
#include <cmath>
#include <rowferry/base/numbers.hpp>

namespace rowferry {
namespace {

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

} // namespace

char* detail::write_large_uint(char* p, std::uint64_t value) noexcept {
  const std::uint64_t high = value / kEightDigits;
  return write_eight_digits(write_uint(p, high), value % kEightDigits);
}
char* detail::write_many_digits(char* p, std::uint64_t value, unsigned digits) noexcept {
  return write_eight_digits(write_digits(p, value / kEightDigits, digits - 8), value % kEightDigits);
}

char* write_double(char* p, double value) noexcept {
  if (char* end = write_whole(p, value); end != nullptr) return end;
  return std::to_chars(p, p + kMaxDoubleChars, value).ptr;
}
char* write_float(char* p, float value) noexcept {
  if (char* end = write_whole(p, value); end != nullptr) return end;
  return std::to_chars(p, p + kMaxDoubleChars, value).ptr;
}

} // namespace rowferry
