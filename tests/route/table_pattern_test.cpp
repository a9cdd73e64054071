#include <rowferry/route/table_pattern.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rowferry {
namespace {

using testing::HasSubstr;

struct Case {
  const char* pattern;
  const char* database;
  const char* table;
  bool matches;
};

void expect(const Case& c, bool fold_case) {
  SCOPED_TRACE(std::string(c.pattern) + " on " + c.database + "." + c.table);
  const auto pattern = TablePattern::parse(c.pattern, fold_case);
  ASSERT_TRUE(pattern) << pattern.error().message;
  EXPECT_EQ(pattern->matches(c.database, c.table), c.matches);
}

TEST(TablePattern, MatchesNamesGlobsAndExpressions) {
  const Case cases[] = {
      {"shop.orders", "shop", "orders", true},
      {"shop.orders", "shop", "orders2", false},
      {"shop.orders", "shop", "Orders", false},
      {"shop.orders", "shops", "orders", false},
      {"shop.a.b", "shop", "a.b", true},
      {"shop.*", "shop", "orders", true},
      {"shop.*", "shop", "", true},
      {"shop.*", "shop2", "orders", false},
      {"*.orders", "shop", "orders", true},
      {"*.*", "shop", "orders", true},
      {"shop.tmp_*", "shop", "tmp_1", true},
      {"shop.tmp_*", "shop", "atmp_1", false},
      {"shop.*_log", "shop", "a_log_log", true},
      {"shop.*a*b", "shop", "xaybzb", true},
      {"shop.*a*b", "shop", "xayb_", false},
      {"shop.order?", "shop", "orders", true},
      {"shop.order?", "shop", "order", false},
      {"shop.order?", "shop", "order\u00e9", true}, // one character, two bytes
      {"shop.?", "shop", "ab", false},
      {"sh*.orders", "sh.x", "orders", true},
      {"*.orders", "a", "b.orders", false}, // a star does not cross the dot
      {"/shop\\.(orders|items)/", "shop", "items", true},
      {"/shop\\.(orders|items)/", "shop", "items2", false}, // the whole name
      {"/shop\\..*/", "shop", "x", true},
      {"/.*/", "mysql", "user", true},
      {"/shop\\.Orders/", "shop", "orders", false},
  };
  for (const Case& c : cases) expect(c, false);
}

TEST(TablePattern, FoldsCaseWhereTheServerDoes) {
  const Case cases[] = {
      {"Shop.Orders", "shop", "orders", true},   {"shop.orders", "SHOP", "Orders", true},
      {"Shop.O*", "shop", "orders", true},       {"/SHOP\\.orders/", "shop", "ORDERS", true},
      {"shop.orders", "shop", "orders2", false},
  };
  for (const Case& c : cases) expect(c, true);
}

TEST(TablePattern, SaysWhatIsWrong) {
  const struct {
    const char* pattern;
    const char* problem;
  } cases[] = {
      {"", "database.table"},
      {"orders", "database.table"},
      {".orders", "has no name"},
      {"shop.", "has no name"},
      {"/", "two slashes"},
      {"//", "two slashes"},
      {"/shop", "two slashes"},
      {"/(/", "not a regular expression"},
      {"/a{2,1}/", "not a regular expression"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const auto pattern = TablePattern::parse(c.pattern, false);
    ASSERT_FALSE(pattern);
    EXPECT_EQ(pattern.error().status, ExitStatus::usage);
    EXPECT_THAT(pattern.error().message, HasSubstr(c.problem));
  }
}

TEST(TablePattern, KnowsTheOneTableItNames) {
  EXPECT_EQ(TablePattern::parse("Shop.Orders", true)->exact(), "Shop.Orders");
  EXPECT_EQ(TablePattern::parse("shop.o*", false)->exact(), "");
  EXPECT_EQ(TablePattern::parse("/shop.orders/", false)->exact(), "");
}

TEST(TablePattern, StandsHostileExpressionsAndNames) {
  EXPECT_FALSE(TablePattern::parse("/" + std::string(100000, '(') + "/", false));
  EXPECT_FALSE(TablePattern::parse("/(a{1000}){1000}/", false));
  const auto nested = TablePattern::parse("/(a*)*(a*)*(a*)*b/", false);
  ASSERT_TRUE(nested);
  EXPECT_FALSE(nested->matches(std::string(256, 'a'), std::string(256, 'a')));
  const auto any = TablePattern::parse("/.*/", false);
  EXPECT_TRUE(any->matches(std::string(256, 'a'), std::string(256, 'a')));
  EXPECT_FALSE(any->matches(std::string(100000, 'a'), "b")) << "no table has such a name";
  const auto stars = TablePattern::parse("s." + std::string(50, '*') + "a*a*a*a*a*a*b", false);
  EXPECT_FALSE(stars->matches("s", std::string(5000, 'a')));
}

} // namespace
} // namespace rowferry
