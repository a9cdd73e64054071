// Integers and floating point numbers as decimal text, written straight into a buffer.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rowferry {

inline constexpr std::size_t kMaxIntegerChars = 20; ///< "-9223372036854775808", "18446744073709551615"
inline constexpr std::size_t kMaxDoubleChars = 32;  ///< the longest that write_double and write_float produce

namespace detail {

static_assert(std::endian::native == std::endian::little); // the first digit is the lowest byte

inline constexpr std::uint64_t kZeros = 0x3030'3030'3030'3030; // '0', eight times

/// "00" "01" … "99"
inline constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// The eight digits of a number below 10^8, one a byte: halved into fours, twos and ones, all halves at a time. 10486 /
/// 2^20 and 103 / 2^10 are 1/100 and 1/10 closely enough for four and two digits.
inline std::uint64_t eight_digits(std::uint32_t value) noexcept {
  const std::uint32_t high = value / 10'000;
  const std::uint64_t fours = high | std::uint64_t{value - high * 10'000} << 32;
  const std::uint64_t hundreds = fours * 10'486 >> 20 & 0x0000'007f'0000'007f;
  const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
  const std::uint64_t tens = twos * 103 >> 10 & 0x000f'000f'000f'000f;
  return tens | (twos - tens * 10) << 8;
}

inline constexpr std::uint64_t kEightDigits = 100'000'000;

inline char* write_eight_digits(char* p, std::uint64_t value) noexcept {
  const std::uint64_t text = eight_digits(static_cast<std::uint32_t>(value)) | kZeros;
  std::memcpy(p, &text, sizeof text);
  return p + sizeof text;
}

/// Of nine digits and more.
char* write_large_uint(char* p, std::uint64_t value) noexcept;
char* write_many_digits(char* p, std::uint64_t value, unsigned digits) noexcept;

} // namespace detail

/// "00".."99".
inline char* write_two_digits(char* p, unsigned value) noexcept {
  std::memcpy(p, &detail::kPairs[2 * std::size_t{value}], 2);
  return p + 2;
}
/// "0000".."9999".
inline char* write_four_digits(char* p, unsigned value) noexcept {
  const unsigned high = value / 100;
  return write_two_digits(write_two_digits(p, high), value - high * 100);
}

namespace detail {

/// One or two digits.
inline char* write_below_100(char* p, unsigned value) noexcept {
  if (value >= 10) return write_two_digits(p, value);
  *p = static_cast<char>('0' + value);
  return p + 1;
}
/// One to four.
inline char* write_below_10000(char* p, unsigned value) noexcept {
  if (value < 100) return write_below_100(p, value);
  const unsigned high = value / 100;
  return write_two_digits(write_below_100(p, high), value - high * 100);
}

} // namespace detail

/// Decimal text of `value` at p; room for kMaxIntegerChars is the caller's. Returns the end. The branches follow the
/// number of digits, which is much the same from row to row.
inline char* write_uint(char* p, std::uint64_t value) noexcept {
  if (value >= detail::kEightDigits) [[unlikely]]
    return detail::write_large_uint(p, value);
  const auto small = static_cast<std::uint32_t>(value);
  if (small < 10'000) return detail::write_below_10000(p, small);
  const std::uint32_t high = small / 10'000;
  return write_four_digits(detail::write_below_10000(p, high), small - high * 10'000);
}

inline char* write_int(char* p, std::int64_t value) noexcept {
  *p = '-';
  const auto bits = static_cast<std::uint64_t>(value);
  const bool negative = value < 0;
  return write_uint(p + (negative ? 1 : 0), negative ? 0 - bits : bits);
}

/// Exactly `digits` digits (1 to 19), with leading zeros; value < 10^digits. Room for kMaxIntegerChars is the caller's.
inline char* write_digits(char* p, std::uint64_t value, unsigned digits) noexcept {
  if (digits == 2) return write_two_digits(p, static_cast<unsigned>(value));
  if (digits > 8) [[unlikely]]
    return detail::write_many_digits(p, value, digits);
  const std::uint64_t text = detail::eight_digits(static_cast<std::uint32_t>(value)) | detail::kZeros;
  const std::uint64_t shifted = text >> (64 - 8 * digits);
  std::memcpy(p, &shifted, sizeof shifted);
  return p + digits;
}

/// The shortest text that reads back as the same number, as std::to_chars prints it. Finite values only (MySQL stores
/// no others). Room for kMaxDoubleChars is the caller's.
char* write_double(char* p, double value) noexcept;
char* write_float(char* p, float value) noexcept;

} // namespace rowferry
