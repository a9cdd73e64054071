#include <gtest/gtest.h>

#include <rowferry/gtid/mysql_gtid.hpp>

namespace rowferry {
namespace {

constexpr std::string_view kUuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

TEST(Uuid, ReadsWhatMySqlReadsAndPrintsLowerCase) {
  for (const std::string_view text : {"3e11fa47-71ca-11e1-9e33-c80aa9429562", "3E11FA47-71CA-11E1-9E33-C80AA9429562",
                                      "3e11fa4771ca11e19e33c80aa9429562", "{3e11fa47-71ca-11e1-9e33-c80aa9429562}"}) {
    const std::optional<Uuid> uuid = Uuid::parse(text);
    ASSERT_TRUE(uuid) << text;
    EXPECT_EQ(uuid->text(), kUuid);
  }
}

TEST(Uuid, RefusesEverythingElse) {
  for (const std::string_view text : {"", "3", "3e11fa47-71ca-11e1-9e33-c80aa942956",
                                      "3e11fa47-71ca-11e1-9e33-c80aa94295621", "3e11fa47071ca-11e1-9e33-c80aa9429562",
                                      "3e11fa4-771ca-11e1-9e33-c80aa9429562", "ge11fa47-71ca-11e1-9e33-c80aa9429562",
                                      "{3e11fa4771ca11e19e33c80aa9429562}", "(3e11fa47-71ca-11e1-9e33-c80aa9429562)",
                                      "{3e11fa47-71ca-11e1-9e33-c80aa9429562", "3e11fa4771ca11e19e33c80aa942956 "}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Tag, IsLowerCasedAndChecked) {
  EXPECT_EQ(Tag::parse("Orders_1")->text(), "orders_1");
  EXPECT_EQ(Tag::parse("_")->text(), "_");
  EXPECT_TRUE(Tag::parse("")->empty());
  EXPECT_EQ(Tag::parse(std::string(32, 'x'))->text().size(), 32U);
  for (const std::string& text : {std::string("1a"), std::string("a-b"), std::string("a b"), std::string("\xc3\xa9"),
                                  std::string(33, 'x'), std::string("a\0b", 3)}) {
    EXPECT_FALSE(Tag::parse(text)) << text;
  }
}

TEST(Tag, SortsAsText) {
  EXPECT_LT(*Tag::parse(""), *Tag::parse("_a"));
  EXPECT_LT(*Tag::parse("mytag"), *Tag::parse("tagx"));
  EXPECT_LT(*Tag::parse("a"), *Tag::parse("a1"));
}

TEST(MysqlGtid, RoundTrips) {
  for (const std::string_view text :
       {"3e11fa47-71ca-11e1-9e33-c80aa9429562:1", "3e11fa47-71ca-11e1-9e33-c80aa9429562:9223372036854775806",
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:tag_1:42"}) {
    const Result<MysqlGtid> gtid = MysqlGtid::parse(text);
    ASSERT_TRUE(gtid) << text;
    EXPECT_EQ(gtid->text(), text);
  }
}

TEST(MysqlGtid, RefusesWhatIsNoneAndEveryPrefixThatIsNone) {
  const std::string whole = std::string(kUuid) + ":tag:7";
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(MysqlGtid::parse(whole.substr(0, size))) << size;
  for (const std::string_view tail : {"", ":", ":0", ":-1", ":+1", ":1-2", ":1 ", ": 1", ":9223372036854775807",
                                      ":99999999999999999999", ":tag:", ":tag", ":1tag:1", ":a:b:1", "::1", ":1:1"}) {
    const Result<MysqlGtid> gtid = MysqlGtid::parse(std::string(kUuid) + std::string(tail));
    ASSERT_FALSE(gtid) << tail;
    EXPECT_EQ(gtid.error().status, ExitStatus::usage);
  }
}

} // namespace
} // namespace rowferry
