#include <gtest/gtest.h>

#include <rowferry/binlog/control_events.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

TEST(Rotate, ReadsOffsetAndFile) {
  const auto body = rotate_body(0x1'0000'0004, "binlog.000002");
  const auto rotate = decode_rotate(body);
  ASSERT_TRUE(rotate);
  EXPECT_EQ(rotate->offset, 0x1'0000'0004U);
  EXPECT_EQ(rotate->file, "binlog.000002");
  for (std::size_t n = 0; n <= 8; ++n) EXPECT_FALSE(decode_rotate(exact_prefix(body, n))) << n;
}

// What is added to such an offset would begin again at 0.
TEST(Rotate, RefusesAnOffsetBeyondAnyFile) {
  EXPECT_TRUE(decode_rotate(rotate_body(std::uint64_t{1} << 62, "f")));
  EXPECT_FALSE(decode_rotate(rotate_body((std::uint64_t{1} << 62) + 1, "f")));
  EXPECT_FALSE(decode_rotate(rotate_body(UINT64_MAX, "f")));
  const auto heartbeat =
      ByteWriter().bytes(tlv(1, ByteWriter().text("f"))).bytes(tlv(2, ByteWriter().lenenc(UINT64_MAX)));
  EXPECT_FALSE(decode_heartbeat({}, {.type = EventType::heartbeat_v2}, heartbeat));
  FormatDescription mariadb;
  mariadb.mariadb = true;
  EXPECT_FALSE(decode_heartbeat(mariadb, {.type = EventType::heartbeat}, ByteWriter().u64(UINT64_MAX).text("f")));
}

TEST(Xid, ReadsEightBytes) {
  EXPECT_EQ(*decode_xid(xid_body(0x0102030405060708)), 0x0102030405060708U);
  EXPECT_EQ(*decode_xid(xid_body(5).u8(0)), 5U);
  for_each_shorter_prefix(xid_body(5), [](Bytes prefix) { EXPECT_FALSE(decode_xid(prefix)); });
}

TEST(Incident, ReadsNumberAndMessage) {
  const auto body = ByteWriter().u16(1).u8(4).text("lost");
  const auto incident = decode_incident(body);
  ASSERT_TRUE(incident);
  EXPECT_EQ(incident->number, 1);
  EXPECT_EQ(incident->message, "lost");
  for_each_shorter_prefix(body, [](Bytes prefix) { EXPECT_FALSE(decode_incident(prefix)); });
}

TEST(Heartbeat, FirstVersionHasTheOffsetInItsHeader) {
  const auto heartbeat =
      decode_heartbeat({}, {.type = EventType::heartbeat, .log_pos = 1234}, as_bytes("binlog.000007"));
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->file, "binlog.000007");
  EXPECT_EQ(heartbeat->offset, 1234U);
  EXPECT_FALSE(decode_heartbeat({}, {.type = EventType::heartbeat}, {}));
}

TEST(Heartbeat, MariadbPutsALargeOffsetInFrontOfTheName) {
  FormatDescription mariadb;
  mariadb.mariadb = true;
  const EventHeader header{.type = EventType::heartbeat};
  const auto body = ByteWriter().u64(0x1'2345'6789).text("mariadb-bin.000007");
  const auto heartbeat = decode_heartbeat(mariadb, header, body);
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->file, "mariadb-bin.000007");
  EXPECT_EQ(heartbeat->offset, 0x1'2345'6789U);
  EXPECT_TRUE(heartbeat->whole);
  const auto small =
      decode_heartbeat(mariadb, {.type = EventType::heartbeat, .log_pos = 9}, as_bytes("mariadb-bin.000007"));
  ASSERT_TRUE(small);
  EXPECT_EQ(small->file, "mariadb-bin.000007");
  EXPECT_EQ(small->offset, 9U);
  EXPECT_FALSE(small->whole);
}

TEST(Heartbeat, SecondVersionHasA64BitOffset) {
  const auto position = ByteWriter().lenenc(0x1'2345'6789);
  const auto named = ByteWriter().bytes(tlv(1, ByteWriter().text("binlog.000007"))).bytes(tlv(2, position));
  const EventHeader header{.type = EventType::heartbeat_v2, .log_pos = 0x23456789};
  for (const ByteWriter& body : {named, ByteWriter(named).u8(0), ByteWriter(named).bytes(tlv(77, {1, 2, 3})).u8(0)}) {
    const auto heartbeat = decode_heartbeat({}, header, body);
    ASSERT_TRUE(heartbeat);
    EXPECT_EQ(heartbeat->file, "binlog.000007");
    EXPECT_EQ(heartbeat->offset, 0x1'2345'6789U);
  }
  for (std::size_t n = 0; n < named.size(); ++n) {
    if (n == 15) continue; // both fields are complete by themselves
    EXPECT_FALSE(decode_heartbeat({}, header, exact_prefix(named, n))) << n;
  }
}

TEST(XaPrepare, ReadsTheXid) {
  const auto body = ByteWriter().u8(1).u32(7).u32(2).u32(3).text("g1").text("b22");
  const auto prepare = decode_xa_prepare(body);
  ASSERT_TRUE(prepare);
  EXPECT_TRUE(prepare->one_phase);
  EXPECT_EQ(prepare->format_id, 7U);
  EXPECT_EQ(prepare->gtrid, "g1");
  EXPECT_EQ(prepare->bqual, "b22");
  for_each_shorter_prefix(body, [](Bytes prefix) { EXPECT_FALSE(decode_xa_prepare(prefix)); });
}

TEST(XaPrepare, RefusesLengthsBeyondTheBody) {
  EXPECT_FALSE(decode_xa_prepare(ByteWriter().u8(0).u32(1).u32(0xffffffff).u32(0xffffffff).text("gb")));
  EXPECT_TRUE(decode_xa_prepare(ByteWriter().u8(0).u32(1).u32(64).u32(64).fill(128)));
  EXPECT_FALSE(decode_xa_prepare(ByteWriter().u8(0).u32(1).u32(65).u32(0).fill(65)));
  EXPECT_FALSE(decode_xa_prepare(ByteWriter().u8(0).u32(1).u32(0).u32(65).fill(65)));
}

TEST(RowsQuery, IgnoresItsLengthByte) {
  EXPECT_EQ(*decode_rows_query(ByteWriter().u8(0).text("INSERT 1")), "INSERT 1");
  EXPECT_EQ(*decode_rows_query(ByteWriter().u8(3).text(std::string(300, 'x'))), std::string(300, 'x'));
  EXPECT_FALSE(decode_rows_query({}));
}

TEST(PreviousGtids, ReadsTheSet) {
  const auto set = MysqlGtidSet::parse("11111111-1111-1111-1111-111111111111:1-5:shop_tag:7");
  ASSERT_TRUE(set);
  const std::vector<std::uint8_t> body = set->encode();
  const auto decoded = decode_previous_gtids(body);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, *set);
  const auto broken = decode_previous_gtids(exact_prefix(body, body.size() - 1));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message.find("PREVIOUS_GTIDS: "), 0U);
}

} // namespace
} // namespace rowferry::binlog
