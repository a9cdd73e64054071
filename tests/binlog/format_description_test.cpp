#include <gtest/gtest.h>

#include <rowferry/binlog/control_events.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

TEST(FormatDescription, ReadsTheCurrentForm) {
  const std::vector<std::uint8_t> body =
      format_description_body(Checksum::crc32, "9.7.4-2", 1700000000).u32(0xdeadbeef);
  const auto format = decode_format_description(body);
  ASSERT_TRUE(format);
  EXPECT_EQ(format->binlog_version, 4);
  EXPECT_EQ(format->server_version, "9.7.4-2");
  EXPECT_EQ(format->created, 1700000000U);
  EXPECT_EQ(format->checksum, Checksum::crc32);
  EXPECT_FALSE(format->mariadb);
  EXPECT_EQ(format->post_header_lengths.size(), 42U);
  EXPECT_EQ(format->post_header_length(EventType::query), 13);
  EXPECT_EQ(format->post_header_length(EventType::write_rows), 10);
  EXPECT_EQ(format->post_header_length(EventType::unknown), 0);
  EXPECT_EQ(format->post_header_length(EventType::mariadb_gtid), 0);
}

TEST(FormatDescription, TellsWhetherThereIsAChecksumField) {
  struct Case {
    const char* version;
    Checksum written;
    Checksum read;
    std::size_t lengths; // of 42 written and 5 bytes of checksum field
  };
  const Case cases[] = {
      {"9.7.4", Checksum::none, Checksum::none, 42},
      {"8.0.36-log", Checksum::crc32, Checksum::crc32, 42},
      {"8.0.mysql_aurora.3.04.0", Checksum::crc32, Checksum::crc32, 42},
      {"5.6.1", Checksum::crc32, Checksum::crc32, 42},
      {"5.6.0", Checksum::crc32, Checksum::none, 47},
      {"5.1.73-log", Checksum::crc32, Checksum::none, 47},
      {"10.11.6-MariaDB-log", Checksum::crc32, Checksum::crc32, 42},
      {"5.5.5-10.4.8-MariaDB", Checksum::crc32, Checksum::crc32, 42},
      {"5.2.1-MariaDB", Checksum::crc32, Checksum::none, 47},
  };
  for (const Case& c : cases) {
    const auto format = decode_format_description(format_description_body(c.written, c.version).u32(0));
    ASSERT_TRUE(format) << c.version;
    EXPECT_EQ(format->checksum, c.read) << c.version;
    EXPECT_EQ(format->post_header_lengths.size(), c.lengths) << c.version;
    EXPECT_EQ(format->mariadb, std::string(c.version).find("Maria") != std::string::npos) << c.version;
  }
}

TEST(FormatDescription, FailsOnWhatItIsNot) {
  struct Case {
    std::size_t at;
    std::uint8_t byte;
    const char* message;
  };
  const std::vector<std::uint8_t> good = format_description_body().u32(0);
  const Case cases[] = {{0, 3, "binary log format version 3 is not supported"},
                        {56, 13, "event headers of 13 bytes"},
                        {good.size() - 5, 2, "unknown checksum algorithm 2"}};
  for (const Case& c : cases) {
    std::vector<std::uint8_t> body = good;
    body[c.at] = c.byte;
    const auto format = decode_format_description(body);
    ASSERT_FALSE(format);
    EXPECT_NE(format.error().message.find(c.message), std::string::npos) << format.error().message;
  }
}

TEST(FormatDescription, FailsOnEveryPrefixWithoutTheChecksumField) {
  const std::vector<std::uint8_t> body = format_description_body().u32(0);
  for (std::size_t n = 0; n < 57 + 5; ++n) {
    EXPECT_FALSE(decode_format_description(exact_prefix(body, n))) << n;
  }
}

} // namespace
} // namespace rowferry::binlog
