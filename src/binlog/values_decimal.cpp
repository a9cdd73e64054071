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

/// At most one group on either side of the point, and one in front of it: what nearly every column has.
char* write_short_decimal(char* p, const std::uint8_t* bytes, unsigned integer_digits, unsigned scale) noexcept {
  const unsigned integer_bytes = kBytesOfDigits[integer_digits];
  const unsigned fraction_bytes = kBytesOfDigits[scale];
  const bool negative = (*bytes & 0x80) == 0;
  const std::uint32_t flip = negative ? 0xffff'ffff : 0;
  const std::uint32_t integer_bits = 0xffff'ffffU >> (32 - 8 * integer_bytes);
  const std::uint32_t sign = 1U << (8 * integer_bytes - 1);
  const std::uint32_t integer = (load_group(bytes, integer_bytes) ^ flip ^ sign) & integer_bits;
  if (integer >= kPowersOf10[integer_digits]) return nullptr;
  *p = '-';
  p = write_uint(p + (negative ? 1 : 0), integer);
  if (scale == 0) return p;
  const std::uint32_t fraction_bits = 0xffff'ffffU >> (32 - 8 * fraction_bytes);
  const std::uint32_t fraction = (load_group(bytes + integer_bytes, fraction_bytes) ^ flip) & fraction_bits;
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
