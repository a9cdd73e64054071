#include "app/log_stats.hpp"

#include <gmock/gmock.h>

#include "app/pattern_selector.hpp"
#include "app/recorded_files.hpp"
#include "app/stats_table.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

LogBuilder make_log() {
  LogBuilder log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  log.add(EventType::table_map, table_map_body(ids_table(8, "b")));
  log.add(EventType::write_rows, rows_body(ids(7, {1, 2, 3})));
  log.add(EventType::update_rows, rows_body(ids(8, {1, 2, 3, 4}, true)));
  log.add(EventType::xid, xid_body());
  log.add(EventType::gtid, gtid_body(2));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "b"))); // the same id for another table
  log.add(EventType::delete_rows, rows_body(ids(7, {3})));
  log.add(EventType::xid, xid_body());
  return log;
}

Result<LogCounts> count(std::vector<std::vector<std::uint8_t>> events, const std::vector<std::string>& patterns = {}) {
  const auto selector = PatternSelector::make(patterns);
  RangedEvents ranged(
      std::make_unique<RecordedFiles>(std::vector<std::vector<std::vector<std::uint8_t>>>{std::move(events)}), {});
  LogStats stats(*selector);
  const Result<void> counted = stats.count(ranged);
  EXPECT_TRUE(counted || counted.error().status == ExitStatus::data);
  return stats.counts();
}

TEST(LogStats, RowsOfTablesAndOperations) {
  const LogCounts counts = *count(make_log().events());
  ASSERT_THAT(counts.tables, ElementsAre(Key(Pair("shop", "a")), Key(Pair("shop", "b"))));
  const LogCounts::Table& a = counts.tables.at({"shop", "a"});
  EXPECT_THAT((std::vector{a.inserts, a.updates, a.deletes, a.events}), ElementsAre(3, 0, 0, 1));
  const LogCounts::Table& b = counts.tables.at({"shop", "b"});
  EXPECT_THAT((std::vector{b.inserts, b.updates, b.deletes, b.events}), ElementsAre(0, 2, 1, 2));
  EXPECT_EQ(counts.transactions, 2u);
  ASSERT_TRUE(counts.largest);
  EXPECT_EQ(counts.largest->rows, 5u);
  EXPECT_EQ(counts.largest->gtid, "11111111-1111-1111-1111-111111111111:1");
  EXPECT_EQ(counts.largest->file, "binlog.1");
}

TEST(LogStats, BytesAddUp) {
  const LogBuilder log = make_log();
  const LogCounts counts = *count(log.events());
  EXPECT_EQ(counts.bytes, log.end() - 4);
  std::uint64_t bytes = 0;
  for (const auto& [name, events] : counts.events) bytes += events.bytes;
  EXPECT_EQ(bytes, counts.bytes);
  EXPECT_EQ(counts.events.at("TABLE_MAP").count, 3u);
}

TEST(LogStats, OtherTablesAreLeftOutOfTheRows) {
  const LogCounts counts = *count(make_log().events(), {"shop.b"});
  EXPECT_THAT(counts.tables, ElementsAre(Key(Pair("shop", "b"))));
  EXPECT_EQ(counts.largest->rows, 2u);
  EXPECT_EQ(counts.events.at("WRITE_ROWS").count, 1u);
}

TEST(LogStats, WhatIsGoodBeforeTheDamageIsCounted) {
  auto events = make_log().events();
  events[7][30] ^= 0xff;
  EXPECT_EQ(count(events)->transactions, 1u);
  EXPECT_EQ(count(events)->tables.at({"shop", "a"}).inserts, 3u);
}

// MariaDB's TIME, DATETIME and TIMESTAMP of before 10.1 may have a fraction behind them, or not.
TEST(LogStats, RowsOfUnknownLengthAreNotGuessed) {
  TableMapSpec spec = ids_table(7, "a");
  spec.types = ByteWriter{12}; // DATETIME
  const auto make = [&](const std::string& version) {
    std::vector<std::vector<std::uint8_t>> events = LogBuilder().events();
    events.front() =
        make_event(EventType::format_description, format_description_body(Checksum::crc32, version), Checksum::crc32);
    events.push_back(make_event(EventType::query, query_body("BEGIN"), Checksum::crc32));
    events.push_back(make_event(EventType::table_map, table_map_body(spec), Checksum::crc32));
    return events;
  };
  const auto selector = PatternSelector::make({});
  for (const auto& [version, known] : {std::pair{"10.11.6-MariaDB", false}, {"5.5.40", true}}) {
    RangedEvents ranged(
        std::make_unique<RecordedFiles>(std::vector<std::vector<std::vector<std::uint8_t>>>{make(version)}), {});
    LogStats stats(*selector);
    const Result<void> counted = stats.count(ranged);
    EXPECT_EQ(counted.has_value(), known) << version;
    if (!counted) {
      EXPECT_THAT(counted.error().message, HasSubstr("`shop`.`a` cannot be counted"));
    }
  }
}

TEST(StatsTable, NumbersStandUnderTheirHeads) {
  const std::string text = stats_table(*count(make_log().events()));
  EXPECT_THAT(text, AllOf(HasSubstr("files         binlog.1\n"), HasSubstr("transactions  2\n"),
                          HasSubstr(": 372 bytes, 5 rows\n"),
                          HasSubstr("table   rows  inserts  updates  deletes  events  bytes\n"
                                    "shop.b     3        0        2        1       2     96\n"
                                    "shop.a     3        3        0        0       1     50\n"),
                          Not(HasSubstr("compressed"))));
}

} // namespace
} // namespace rowferry
