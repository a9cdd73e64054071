#include "binlog/json_number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <rowferry/base/numbers.hpp>

namespace rowferry::binlog {
namespace {

/// 0.d₁d₂d₃… × 10^point, without trailing zeros.
struct Digits {
  std::array<char, 17> digit;
  int count = 0;
  int point = 0;
};

Digits shortest_digits(double magnitude) noexcept {
  std::array<char, kMaxDoubleChars> text;
  const char* const end = std::to_chars(text.begin(), text.end(), magnitude, std::chars_format::scientific).ptr;
  Digits digits;
  const char* p = text.data();
  for (; *p != 'e'; ++p) {
    if (*p != '.') digits.digit[static_cast<std::size_t>(digits.count++)] = *p;
  }
  const bool negative = p[1] == '-';
  int exponent = 0;
  std::from_chars(p + 2, end, exponent);
  digits.point = (negative ? -exponent : exponent) + 1;
  return digits;
}

char* write_all(char* p, const char* digits, int count) noexcept {
  std::memcpy(p, digits, static_cast<std::size_t>(count));
  return p + count;
}

char* write_zeros(char* p, int count) noexcept {
  for (; count > 0; --count) *p++ = '0';
  return p;
}

/// "123.45", "0.00012", "1200.0"
char* write_positional(char* p, const Digits& digits) noexcept {
  const char* const all = digits.digit.data();
  if (digits.point <= 0) {
    p = write_zeros(p, 1);
    *p++ = '.';
    p = write_zeros(p, -digits.point);
    return write_all(p, all, digits.count);
  }
  if (digits.point < digits.count) {
    p = write_all(p, all, digits.point);
    *p++ = '.';
    return write_all(p, all + digits.point, digits.count - digits.point);
  }
  p = write_all(p, all, digits.count);
  p = write_zeros(p, digits.point - digits.count);
  return write_all(p, ".0", 2);
}

/// "1.5e-16", "1e22"
char* write_scientific(char* p, const Digits& digits) noexcept {
  *p++ = digits.digit[0];
  if (digits.count > 1) {
    *p++ = '.';
    p = write_all(p, digits.digit.data() + 1, digits.count - 1);
  }
  *p++ = 'e';
  return write_int(p, digits.point - 1);
}

} // namespace

char* write_json_double(char* p, double value) noexcept {
  // my_gcvt of mysql-server strings/dtoa.cc: an exponent only where the point lies more than 15 digits away, and not
  // where digits stand on both sides of it.
  constexpr int kMaxPoint = 15;
  if (std::signbit(value)) *p++ = '-';
  if (value == 0) return write_all(p, "0.0", 3);
  const Digits digits = shortest_digits(std::abs(value));
  const bool positional = digits.point > -kMaxPoint && (digits.point <= kMaxPoint || digits.count > digits.point);
  return positional ? write_positional(p, digits) : write_scientific(p, digits);
}

} // namespace rowferry::binlog
