#include "app/printable.hpp"

#include <gtest/gtest.h>

namespace rowferry {
namespace {

TEST(Printable, ShowsWhatWouldBeALineOfItsOwnOrSpeakToTheTerminal) {
  const struct {
    std::string_view text;
    std::string_view shown;
  } cases[] = {
      {"", ""},
      {"table `shop`.`orders` é☃", "table `shop`.`orders` é☃"},
      {"2 problems\n  name: is missing\n  sink: is missing", "2 problems\n  name: is missing\n  sink: is missing"},
      {"`a\n2024-02-29 info all is well`", "`a\\x0a2024-02-29 info all is well`"},
      {"`a\r\n`\n", "`a\\x0d\\x0a`\\x0a"},
      {"\x1b[31m\x7f\t", "\\x1b[31m\\x7f\\x09"},
      {std::string_view("a\0b", 3), "a\\x00b"},
      {"plugin '\xff\xc3\xa9'", "plugin '\\xff\\xc3\\xa9'"},
  };
  for (const auto& each : cases) EXPECT_EQ(printable(each.text), each.shown);
}

} // namespace
} // namespace rowferry
