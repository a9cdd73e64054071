#include "binlog/json_number.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>

namespace rowferry::binlog {
namespace {

std::string text_of(double value) {
  const auto text = std::make_unique<char[]>(kMaxJsonDoubleChars);
  return {text.get(), write_json_double(text.get(), value)};
}

struct Case {
  double value;
  const char* text;
};

class JsonDouble : public testing::TestWithParam<Case> {};

TEST_P(JsonDouble, PrintsAsTheServer) {
  EXPECT_EQ(text_of(GetParam().value), GetParam().text);
  EXPECT_EQ(text_of(-GetParam().value), std::string("-") + GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Values, JsonDouble, // each seen in a SELECT of MySQL 9.7
    testing::Values(Case{0.0, "0.0"}, Case{0.1, "0.1"}, Case{0.3, "0.3"}, Case{1, "1.0"}, Case{100000, "100000.0"},
                    Case{1e14, "100000000000000.0"}, Case{1e15, "1e15"}, Case{123456789012345, "123456789012345.0"},
                    Case{999999999999999.9, "999999999999999.9"}, Case{1234567890123456.5, "1234567890123456.5"},
                    Case{9007199254740992, "9.007199254740992e15"},
                    Case{18446744073709551616.0, "1.8446744073709552e19"}, Case{1e22, "1e22"}, Case{1e23, "1e23"},
                    Case{0.00003, "0.00003"}, Case{3e-7, "0.0000003"}, Case{1e-14, "0.00000000000001"},
                    Case{1e-15, "0.000000000000001"}, Case{1e-16, "1e-16"}, Case{1.5e-16, "1.5e-16"},
                    Case{1.234567890123456e-15, "0.000000000000001234567890123456"},
                    Case{1.2345678901234567e-14, "0.000000000000012345678901234567"}, Case{5e-324, "5e-324"},
                    Case{std::numeric_limits<double>::max(), "1.7976931348623157e308"}));

} // namespace
} // namespace rowferry::binlog
