#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <rowferry/base/numbers.hpp>
#include <string>

namespace rowferry {
namespace {

std::string uint_text(std::uint64_t value) {
  char text[kMaxIntegerChars];
  return {text, write_uint(text, value)};
}
std::string int_text(std::int64_t value) {
  char text[kMaxIntegerChars];
  return {text, write_int(text, value)};
}
std::string digits_text(std::uint64_t value, unsigned digits) {
  char text[kMaxIntegerChars];
  return {text, write_digits(text, value, digits)};
}
std::string double_text(double value) {
  char text[kMaxDoubleChars];
  return {text, write_double(text, value)};
}
std::string float_text(float value) {
  char text[kMaxDoubleChars];
  return {text, write_float(text, value)};
}

TEST(Numbers, WritesUnsignedIntegersAroundEveryPowerOfTenAndTwo) {
  EXPECT_EQ(uint_text(0), "0");
  std::uint64_t power = 1;
  for (int i = 0; i < 20; ++i, power *= 10) {
    for (const std::uint64_t value : {power - 1, power, power + 1}) EXPECT_EQ(uint_text(value), std::to_string(value));
  }
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t value = std::uint64_t{1} << bit;
    EXPECT_EQ(uint_text(value), std::to_string(value));
    EXPECT_EQ(uint_text(value - 1), std::to_string(value - 1));
  }
  EXPECT_EQ(uint_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(Numbers, WritesWholeFloatingPointNumbersAsToCharsDoes) {
  const auto check = [](double value) {
    char text[kMaxDoubleChars];
    ASSERT_EQ(double_text(value), std::string(text, std::to_chars(text, text + sizeof text, value).ptr));
    const auto narrow = static_cast<float>(value);
    ASSERT_EQ(float_text(narrow), std::string(text, std::to_chars(text, text + sizeof text, narrow).ptr));
  };
  for (int value = -1'100'000; value <= 1'100'000; value += value % 100'000 == 0 ? 1 : 9) {
    check(value);
    check(value + 0.5);
    if (value % 100'000 == 0) check(value - 1);
  }
  check(-0.0);
}

template <class Float>
void expect_as_to_chars(Float value) {
  char text[kMaxDoubleChars];
  const std::string expected(text, std::to_chars(text, text + sizeof text, value).ptr);
  if constexpr (sizeof(Float) == sizeof(double)) {
    ASSERT_EQ(double_text(value), expected);
  } else {
    ASSERT_EQ(float_text(value), expected);
  }
}

TEST(Numbers, WritesShortDecimalsAndTheirNeighboursAsToCharsDoes) {
  std::mt19937_64 random(20240301);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t digits = random() >> (20 + random() % 44);
    const double value = static_cast<double>(digits) / std::pow(10, random() % 8) * (random() % 2 == 0 ? 1 : -1);
    const auto narrow = static_cast<float>(value);
    for (const double one : {value, std::nextafter(value, 0.0), std::nextafter(value, 1e300)}) expect_as_to_chars(one);
    for (const float one : {narrow, std::nextafter(narrow, 0.0F)}) expect_as_to_chars(one);
  }
  for (const double edge : {0.001, 0.0010000000000000002, 0.00099, 0.0001, 99.9999, 100.0001, 1e9, 999999999.9999}) {
    expect_as_to_chars(edge);
    expect_as_to_chars(static_cast<float>(edge));
  }
}

TEST(Numbers, WritesAnyFloatingPointNumberAsToCharsDoes) {
  std::mt19937_64 random(20240302);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t bits = random() & (random() % 8 == 0 ? 0xf'ffff'ffff'ffff : ~0ULL); // some subnormal
    const auto value = std::bit_cast<double>(bits);
    const auto narrow = std::bit_cast<float>(static_cast<std::uint32_t>(bits >> 20));
    if (std::isfinite(value)) expect_as_to_chars(value);
    if (std::isfinite(narrow)) expect_as_to_chars(narrow);
  }
}

TEST(Numbers, WritesUnsignedIntegersOfEveryLength) {
  std::mt19937_64 random(20240229);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    ASSERT_EQ(uint_text(value), std::to_string(value));
  }
}

TEST(Numbers, WritesSignedIntegers) {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{7}, std::int64_t{-10}, std::int64_t{-99}, std::int64_t{100},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(int_text(value), std::to_string(value));
  }
}

TEST(Numbers, WritesExactlyTheDigitsAskedFor) {
  EXPECT_EQ(digits_text(0, 1), "0");
  EXPECT_EQ(digits_text(7, 2), "07");
  EXPECT_EQ(digits_text(7, 3), "007");
  EXPECT_EQ(digits_text(123456, 6), "123456");
  EXPECT_EQ(digits_text(42, 9), "000000042");
  EXPECT_EQ(digits_text(9999999999999999999U, 19), "9999999999999999999");
  char text[2];
  for (unsigned value = 0; value < 100; ++value) {
    EXPECT_EQ(std::string(text, write_two_digits(text, value)), digits_text(value, 2));
  }
}

TEST(Numbers, WritesTheShortestFloatingPointText) {
  EXPECT_EQ(double_text(0.1), "0.1");
  EXPECT_EQ(double_text(-0.0), "-0");
  EXPECT_EQ(double_text(1e22), "1e+22");
  EXPECT_EQ(double_text(123456.789), "123456.789");
  EXPECT_EQ(double_text(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(double_text(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(float_text(0.1F), "0.1");
  EXPECT_EQ(float_text(16777216.0F), "16777216");
  EXPECT_EQ(float_text(std::numeric_limits<float>::denorm_min()), "1e-45");
}

TEST(Numbers, FloatingPointTextFitsAndReadsBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = double_text(value);
    ASSERT_LE(text.size(), kMaxDoubleChars);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

} // namespace
} // namespace rowferry
