#include "source/ddl_scan.hpp"

#include <gtest/gtest.h>

#include "binlog/builders.hpp"

namespace rowferry {
namespace {

using namespace test;

class DdlScanTest : public testing::Test {
 protected:
  std::uint64_t query(std::string_view text) { return log_.add(EventType::query, query_body(text)); }
  /// From that event on, as a dump sends it: the format first.
  void scan(std::uint64_t from) {
    scan_.start({"binlog.000001", from});
    std::uint64_t offset = 4;
    for (const auto& event : log_.events()) {
      const bool first = offset == 4;
      const std::uint64_t begin = offset;
      offset += event.size();
      if (begin < from && !first) continue;
      const auto pushed = scan_.push(event);
      ASSERT_TRUE(pushed) << pushed.error().message;
    }
  }
  std::uint64_t found(std::uint64_t from, std::string_view table) {
    const FoundDdl* const ddl = scan_.find({"binlog.000001", from}, "shop", table, false);
    return ddl == nullptr ? 0 : ddl->at.offset;
  }

  LogBuilder log_;
  DdlScan scan_;
};

TEST_F(DdlScanTest, FindsTheFirstStatementThatMayChangeATable) {
  query("BEGIN");
  const std::uint64_t first = query("ALTER TABLE a ADD x INT");
  const std::uint64_t second = query("DROP TABLE b, a");
  log_.add(EventType::transaction_payload, Bytes()); // not looked into
  const std::uint64_t third = query("SOMETHING NEW");
  scan(4);
  EXPECT_EQ(scan_.at(), (FileOffset{"binlog.000001", log_.end()}));
  EXPECT_EQ(found(4, "a"), first);
  EXPECT_EQ(found(first, "a"), first);
  EXPECT_EQ(found(first + 1, "a"), second);
  EXPECT_EQ(found(4, "b"), second);
  EXPECT_EQ(found(4, "c"), third);
  EXPECT_EQ(found(third + 1, "a"), 0U);
  scan_.forget_before({"binlog.000001", second});
  EXPECT_EQ(found(4, "a"), second);
  scan_.forget();
  EXPECT_EQ(found(4, "a"), 0U);
}

TEST_F(DdlScanTest, GoesOnWhereItStopped) {
  const std::uint64_t first = query("ALTER TABLE a ADD x INT");
  scan(4);
  const std::uint64_t second = query("ALTER TABLE b ADD x INT");
  scan(scan_.at().offset);
  EXPECT_EQ(found(4, "a"), first);
  EXPECT_EQ(found(4, "b"), second);
}

TEST_F(DdlScanTest, FollowsTheServerIntoTheNextFile) {
  query("BEGIN");
  scan(4);
  ASSERT_TRUE(scan_.push(artificial_rotate(4, "binlog.000002", Checksum::crc32)));
  LogBuilder next;
  const std::uint64_t at = next.add(EventType::query, query_body("ALTER TABLE a ADD x INT"));
  for (const auto& event : next.events()) ASSERT_TRUE(scan_.push(event));
  const FoundDdl* const ddl = scan_.find({"binlog.000001", 4}, "shop", "a", false);
  ASSERT_NE(ddl, nullptr);
  EXPECT_EQ(ddl->at, (FileOffset{"binlog.000002", at}));
  EXPECT_EQ(scan_.at(), (FileOffset{"binlog.000002", next.end()}));
}

TEST_F(DdlScanTest, RefusesWhatIsCutShort) {
  query("ALTER TABLE a ADD x INT");
  scan(4);
  const auto event = make_event(EventType::query, query_body("DROP TABLE a"), Checksum::crc32);
  for (std::size_t size = 0; size < event.size(); ++size) {
    DdlScan scan;
    scan.start({"binlog.000001", 4});
    ASSERT_TRUE(scan.push(log_.events()[0]));
    const std::vector<std::uint8_t> exact(event.begin(), event.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(scan.push(exact)) << size;
  }
}

} // namespace
} // namespace rowferry
