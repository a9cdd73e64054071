#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <rowferry/change/change_reader.hpp>

#include "binlog/builders.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using Step = ChangeReader::Step;

class EveryTable final : public TableSelector {
 public:
  [[nodiscard]] bool wanted(std::string_view, std::string_view) const override { return true; }
};

std::string value(std::span<const binlog::Cell> image) {
  return image.empty() ? "" : std::to_string(load_le<4>(image.front().data));
}

/// Where it stands and came from, and its images.
std::string describe(const Change& change) {
  const Origin& origin = *change.origin;
  return fmt::format("{} of {} in {}:{} at {}, {}->{}", place_of(change), origin.gtid_text, origin.transaction_file,
                     origin.transaction_offset, origin.commit_us, value(change.before), value(change.after));
}

struct Readings {
  std::vector<std::string> lines; ///< of all changes in order
  std::deque<EventRows> taken;
  std::uint64_t captured = 0;
};

/// Reads the log, each event in memory of its own that is gone when the next one comes. With `take`, rows are read when
/// all events are gone.
Readings read(const LogBuilder& log, bool take, std::string* error = nullptr) {
  const EveryTable selector;
  ChangeReader reader(selector, {.announce_rows = take});
  reader.start({"binlog.000001", 4});
  Readings readings;
  for (const auto& event : log.events()) {
    const std::vector<std::uint8_t> copy = event;
    EXPECT_TRUE(reader.push(Bytes(copy)));
    for (auto step = reader.next();; step = reader.next()) {
      if (!step && error != nullptr) *error = step.error().message;
      if (!step || *step == Step::need_event) break;
      if (*step == Step::change) readings.lines.push_back(describe(reader.change()));
      if (*step == Step::rows && !reader.take_rows(readings.taken.emplace_back())) readings.taken.pop_back();
    }
  }
  readings.captured = reader.counters().rows_captured;
  for (EventRows& rows : readings.taken) {
    std::uint64_t count = 0;
    while (const Change* const change = rows.next()) {
      EXPECT_EQ(change->row, rows.first() + count++);
      readings.lines.push_back(describe(*change));
    }
    EXPECT_EQ(rows.count(), count);
  }
  return readings;
}

TEST(EventRows, AreTheChangesThatTheReaderWouldGive) {
  LogBuilder log;
  for (std::uint64_t gno = 1; gno <= 2; ++gno) {
    log.add(EventType::gtid, gtid_body(gno));
    log.add(EventType::query, query_body("BEGIN"));
    log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
    log.add(EventType::write_rows, rows_body(ids(7, {1, 2, 3})));
    log.add(EventType::table_map, table_map_body(ids_table(8, "b")));
    log.add(EventType::update_rows, rows_body(ids(8, {4, 5, 6, 7}, true)));
    log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
    log.add(EventType::delete_rows, rows_body(ids(7, {2})));
    log.add(EventType::xid, xid_body());
  }
  const Readings direct = read(log, false);
  const Readings taken = read(log, true);
  ASSERT_EQ(direct.lines.size(), 12u);
  EXPECT_EQ(taken.lines, direct.lines);
  EXPECT_EQ(taken.taken.size(), 6u);
  EXPECT_EQ(taken.captured, direct.captured);
}

TEST(EventRows, WhatIsMalformedIsNotTaken) {
  LogBuilder log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  RowsSpec rows = ids(7, {1, 2});
  rows.rows.u8(0).u8(9); // a row of one byte
  log.add(EventType::write_rows, rows_body(rows));
  std::string direct_error;
  std::string error;
  const Readings direct = read(log, false, &direct_error);
  const Readings taken = read(log, true, &error);
  ASSERT_EQ(direct.lines.size(), 2u);
  EXPECT_EQ(taken.lines, direct.lines);
  EXPECT_TRUE(taken.taken.empty());
  EXPECT_NE(error, "");
  EXPECT_EQ(error, direct_error);
}

TEST(EventRows, AreReusedForAnotherEvent) {
  const EveryTable selector;
  LogBuilder log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  log.add(EventType::write_rows, rows_body(ids(7, {1, 2})), 0);
  log.add(EventType::table_map, table_map_body(ids_table(8, "b")));
  log.add(EventType::update_rows, rows_body(ids(8, {3, 4}, true)));
  ChangeReader reader(selector, {.announce_rows = true});
  reader.start({"binlog.000001", 4});
  EventRows rows;
  std::vector<std::string> seen;
  for (const auto& event : log.events()) {
    ASSERT_TRUE(reader.push(Bytes(event)));
    for (auto step = reader.next(); step && *step != Step::need_event; step = reader.next()) {
      if (*step != Step::rows) continue;
      EXPECT_GT(reader.rows_size(), 0u);
      ASSERT_TRUE(reader.take_rows(rows));
      const Change* const first = rows.next(); // the first row alone: the next assign() leaves the others out
      ASSERT_NE(first, nullptr);
      seen.push_back(first->table->table + value(first->before) + ">" + value(first->after));
    }
  }
  EXPECT_THAT(seen, ElementsAre("a>1", "b3>4"));
  rows.clear();
  EXPECT_EQ(rows.next(), nullptr);
  EXPECT_EQ(rows.schema(), nullptr);
}

} // namespace
} // namespace rowferry
