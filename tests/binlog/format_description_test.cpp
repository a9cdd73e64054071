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

// Sizes of whole events as these servers write them (PROTOCOL.md 2.1).
TEST(FormatDescription, OfEveryServerHasItsOwnSize) {
  struct Case {
    const char* version;
    std::size_t event_size;
    std::size_t lengths;
    bool checksum_field;
  };
  const Case cases[] = {{"5.1.23-rc", 102, 26, false},
                        {"5.5.62-log", 103, 27, false},
                        {"5.6.51", 116, 35, true},
                        {"5.7.44-log", 119, 38, true},
                        {"8.0.45", 122, 41, true},
                        {"9.7.4-2", 123, 42, true},
                        {"10.0.38-MariaDB", 244, 163, true},
                        {"5.5.5-10.3.39-MariaDB", 252, 171, true},
                        {"11.8.9-MariaDB-1-log", 252, 171, true}};
  for (const Case& c : cases) {
    std::string version = c.version;
    version.resize(50);
    for (const int algorithm : {0, 1}) {
      ByteWriter body = ByteWriter().u16(4).text(version).u32(0).u8(19).fill(c.lengths, 8);
      if (c.checksum_field) body.u8(static_cast<std::uint64_t>(algorithm)).u32(0);
      ASSERT_EQ(kEventHeaderSize + body.size(), c.event_size) << c.version;
      const auto exact = exact_prefix(body, body.size());
      const auto format = decode_format_description(exact);
      ASSERT_TRUE(format) << c.version;
      EXPECT_EQ(format->post_header_lengths.size(), c.lengths) << c.version;
      EXPECT_EQ(format->server_version, c.version);
      EXPECT_EQ(format->checksum, c.checksum_field && algorithm == 1 ? Checksum::crc32 : Checksum::none) << c.version;
      EXPECT_EQ(format->post_header_length(EventType::delete_rows_v1), 8) << c.version;
      EXPECT_EQ(format->post_header_length(EventType::write_rows), c.lengths >= 30 ? 8 : 0) << c.version;
    }
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
