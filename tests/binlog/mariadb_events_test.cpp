#include <gtest/gtest.h>

#include <rowferry/binlog/mariadb_events.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

constexpr std::uint32_t kServer = 7;
constexpr std::size_t kPostHeader = 19;

ByteWriter head(int flags) { return ByteWriter().u64(0x1'0000'0001).u32(3).u8(static_cast<std::uint64_t>(flags)); }

ByteWriter padded(ByteWriter body, std::size_t size = kPostHeader) {
  return body.size() < size ? body.fill(size - body.size()) : body;
}

TEST(MariadbGtidEvent, IsTheBeginOfATransactionUnlessStandalone) {
  const auto event = decode_mariadb_gtid(kServer, padded(head(0x0c)));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->gtid, (MariadbGtid{3, kServer, 0x1'0000'0001}));
  EXPECT_FALSE(event->standalone);
  EXPECT_TRUE(event->transactional);
  EXPECT_FALSE(event->ddl || event->xa_prepared || event->xa_completed || event->start_alter);
  EXPECT_EQ(event->commit_id, 0U);
  EXPECT_EQ(event->thread_id, 0U);

  const auto ddl = decode_mariadb_gtid(kServer, padded(head(0x21)));
  ASSERT_TRUE(ddl);
  EXPECT_TRUE(ddl->standalone && ddl->ddl);
  for_each_shorter_prefix(head(0), [](Bytes prefix) { EXPECT_FALSE(decode_mariadb_gtid(kServer, prefix)); });
}

TEST(MariadbGtidEvent, PaddingMayBeOfAnyLength) {
  for (const std::size_t size : {13U, 14U, 19U, 20U, 3743U, 100'000U}) {
    const auto event = decode_mariadb_gtid(kServer, padded(head(0x04), size));
    ASSERT_TRUE(event) << size;
    EXPECT_EQ(event->gtid.domain, 3U);
    EXPECT_FALSE(event->start_alter);
  }
}

TEST(MariadbGtidEvent, OfAGroupCommitHasItsNumber) {
  const ByteWriter body = head(0x06).u64(99);
  const auto event = decode_mariadb_gtid(kServer, body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->commit_id, 99U);
  for_each_shorter_prefix(body, [](Bytes prefix) { EXPECT_FALSE(decode_mariadb_gtid(kServer, prefix)); });
}

TEST(MariadbGtidEvent, ReadsTheXid) {
  for (const int flag : {0x40, 0x80}) {
    const ByteWriter body = head(flag).u32(1).u8(3).u8(2).text("gtrBQ");
    const auto event = decode_mariadb_gtid(kServer, body);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->xa_prepared, flag == 0x40);
    EXPECT_EQ(event->xa_completed, flag == 0x80);
    EXPECT_EQ(event->xid.format_id, 1U);
    EXPECT_EQ(event->xid.gtrid, "gtr");
    EXPECT_EQ(event->xid.bqual, "BQ");
    for_each_shorter_prefix(body, [](Bytes prefix) { EXPECT_FALSE(decode_mariadb_gtid(kServer, prefix)); });
  }
  EXPECT_FALSE(decode_mariadb_gtid(kServer, head(0x40).u32(1).u8(65).u8(0).fill(65)));
}

TEST(MariadbGtidEvent, ReadsTheFurtherFlags) {
  const auto start = decode_mariadb_gtid(kServer, padded(head(0x21).u8(0x02)));
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->start_alter && !start->commit_alter && !start->rollback_alter);

  const auto commit = decode_mariadb_gtid(kServer, head(0x21).u8(0x05).u8(0xff).u64(17));
  ASSERT_TRUE(commit);
  EXPECT_TRUE(commit->commit_alter && !commit->start_alter);
  EXPECT_EQ(commit->start_alter_seq, 17U);

  const ByteWriter body = head(0x21).u8(0x18).u64(18).u32(4242);
  const auto rollback = decode_mariadb_gtid(kServer, body);
  ASSERT_TRUE(rollback);
  EXPECT_TRUE(rollback->rollback_alter);
  EXPECT_EQ(rollback->start_alter_seq, 18U);
  EXPECT_EQ(rollback->thread_id, 4242U);
  for (std::size_t n = head(0).size() + 1; n < body.size(); ++n) {
    EXPECT_FALSE(decode_mariadb_gtid(kServer, exact_prefix(body, n))) << n;
  }
}

TEST(MariadbGtidEvent, RefusesTheNumberZero) {
  EXPECT_FALSE(decode_mariadb_gtid(kServer, ByteWriter().u64(0).u32(0).u8(0)));
}

TEST(GtidList, OfADomainTheLastEntryCounts) {
  const auto entry = [](ByteWriter& out, std::uint32_t domain, std::uint32_t server, std::uint64_t seq) {
    out.u32(domain).u32(server).u64(seq);
  };
  ByteWriter body = ByteWriter().u32(0x30000003); // with both flags
  entry(body, 0, 2, 9);
  entry(body, 0, 1, 5);
  entry(body, 4, 1, 1);
  const auto list = decode_gtid_list(body);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->text(), "0-1-5,4-1-1");
  EXPECT_EQ(decode_gtid_list(ByteWriter().u32(0))->text(), "");
  for_each_shorter_prefix(body, [](Bytes prefix) { EXPECT_FALSE(decode_gtid_list(prefix)); });
  EXPECT_FALSE(decode_gtid_list(ByteWriter().u32(0x0fffffff).fill(64)));
}

TEST(BinlogCheckpoint, NamesAFile) {
  const ByteWriter body = ByteWriter().u32(18).text("mariadb-bin.000001");
  EXPECT_EQ(*decode_binlog_checkpoint(body), "mariadb-bin.000001");
  for_each_shorter_prefix(body, [](Bytes prefix) { EXPECT_FALSE(decode_binlog_checkpoint(prefix)); });
}

} // namespace
} // namespace rowferry::binlog
