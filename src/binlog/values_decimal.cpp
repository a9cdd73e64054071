// NEWDECIMAL: mysql-server strings/decimal.cc, decimal2bin. Digits are grouped by nine away from the point, each group
// a big-endian number; the outermost groups may hold fewer digits. The top bit of the first byte is inverted, and a
// negative number has all of its bits inverted.
#include <array>
#include <rowferry/base/numbers.hpp>
#include <rowferry/binlog/values.hpp>

namespace rowferry::binlog {
namespace {

constexpr unsigned kGroupDigits = 9;
constexpr std::array<std::uint8_t, kGroupDigits + 1> kBytesOfDigits{0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
constexpr std::array<std::uint8_t, kGroupDigits + 1> kBitsOfDigits{0, 8, 8, 16, 16, 24, 24, 32, 32, 32};
constexpr std::array<std::uint32_t, kGroupDigits + 1> kPowersOf10{
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

constexpr unsigned bytes_of(unsigned digits) noexcept {
  return digits / kGroupDigits * 4 + kBytesOfDigits[digits % kGroupDigits];
}

std::uint32_t load_group(const std::uint8_t* p, unsigned bytes) noexcept {
  switch (bytes) {
    case 1:
      return p[0];
    case 2:
      return static_cast<std::uint32_t>(load_be<2>(p));
    case 3:
      return static_cast<std::uint32_t>(load_be<3>(p));
    default:
      return static_cast<std::uint32_t>(load_be<4>(p));
  }
}

/// Hands out the groups, their signs undone.
class Groups {
 public:
  explicit Groups(const std::uint8_t* bytes) noexcept : next_(bytes), negative_((bytes[0] & 0x80) == 0) {}

  [[nodiscard]] bool negative() const noexcept { return negative_; }
  [[nodiscard]] bool valid() const noexcept { return valid_; }

  std::uint32_t take(unsigned digits) noexcept {
    const unsigned bytes = kBytesOfDigits[digits];
    const unsigned bits = 8 * bytes;
    std::uint32_t value = load_group(next_, bytes);
    if (negative_) value ^= 0xffff'ffffU >> (32 - bits);
    if (first_) value ^= 1U << (bits - 1);
    first_ = false;
    next_ += bytes;
    if (value >= kPowersOf10[digits]) {
      valid_ = false;
      return 0;
    }
    return value;
  }

 private:
  const std::uint8_t* next_;
  bool negative_;
  bool first_ = true;
  bool valid_ = true;
};

char* write_integer_part(char* p, Groups& groups, unsigned digits) noexcept {
  char* const begin = p;
  unsigned group = digits % kGroupDigits;
  if (group == 0) group = kGroupDigits;
  for (; digits != 0; digits -= group, group = kGroupDigits) {
    const std::uint32_t value = groups.take(group);
    if (p != begin) {
      p = write_digits(p, value, group);
    } else if (value != 0) {
      p = write_uint(p, value);
    }
  }
  if (p == begin) *p++ = '0';
  return p;
}

char* write_fraction(char* p, Groups& groups, unsigned digits) noexcept {
  while (digits != 0) {
    const unsigned group = digits < kGroupDigits ? digits : kGroupDigits;
    p = write_digits(p, groups.take(group), group);
    digits -= group;
  }
  return p;
}

/// Up to eight bytes, big-endian, the first one at the top. From four on they are two loads that overlap.
std::uint64_t load_to_top(const std::uint8_t* p, unsigned bytes) noexcept {
  if (bytes >= 4) return load_be<4>(p) << 32 | load_be<4>(p + bytes - 4) << (64 - 8 * bytes);
  std::uint64_t value = std::uint64_t{p[0]} << 56;
  if (bytes >= 2) value |= std::uint64_t{p[1]} << 48;
  if (bytes == 3) value |= std::uint64_t{p[2]} << 40;
  return value;
}

/// As write_uint(), of a number below 10^9: calls nothing.
char* write_group(char* p, std::uint32_t value) noexcept {
  constexpr std::uint32_t kTop = kPowersOf10[kGroupDigits - 1];
  if (value < kTop) return write_uint(p, value);
  const std::uint32_t top = value / kTop;
  *p = static_cast<char>('0' + top);
  return write_digits(p + 1, value - top * kTop, kGroupDigits - 1);
}

/// At most one group on either side of the point, and one in front of it: what nearly every column has.
char* write_short_decimal(char* p, const std::uint8_t* bytes, unsigned integer_digits, unsigned scale) noexcept {
  const unsigned integer_bits = kBitsOfDigits[integer_digits];
  const unsigned fraction_bits = kBitsOfDigits[scale];
  std::uint64_t value = load_to_top(bytes, (integer_bits + fraction_bits) / 8) ^ std::uint64_t{1} << 63;
  *p = '-';
  if (static_cast<std::int64_t>(value) < 0) {
    value = ~value;
    ++p;
  }
  const auto integer = static_cast<std::uint32_t>(value >> (64 - integer_bits));
  if (integer >= kPowersOf10[integer_digits]) return nullptr;
  p = write_group(p, integer);
  if (scale == 0) return p;
  const std::uint64_t fraction = value << integer_bits >> (64 - fraction_bits);
  if (fraction >= kPowersOf10[scale]) return nullptr;
  *p++ = '.';
  return write_digits(p, fraction, scale);
}

[[gnu::noinline]] char* write_long_decimal(char* p, const std::uint8_t* bytes, unsigned precision,
                                           unsigned scale) noexcept {
  if (scale > precision || precision == 0) return nullptr;
  Groups groups(bytes);
  if (groups.negative()) *p++ = '-';
  p = write_integer_part(p, groups, precision - scale);
  if (scale != 0) {
    *p++ = '.';
    p = write_fraction(p, groups, scale);
  }
  return groups.valid() ? p : nullptr;
}

} // namespace

std::uint32_t decimal_size(unsigned precision, unsigned scale) noexcept {
  if (scale > precision) return 0;
  return bytes_of(precision - scale) + bytes_of(scale);
}

char* write_decimal(char* p, const std::uint8_t* bytes, unsigned precision, unsigned scale) noexcept {
  const unsigned integer_digits = precision - scale; // wraps around where there is no such type
  if (integer_digits - 1 < kGroupDigits && scale <= kGroupDigits) {
    return write_short_decimal(p, bytes, integer_digits, scale);
  }
  return write_long_decimal(p, bytes, precision, scale);
}

} // namespace rowferry::binlog
