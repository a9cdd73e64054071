#include <gtest/gtest.h>

#include <set>

#include <rowferry/binlog/control_events.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

constexpr const char* kUuid = "11111111-1111-1111-1111-111111111111";

/// As 8.0 and later write it; `original` where the transaction was first executed elsewhere.
ByteWriter full_gtid_body(bool original) {
  ByteWriter out;
  out.u8(1).fill(16, 0x11).u64(42).u8(2).u64(40).u64(41);
  if (!original) return out.le(1'700'000'000'000'001, 7).lenenc(70'000).u32(90704);
  out.le(1'700'000'000'000'001 | std::uint64_t{1} << 55, 7).le(1'600'000'000'000'002, 7).lenenc(70'000);
  return out.u32(90704U | 0x80000000U).u32(80036);
}

TEST(GtidEvent, ReadsTheCurrentForm) {
  const auto event = decode_gtid(EventType::gtid, full_gtid_body(false));
  ASSERT_TRUE(event);
  ASSERT_TRUE(event->gtid);
  EXPECT_EQ(event->gtid->text(), std::string(kUuid) + ":42");
  EXPECT_TRUE(event->may_have_statements);
  EXPECT_EQ(event->last_committed, 40U);
  EXPECT_EQ(event->sequence_number, 41U);
  EXPECT_EQ(event->immediate_commit_us, 1'700'000'000'000'001U);
  EXPECT_EQ(event->original_commit_us, 1'700'000'000'000'001U);
  EXPECT_EQ(event->transaction_length, 70'000U);
  EXPECT_EQ(event->immediate_server_version, 90704U);
  EXPECT_EQ(event->original_server_version, 90704U);
}

TEST(GtidEvent, TellsTheOriginalCommitFromTheImmediate) {
  const auto event = decode_gtid(EventType::gtid, full_gtid_body(true));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->immediate_commit_us, 1'700'000'000'000'001U);
  EXPECT_EQ(event->original_commit_us, 1'600'000'000'000'002U);
  EXPECT_EQ(event->immediate_server_version, 90704U);
  EXPECT_EQ(event->original_server_version, 80036U);
}

TEST(GtidEvent, MayEndWhereOlderServersEndedAndNowhereElse) {
  const ByteWriter body = full_gtid_body(true);
  const std::set<std::size_t> ends{25, 42, 56, 60}; // behind gno, sequence number, timestamps, length
  for (std::size_t n = 0; n < body.size(); ++n) {
    EXPECT_EQ(decode_gtid(EventType::gtid, exact_prefix(body, n)).has_value(), ends.contains(n)) << n;
  }
  const auto from_5_7 = decode_gtid(EventType::gtid, exact_prefix(body, 42));
  EXPECT_EQ(from_5_7->sequence_number, 41U);
  EXPECT_EQ(from_5_7->immediate_commit_us, 0U);
  EXPECT_EQ(from_5_7->transaction_length, 0U);
  EXPECT_TRUE(decode_gtid(EventType::gtid, ByteWriter(body).u64(9))); // commit group ticket
}

TEST(GtidEvent, AnUndefinedServerVersionIsUnknown) {
  ByteWriter body;
  body.u8(0).fill(16, 0x11).u64(1).u8(2).u64(0).u64(1).le(5, 7).lenenc(9).u32(999999);
  EXPECT_EQ(decode_gtid(EventType::gtid, body)->immediate_server_version, 0U);
}

TEST(GtidEvent, AnonymousHasNoGtid) {
  ByteWriter body;
  body.u8(1).fill(16).u64(0).u8(2).u64(1).u64(2).le(5, 7).lenenc(300).u32(90704);
  const auto event = decode_gtid(EventType::anonymous_gtid, body);
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->gtid);
  EXPECT_EQ(event->transaction_length, 300U);
}

TEST(GtidEvent, RefusesNumbersOutOfRange) {
  for (const std::uint64_t gno : {std::uint64_t{0}, kMaxGno, ~std::uint64_t{0}}) {
    EXPECT_FALSE(decode_gtid(EventType::gtid, gtid_body(gno))) << gno;
  }
  EXPECT_TRUE(decode_gtid(EventType::gtid, gtid_body(kMaxGno - 1)));
}

TEST(GtidEvent, NamesATypeThatItDoesNotRead) {
  const auto event = decode_gtid(EventType::mariadb_gtid, gtid_body(1));
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().status, ExitStatus::data);
  EXPECT_NE(event.error().message.find("MARIADB_GTID"), std::string::npos);
}

// --- GTID_TAGGED
// ------------------------------------------------------------------------------------------------------

ByteWriter varint(std::uint64_t value) {
  unsigned more = 0;
  while (more < 8 && value >> (7 * (more + 1)) != 0) ++more;
  if (more == 8) return ByteWriter().u8(0xff).u64(value);
  return ByteWriter().le(value << (more + 1) | ((std::uint64_t{1} << more) - 1), more + 1);
}
ByteWriter signed_varint(std::int64_t value) {
  return varint(value < 0 ? static_cast<std::uint64_t>(-(value + 1)) << 1 | 1 : static_cast<std::uint64_t>(value) << 1);
}

/// Puts version, size and the number of mandatory fields in front.
ByteWriter message(const ByteWriter& fields, std::uint64_t mandatory = 0, std::uint64_t version = 1) {
  const ByteWriter tail = ByteWriter().bytes(varint(mandatory)).bytes(fields);
  std::size_t size = tail.size() + 2;
  if (varint(size).size() > 1) ++size;
  return ByteWriter().bytes(varint(version)).bytes(varint(size)).bytes(tail);
}

ByteWriter tagged_fields(std::int64_t gno, std::string_view tag, int uuid_byte = 0x11) {
  ByteWriter out;
  out.bytes(varint(0)).bytes(varint(1)).bytes(varint(1));
  for (int i = 0; i < 16; ++i) out.bytes(varint(static_cast<std::uint64_t>(uuid_byte)));
  out.bytes(varint(2)).bytes(signed_varint(gno)).bytes(varint(3)).bytes(varint(tag.size())).text(tag);
  out.bytes(varint(4)).bytes(signed_varint(13)).bytes(varint(5)).bytes(signed_varint(15));
  out.bytes(varint(6)).bytes(varint(1'700'000'000'000'001)).bytes(varint(8)).bytes(varint(426));
  return out.bytes(varint(9)).bytes(varint(90704));
}

TEST(GtidTagged, ReadsEveryField) {
  const auto event = decode_gtid(EventType::gtid_tagged, message(tagged_fields(1, "shop_tag")));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->gtid->text(), std::string(kUuid) + ":shop_tag:1");
  EXPECT_TRUE(event->may_have_statements);
  EXPECT_EQ(event->last_committed, 13U);
  EXPECT_EQ(event->sequence_number, 15U);
  EXPECT_EQ(event->immediate_commit_us, 1'700'000'000'000'001U);
  EXPECT_EQ(event->original_commit_us, 1'700'000'000'000'001U);
  EXPECT_EQ(event->transaction_length, 426U);
  EXPECT_EQ(event->immediate_server_version, 90704U);
  EXPECT_EQ(event->original_server_version, 90704U);
}

TEST(GtidTagged, ReadsTheEdgesOfItsFields) {
  const std::string long_tag(32, 'z');
  const auto event = decode_gtid(EventType::gtid_tagged, message(tagged_fields(0x7ffffffffffffffe, long_tag, 0xff)));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->gtid->mysql()->gno, 0x7ffffffffffffffeU);
  EXPECT_EQ(event->gtid->mysql()->tag.text(), long_tag);
  EXPECT_EQ(event->gtid->mysql()->uuid.bytes[15], 0xff);
}

TEST(GtidTagged, OriginalsStandBehindTheImmediates) {
  ByteWriter fields = tagged_fields(1, "t");
  fields.bytes(varint(10)).bytes(varint(80300)).bytes(varint(11)).bytes(varint(7));
  const auto event = decode_gtid(EventType::gtid_tagged, message(fields));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->immediate_server_version, 90704U);
  EXPECT_EQ(event->original_server_version, 80300U);
}

TEST(GtidTagged, FailsOnEveryShorterPrefix) {
  for_each_shorter_prefix(message(tagged_fields(1, "shop_tag")), [](Bytes prefix) {
    EXPECT_FALSE(decode_gtid(EventType::gtid_tagged, prefix)) << prefix.size();
  });
}

TEST(GtidTagged, SkipsUnknownFieldsUnlessTheyAreMandatory) {
  const ByteWriter fields = tagged_fields(1, "t").bytes(varint(12)).bytes(varint(1));
  EXPECT_TRUE(decode_gtid(EventType::gtid_tagged, message(fields)));
  EXPECT_TRUE(decode_gtid(EventType::gtid_tagged, message(fields, 12)));
  const auto refused = decode_gtid(EventType::gtid_tagged, message(fields, 13));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("unknown mandatory field 12"), std::string::npos);
}

TEST(GtidTagged, RefusesWhatIsNoGtid) {
  EXPECT_FALSE(decode_gtid(EventType::gtid_tagged, message(tagged_fields(0, "t"))));
  EXPECT_FALSE(decode_gtid(EventType::gtid_tagged, message(tagged_fields(-1, "t"))));
  EXPECT_FALSE(decode_gtid(EventType::gtid_tagged, message(tagged_fields(1, "no tag"))));
  EXPECT_FALSE(decode_gtid(EventType::gtid_tagged, message(tagged_fields(1, std::string(33, 'a')))));
  EXPECT_FALSE(decode_gtid(EventType::gtid_tagged, message(tagged_fields(1, "t"), 0, 2)));
}

} // namespace
} // namespace rowferry::binlog
