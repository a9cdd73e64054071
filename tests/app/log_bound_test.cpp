#include "app/log_bound.hpp"

#include <gmock/gmock.h>

namespace rowferry {
namespace {

using testing::HasSubstr;
using Kind = LogBound::Kind;

const std::vector<std::string> kFiles{"-", "/var/lib/binlog.000001", "binlog.000002"};

TEST(LogBound, AnOffsetOfAFileNamedByPathOrName) {
  struct Case {
    const char* text;
    std::size_t file;
    std::uint64_t offset;
  };
  for (const Case& c : {Case{"1234", 0, 1234},
                        {"-:4", 0, 4},
                        {"binlog.000001:99", 1, 99},
                        {"/var/lib/binlog.000001:7", 1, 7},
                        {"binlog.000002:18446744073709551615", 2, UINT64_MAX}}) {
    const auto bound = parse_log_bound(c.text, kFiles);
    ASSERT_TRUE(bound) << c.text;
    EXPECT_EQ(bound->kind, Kind::offset) << c.text;
    EXPECT_EQ(bound->file, c.file) << c.text;
    EXPECT_EQ(bound->offset, c.offset) << c.text;
  }
}

TEST(LogBound, AGtid) {
  const auto bound = parse_log_bound("gtid:3E11FA47-71CA-11E1-9E33-C80AA9429562:Blue:5", kFiles);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->kind, Kind::gtid);
  EXPECT_EQ(bound->gtid.text(), "3e11fa47-71ca-11e1-9e33-c80aa9429562:blue:5");
  EXPECT_EQ(parse_log_bound("gtid:0-1-42", kFiles)->gtid.text(), "0-1-42");
}

TEST(LogBound, ATime) {
  for (const char* text : {"2024-02-29T12:34:56Z", "2024-02-29 12:34:56", "2024-02-29T14:34:56+02:00"}) {
    const auto bound = parse_log_bound(text, kFiles);
    ASSERT_TRUE(bound) << text;
    EXPECT_EQ(bound->kind, Kind::time) << text;
    EXPECT_EQ(bound->time_us, 1'709'210'096'000'000) << text;
  }
}

TEST(LogBound, AnythingElseIsStatusTwo) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"", "is no place in a log"},
      {"yesterday", "is no place in a log"},
      {"binlog.000001:", "is no place in a log"},
      {"binlog.000001:-4", "is no place in a log"},
      {"2024-02-29", "is no place in a log"},
      {"99999999999999999999", "is no place in a log"},
      {"binlog.000003:4", "\"binlog.000003\" is none of the files to decode"},
      {"gtid:nonsense", "nonsense"},
  };
  for (const auto& [text, message] : cases) {
    const auto bound = parse_log_bound(text, kFiles);
    ASSERT_FALSE(bound) << text;
    EXPECT_EQ(bound.error().status, ExitStatus::usage) << text;
    EXPECT_THAT(bound.error().message, HasSubstr(message)) << text;
  }
}

} // namespace
} // namespace rowferry
