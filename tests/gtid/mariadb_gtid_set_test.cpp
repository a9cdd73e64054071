#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/gtid/mariadb_gtid_set.hpp>

namespace rowferry {
namespace {

using ::testing::HasSubstr;

MariadbGtidSet set_of(std::string_view text) {
  auto set = MariadbGtidSet::parse(text);
  EXPECT_TRUE(set) << text;
  return set ? *set : MariadbGtidSet{};
}

TEST(MariadbGtidSet, IsPrintedInTheOrderOfTheDomains) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {"0-1-5", "0-1-5"},
      {"10-1-7,2-3-4,0-9-1", "0-9-1,2-3-4,10-1-7"},
      {" 1-1-1 ,\n0-2-3, ", "0-2-3,1-1-1"},
      {"0-1-5,0-1-5", "0-1-5"},
  };
  for (const auto& [text, canonical] : cases) EXPECT_EQ(set_of(text).text(), canonical) << text;
}

TEST(MariadbGtidSet, RefusesTwoGtidsOfADomainAsTheServerDoes) {
  const auto set = MariadbGtidSet::parse("0-1-5,1-1-1,0-2-7");
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().status, ExitStatus::usage);
  EXPECT_THAT(set.error().message, HasSubstr("domain 0: 0-1-5 and 0-2-7"));
  EXPECT_FALSE(MariadbGtidSet::parse("0-1-5,x"));
}

TEST(MariadbGtidSet, TakesTheHighestOfABinlogState) {
  EXPECT_EQ(MariadbGtidSet::parse_state("0-2-7,0-1-5,1-1-1,0-3-6")->text(), "0-2-7,1-1-1");
  EXPECT_EQ(MariadbGtidSet::parse_state("")->text(), "");
  EXPECT_FALSE(MariadbGtidSet::parse_state("0-2"));
}

TEST(MariadbGtidSet, FollowsTheLogEvenBackwards) {
  MariadbGtidSet set;
  set.add({1, 1, 5});
  set.add({0, 1, 1});
  set.add({0, 1, 2});
  set.add({0, 2, 9});
  EXPECT_EQ(set.text(), "0-2-9,1-1-5");
  set.add({0, 1, 3}); // gtid_strict_mode off
  EXPECT_EQ(set.text(), "0-1-3,1-1-5");
  EXPECT_EQ(set.of_domain(0)->text(), "0-1-3");
  EXPECT_FALSE(set.of_domain(2));
}

TEST(MariadbGtidSet, Algebra) {
  const struct {
    std::string_view a, b, both, without, common;
  } cases[] = {
      {"", "", "", "", ""},
      {"0-1-5", "", "0-1-5", "0-1-5", ""},
      {"", "0-1-5", "0-1-5", "", ""},
      {"0-1-5", "0-1-5", "0-1-5", "", "0-1-5"},
      {"0-1-9", "0-2-5", "0-1-9", "0-1-9", "0-2-5"},
      {"0-2-5", "0-1-9", "0-1-9", "", "0-2-5"},
      {"0-1-9,1-1-1", "0-1-5,2-1-3", "0-1-9,1-1-1,2-1-3", "0-1-9,1-1-1", "0-1-5"},
      {"0-1-5,1-1-7", "0-1-6,1-1-6", "0-1-6,1-1-7", "1-1-7", "0-1-5,1-1-6"},
  };
  for (const auto& c : cases) {
    MariadbGtidSet both = set_of(c.a);
    both.add(set_of(c.b));
    EXPECT_EQ(both.text(), c.both) << c.a << " + " << c.b;
    MariadbGtidSet without = set_of(c.a);
    without.subtract(set_of(c.b));
    EXPECT_EQ(without.text(), c.without) << c.a << " - " << c.b;
    EXPECT_EQ(set_of(c.a).intersection(set_of(c.b)).text(), c.common) << c.a << " and " << c.b;
    EXPECT_EQ(set_of(c.a).contains(set_of(c.b)), set_of(c.both) == set_of(c.a)) << c.a << " has " << c.b;
    EXPECT_TRUE(both.contains(set_of(c.a)) && both.contains(set_of(c.b)));
  }
}

TEST(MariadbGtidSet, ContainsWhatItsDomainHasPassed) {
  const MariadbGtidSet set = set_of("0-1-5,3-1-1");
  for (const auto& [gtid, inside] : {std::pair{MariadbGtid{0, 1, 5}, true},
                                     {{0, 2, 4}, true},
                                     {{0, 1, 6}, false},
                                     {{1, 1, 1}, false},
                                     {{3, 9, 1}, true}}) {
    EXPECT_EQ(set.contains(gtid), inside) << gtid.text();
  }
}

} // namespace
} // namespace rowferry
