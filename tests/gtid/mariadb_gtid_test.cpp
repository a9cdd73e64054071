#include <gtest/gtest.h>

#include <rowferry/gtid/mariadb_gtid.hpp>

namespace rowferry {
namespace {

TEST(MariadbGtid, ReadsAndPrints) {
  const std::pair<std::string_view, MariadbGtid> cases[] = {
      {"0-1-100", {0, 1, 100}},
      {"4294967295-4294967295-18446744073709551615", {4294967295U, 4294967295U, 18446744073709551615U}},
      {"7-0-1", {7, 0, 1}},
  };
  for (const auto& [text, expected] : cases) {
    const auto gtid = MariadbGtid::parse(text);
    ASSERT_TRUE(gtid) << text;
    EXPECT_EQ(*gtid, expected) << text;
    EXPECT_EQ(gtid->text(), text);
  }
}

TEST(MariadbGtid, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "0", "0-1", "0-1-", "0-1-2-3", "0-1-2x", "-1-2-3", "0--1-3", "0-1-0", "4294967296-1-1", "0-4294967296-1",
        "0-1-18446744073709551616", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1", " 0-1-2"}) {
    const auto gtid = MariadbGtid::parse(text);
    ASSERT_FALSE(gtid) << text;
    EXPECT_EQ(gtid.error().status, ExitStatus::usage);
  }
}

} // namespace
} // namespace rowferry
