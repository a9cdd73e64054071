#include <gtest/gtest.h>

#include <memory>
#include <rowferry/binlog/values.hpp>
#include <string>
#include <vector>

namespace rowferry::binlog {
namespace {

using Stored = std::vector<std::uint8_t>;

/// The text of exactly these bytes, "invalid" where they are no value. Buffers have no byte to spare.
std::string text_of(const Stored& stored, unsigned precision, unsigned scale) {
  const auto bytes = std::make_unique<std::uint8_t[]>(stored.size());
  std::copy(stored.begin(), stored.end(), bytes.get());
  const std::size_t room = precision + 11;
  const auto text = std::make_unique<char[]>(room);
  const char* const end = write_decimal(text.get(), bytes.get(), precision, scale);
  return end == nullptr ? "invalid" : std::string(text.get(), static_cast<std::size_t>(end - text.get()));
}

struct Case {
  unsigned precision;
  unsigned scale;
  Stored stored;
  std::string text;
};

class Decimal : public testing::TestWithParam<Case> {};

TEST_P(Decimal, PrintsAsTheServer) {
  const Case& c = GetParam();
  ASSERT_EQ(decimal_size(c.precision, c.scale), c.stored.size());
  EXPECT_EQ(text_of(c.stored, c.precision, c.scale), c.text);
}

INSTANTIATE_TEST_SUITE_P(
    Values, Decimal,
    testing::Values(Case{10, 2, {0x80, 0x00, 0x00, 0x00, 0x00}, "0.00"},
                    Case{10, 2, {0x80, 0x00, 0x00, 0x01, 0x32}, "1.50"},
                    Case{10, 2, {0x7f, 0xff, 0xff, 0xff, 0xcd}, "-0.50"},
                    Case{10, 2, {0x85, 0xf5, 0xe0, 0xff, 0x63}, "99999999.99"},
                    Case{10, 2, {0x7a, 0x0a, 0x1f, 0x00, 0x9c}, "-99999999.99"},
                    Case{5, 0, {0x81, 0x86, 0x9f}, "99999"}, Case{5, 0, {0x7f, 0xff, 0xfe}, "-1"},
                    Case{1, 0, {0x87}, "7"}, Case{5, 5, {0x80, 0x00, 0x01}, "0.00001"},
                    Case{5, 5, {0x7f, 0xff, 0xfe}, "-0.00001"}, Case{9, 0, {0xbb, 0x9a, 0xc9, 0xff}, "999999999"},
                    // mysql-server's own example: 1234567890.1234 in DECIMAL(14,4)
                    Case{14, 4, {0x81, 0x0d, 0xfb, 0x38, 0xd2, 0x04, 0xd2}, "1234567890.1234"},
                    Case{14, 4, {0x7e, 0xf2, 0x04, 0xc7, 0x2d, 0xfb, 0x2d}, "-1234567890.1234"},
                    // leading zero groups are dropped, inner ones are not
                    Case{20, 0, {0x80, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x07}, "1000000007"},
                    Case{18, 9, {0x80, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x07}, "7.000000007"}));

/// What is stored of a text with one group of digits at most on either side of the point.
Stored stored_of(const std::string& digits, unsigned integer_digits, bool negative) {
  Stored stored;
  for (const std::string& group : {digits.substr(0, integer_digits), digits.substr(integer_digits)}) {
    const std::uint64_t value = group.empty() ? 0 : std::stoull(group);
    for (std::uint32_t byte = decimal_size(static_cast<unsigned>(group.size()), 0); byte-- != 0;) {
      stored.push_back(static_cast<std::uint8_t>(value >> 8 * byte));
    }
  }
  stored[0] ^= 0x80;
  for (std::uint8_t& byte : stored) byte = static_cast<std::uint8_t>(negative ? ~byte : byte);
  return stored;
}

TEST(Decimal, PrintsEveryWidthOfOneGroupOnEitherSide) {
  for (unsigned integer_digits = 1; integer_digits <= 9; ++integer_digits) {
    for (unsigned scale = 0; scale <= 9; ++scale) {
      const unsigned precision = integer_digits + scale;
      for (const std::string& pattern :
           {std::string("123456789987654321"), std::string(18, '9'), std::string(18, '0')}) {
        const std::string digits = pattern.substr(0, precision);
        for (unsigned zeros = 0; zeros < integer_digits; ++zeros) { // at the front
          const std::string shown = std::string(zeros, '0') + digits.substr(zeros);
          const std::size_t first = std::min<std::size_t>(shown.find_first_not_of('0'), integer_digits - 1);
          std::string text = shown.substr(first, integer_digits - first);
          if (scale != 0) text += "." + shown.substr(integer_digits);
          ASSERT_EQ(text_of(stored_of(shown, integer_digits, false), precision, scale), text);
          ASSERT_EQ(text_of(stored_of(shown, integer_digits, true), precision, scale), "-" + text);
        }
      }
    }
  }
}

TEST(DecimalSize, FollowsDigitGroups) {
  EXPECT_EQ(decimal_size(65, 30), 16U + 14U); // 35 digits: 3 groups and 8; 30 digits: 3 groups and 3
  EXPECT_EQ(decimal_size(38, 38), 17U);       // MariaDB
  EXPECT_EQ(decimal_size(0, 0), 0U);
  EXPECT_EQ(decimal_size(2, 3), 0U);
}

TEST(Decimal, PrintsTheWidestValue) {
  Stored stored(decimal_size(65, 30), 0);
  const Stored nines9{0x3b, 0x9a, 0xc9, 0xff};
  const Stored nines8{0x05, 0xf5, 0xe0, 0xff};
  const Stored nines3{0x03, 0xe7};
  auto at = std::copy(nines8.begin(), nines8.end(), stored.begin());
  for (int i = 0; i < 6; ++i) at = std::copy(nines9.begin(), nines9.end(), at);
  std::copy(nines3.begin(), nines3.end(), at);
  stored[0] ^= 0x80;
  const std::string digits = std::string(35, '9') + "." + std::string(30, '9');
  EXPECT_EQ(text_of(stored, 65, 30), digits);
  for (std::uint8_t& byte : stored) byte = static_cast<std::uint8_t>(~byte);
  EXPECT_EQ(text_of(stored, 65, 30), "-" + digits);
}

TEST(Decimal, RefusesGroupsWithTooManyDigits) {
  EXPECT_EQ(text_of({0xff, 0xff, 0xff, 0xff}, 9, 0), "invalid");
  EXPECT_EQ(text_of({0x80, 0x64}, 3, 2), "invalid"); // 100 in two digits
  EXPECT_EQ(text_of({0x8a}, 1, 0), "invalid");
  EXPECT_EQ(text_of({0x80}, 0, 0), "invalid");
  EXPECT_EQ(text_of({0x80, 0x80}, 2, 3), "invalid");
}

TEST(Bit, IsBigEndian) {
  const Stored stored{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
  EXPECT_EQ(decode_bit(Bytes(stored)), 0x0102030405060708U);
  EXPECT_EQ(decode_bit(Bytes(stored).first(1)), 1U);
  EXPECT_EQ(decode_bit(Bytes(stored).first(3)), 0x010203U);
  EXPECT_EQ(decode_bit(Bytes()), 0U);
}

} // namespace
} // namespace rowferry::binlog
