#include <gtest/gtest.h>

#include <rowferry/gtid/gtid.hpp>

namespace rowferry {
namespace {

constexpr std::string_view kUuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

TEST(Gtid, IsOfTheFamilyThatItsTextShows) {
  const std::pair<std::string, bool> cases[] = {
      {std::string(kUuid) + ":1", true},
      {std::string(kUuid) + ":shop_orders:9223372036854775806", true},
      {"0-1-100", false},
      {"4294967295-4294967295-18446744073709551615", false},
  };
  for (const auto& [text, mysql] : cases) {
    const auto gtid = Gtid::parse(text);
    ASSERT_TRUE(gtid) << text;
    EXPECT_EQ(gtid->mysql() != nullptr, mysql) << text;
    EXPECT_EQ(gtid->mariadb() != nullptr, !mysql) << text;
    EXPECT_EQ(gtid->text(), text);
    char chars[Gtid::kMaxChars];
    EXPECT_EQ(std::string(chars, gtid->write_text(chars)), text);
    EXPECT_EQ(std::string(chars, gtid->write_source(chars)) + std::to_string(gtid->number()), text);
  }
  for (const std::string_view text : {"", "1", "0-1", "0-1-0", "x:1", "3e11fa47-71ca-11e1-9e33-c80aa9429562"}) {
    EXPECT_FALSE(Gtid::parse(text)) << text;
  }
}

TEST(Gtid, LongestTextFits) {
  const Gtid gtid = MysqlGtid{*Uuid::parse(kUuid), *Tag::parse(std::string(Tag::kMaxLength, 'x')), ~std::uint64_t{0}};
  EXPECT_EQ(gtid.text().size(), Gtid::kMaxChars);
}

TEST(Gtid, NumbersAndSources) {
  const Gtid five = MariadbGtid{2, 3, 5};
  EXPECT_EQ(five.number(), 5U);
  EXPECT_EQ(five.numbered(6).text(), "2-3-6");
  EXPECT_TRUE(five.same_source(five.numbered(6)));
  EXPECT_FALSE(five.same_source(MariadbGtid{2, 4, 5}));
  EXPECT_FALSE(five.same_source(MariadbGtid{1, 3, 5}));

  const Gtid one = MysqlGtid{*Uuid::parse(kUuid), {}, 1};
  EXPECT_EQ(one.number(), 1U);
  EXPECT_EQ(one.numbered(7).text(), std::string(kUuid) + ":7");
  EXPECT_TRUE(one.same_source(one.numbered(7)));
  EXPECT_FALSE(one.same_source(five));
  EXPECT_FALSE(one.same_source(MysqlGtid{*Uuid::parse(kUuid), *Tag::parse("t"), 1}));
  EXPECT_NE(one, five);
}

} // namespace
} // namespace rowferry
