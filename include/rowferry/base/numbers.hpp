// Integers and floating point numbers as decimal text, written straight into a buffer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rowferry {

inline constexpr std::size_t kMaxIntegerChars = 20;  ///< "-9223372036854775808", "18446744073709551615"
inline constexpr std::size_t kMaxDoubleChars = 32;   ///< the longest that write_double and write_float produce

/// Decimal text of `value` at p; room for kMaxIntegerChars is the caller's. Returns the end.
char* write_uint(char* p, std::uint64_t value) noexcept;
char* write_int(char* p, std::int64_t value) noexcept;
/// Exactly `digits` digits (1 to 19), with leading zeros; value < 10^digits.
char* write_digits(char* p, std::uint64_t value, unsigned digits) noexcept;
/// "00".."99".
char* write_two_digits(char* p, unsigned value) noexcept;

/// The shortest text that reads back as the same number, as std::to_chars prints it. Finite values only (MySQL stores
/// no others). Room for kMaxDoubleChars is the caller's.
char* write_double(char* p, double value) noexcept;
char* write_float(char* p, float value) noexcept;

}  // namespace rowferry
