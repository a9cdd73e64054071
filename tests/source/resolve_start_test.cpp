#include <gtest/gtest.h>

#include <rowferry/source/event_source.hpp>

namespace rowferry {
namespace {

constexpr std::string_view kSet = "8d1c1b4a-e6ba-11f1-8fbb-02fc00000001:1-13";

TEST(ParseStart, Understands) {
  EXPECT_EQ(parse_start("now")->kind, StartAt::Kind::now);
  EXPECT_EQ(parse_start("earliest")->kind, StartAt::Kind::earliest);

  const auto gtid = parse_start("gtid:" + std::string(kSet));
  ASSERT_TRUE(gtid);
  EXPECT_EQ(gtid->kind, StartAt::Kind::gtid);
  EXPECT_EQ(gtid->gtids.text(), kSet);
  EXPECT_EQ(parse_start("gtid:")->kind, StartAt::Kind::gtid);
  EXPECT_TRUE(parse_start("gtid:")->gtids.empty());

  const auto file = parse_start("binlog.000003:157");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->kind, StartAt::Kind::file);
  EXPECT_EQ(file->at, (FileOffset{"binlog.000003", 157}));
  EXPECT_EQ(parse_start("a:b.1:18446744073709551615")->at, (FileOffset{"a:b.1", 18446744073709551615u}));
}

TEST(ParseStart, RefusesWithTheOption) {
  for (const std::string_view text :
       {"", "Now", "then", "binlog.000003", "binlog.000003:", ":157", "binlog.000003:15x", "binlog.000003:-1",
        "binlog.000003:18446744073709551616", "gtid:nonsense", "gtid:8d1c1b4a-e6ba-11f1-8fbb-02fc00000001:0"}) {
    const auto start = parse_start(text);
    ASSERT_FALSE(start) << text;
    EXPECT_EQ(start.error().status, ExitStatus::usage) << text;
    EXPECT_EQ(start.error().message.find("source.start: "), 0u) << start.error().message;
  }
}

} // namespace
} // namespace rowferry
