#include <gtest/gtest.h>

#include <rowferry/binlog/event.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

TEST(EventHeader, ReadsEveryField) {
  const auto event =
      make_event(EventType::xid, xid_body(), Checksum::none,
                 {.timestamp = 0x01020304, .server_id = 0x05060708, .log_pos = 0x090a0b0c, .flags = 0x80});
  const auto header = decode_event_header(event);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->timestamp, 0x01020304U);
  EXPECT_EQ(header->type, EventType::xid);
  EXPECT_EQ(header->server_id, 0x05060708U);
  EXPECT_EQ(header->size, 27U);
  EXPECT_EQ(header->log_pos, 0x090a0b0cU);
  EXPECT_EQ(header->flags, event_flag::ignorable);
}

TEST(EventHeader, FailsOnEveryShorterPrefix) {
  for_each_shorter_prefix(make_event(EventType::stop, {}, Checksum::none),
                          [](Bytes prefix) { EXPECT_FALSE(decode_event_header(prefix)) << prefix.size(); });
}

TEST(EventHeader, FailsWhenTheSizeIsLessThanTheHeader) {
  auto event = make_event(EventType::stop, {}, Checksum::none);
  event[9] = 18;
  const auto header = decode_event_header(event);
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().status, ExitStatus::data);
  EXPECT_NE(header.error().message.find("STOP event claims a size of 18 bytes"), std::string::npos);
}

TEST(EventTypeName, IsTheManualsOrTheNumber) {
  EXPECT_EQ(event_type_name(EventType::write_rows), "WRITE_ROWS");
  EXPECT_EQ(event_type_name(EventType::gtid_tagged), "GTID_TAGGED");
  EXPECT_EQ(event_type_name(static_cast<EventType>(99)), "type 99");
}

} // namespace
} // namespace rowferry::binlog
