#include <array>
#include <charconv>
#include <cstring>
#include <rowferry/base/numbers.hpp>

namespace rowferry {
namespace {

constexpr std::array<char, 200> make_pairs() {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}
constexpr std::array<char, 200> kPairs = make_pairs(); // "00" "01" … "99"

constexpr std::array<std::uint64_t, 20> make_powers() {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr std::array<std::uint64_t, 20> kPowersOfTen = make_powers();

/// 1 to 20. The bit width times log10(2) is the answer or one too few.
unsigned count_digits(std::uint64_t value) noexcept {
  const unsigned bits = 64U - static_cast<unsigned>(__builtin_clzll(value | 1));
  const unsigned guess = bits * 1233 >> 12;
  return guess + (value >= kPowersOfTen[guess] || guess == 0 ? 1U : 0U);
}

void copy_pair(char* p, std::uint64_t pair) noexcept { std::memcpy(p, &kPairs[2 * pair], 2); }

/// Fills the `digits` characters at p from the back.
char* fill_digits(char* p, std::uint64_t value, unsigned digits) noexcept {
  char* const end = p + digits;
  for (; digits >= 2; digits -= 2, value /= 100) copy_pair(p + digits - 2, value % 100);
  if (digits == 1) *p = static_cast<char>('0' + value % 10);
  return end;
}

} // namespace

char* write_uint(char* p, std::uint64_t value) noexcept { return fill_digits(p, value, count_digits(value)); }

char* write_int(char* p, std::int64_t value) noexcept {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= 0) return write_uint(p, bits);
  *p = '-';
  return write_uint(p + 1, 0 - bits);
}

char* write_digits(char* p, std::uint64_t value, unsigned digits) noexcept { return fill_digits(p, value, digits); }

char* write_two_digits(char* p, unsigned value) noexcept {
  copy_pair(p, value);
  return p + 2;
}

char* write_double(char* p, double value) noexcept { return std::to_chars(p, p + kMaxDoubleChars, value).ptr; }
char* write_float(char* p, float value) noexcept { return std::to_chars(p, p + kMaxDoubleChars, value).ptr; }

} // namespace rowferry
