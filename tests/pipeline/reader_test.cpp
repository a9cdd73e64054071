#include "pipeline/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binlog/builders.hpp"
#include "pipeline/reader_fixture.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;

class ReaderTest : public ReaderFixture {
 protected:
  ReaderTest() { use_topic("cdc.${table}"); }
  void use_topic(std::string topic) {
    TableRule rule = shop_tables(std::move(topic));
    rule.exclude = {"shop.other"};
    capture(std::move(rule));
  }
  void begin(std::uint64_t gno, bool anonymous = false) {
    log.add(anonymous ? EventType::anonymous_gtid : EventType::gtid, gtid_body(gno));
    log.add(EventType::query, query_body("BEGIN"));
  }
  void rows(EventType type, const RowsSpec& spec, std::string_view table = "a") {
    log.add(EventType::table_map, table_map_body(ids_table(spec.table_id, table)));
    log.add(type, rows_body(spec));
  }
  void end() { log.add(EventType::xid, xid_body()); }

  LogBuilder log;
};

/// "i1#0": operation, id, row.
std::vector<std::string> brief(const std::vector<std::string>& lines) {
  const auto between = [](const std::string& line, std::string_view before, std::string_view end) {
    const std::size_t at = line.find(before) + before.size();
    return line.substr(at, line.find(end, at) - at);
  };
  std::vector<std::string> made;
  for (const std::string& line : lines) {
    made.push_back(between(line, R"("op":")", "\"") + between(line, R"("key":{"id":)", "}") + "#" +
                   between(line, R"("row":)", ","));
  }
  return made;
}

TEST_F(ReaderTest, EveryCapturedChangeIsSentOrDroppedForAReason) {
  use_topic("cdc.${id}");
  begin(1);
  rows(EventType::write_rows, ids(7, {1, 2}));
  rows(EventType::write_rows, ids(8, {9}), "other");
  rows(EventType::update_rows, ids(7, {2, 3}, true));
  end();
  log.add(EventType::gtid, gtid_body(2));
  log.add(EventType::query, query_body("TRUNCATE a"));
  Stage stage(*this, start);
  EXPECT_EQ(stage.read(log).message, "cut");
  EXPECT_THAT(brief(lines), ElementsAre("c1#0", "c2#1", "d2#2", "c3#2"));
  const ReaderTotals& totals = stage.reader.totals();
  EXPECT_EQ(totals.messages, 4u);
  EXPECT_EQ(totals.sent, 3u);
  EXPECT_EQ(totals.truncates, 1u);
  EXPECT_EQ(totals.sent + totals.bookkeeping + totals.truncates + totals.repeated,
            stage.reader.counters().rows_captured);
  EXPECT_EQ(stage.reader.counters().rows_events_filtered, 1u);
}

TEST_F(ReaderTest, AConnectionThatBreaksInATransactionRepeatsNothing) {
  begin(1);
  rows(EventType::write_rows, ids(7, {1, 2}));
  rows(EventType::write_rows, ids(8, {7}), "b");
  rows(EventType::update_rows, ids(7, {2, 3}, true));
  rows(EventType::write_rows, ids(7, {4}));
  end();
  for (std::size_t events = 0; events <= log.events().size(); ++events) {
    lines.clear();
    Stage stage(*this, start);
    stage.read(log, events);
    stage.read(log);
    EXPECT_THAT(brief(lines), ElementsAre("c1#0", "c2#1", "c7#0", "d2#2", "c3#2", "c4#3"))
        << "cut behind " << events << " events";
  }
}

// Any number of messages may be acknowledged when the sink dies: what was not is sent again, as it was the first time.
TEST_F(ReaderTest, ANewSinkGetsWhatTheOldOneDidNotAcknowledge) {
  constexpr std::size_t kHalf = 4; // delivered: the `d` of a key change without its `c`
  for (const bool anonymous : {false, true}) {
    log = LogBuilder();
    begin(1, anonymous);
    rows(EventType::write_rows, ids(7, {1, 2}));
    rows(EventType::write_rows, ids(8, {7}), "b");
    rows(EventType::update_rows, ids(7, {2, 3}, true));
    end();
    begin(2, anonymous);
    rows(EventType::write_rows, ids(7, {4}));
    end();
    for (std::size_t delivered = 0; delivered <= 6; ++delivered) {
      lines.clear();
      Stage old(*this, start);
      old.sink->deliver = delivered;
      old.read(log);
      const Checkpoint checkpoint = old.checkpoint(start);
      const std::vector<std::string> all = std::exchange(lines, {});
      ASSERT_THAT(brief(all), ElementsAre("c1#0", "c2#1", "c7#0", "d2#2", "c3#2", "c4#0"));

      Stage fresh(*this, checkpoint);
      fresh.read(log);
      const auto unacknowledged = static_cast<std::ptrdiff_t>(delivered == kHalf ? kHalf - 1 : delivered);
      EXPECT_EQ(lines, std::vector<std::string>(all.begin() + unacknowledged, all.end()))
          << delivered << " were delivered";
      EXPECT_EQ(fresh.checkpoint(start).position.at.offset, delivered == 6 ? 4 : log.end());
    }
  }
}

} // namespace
} // namespace rowferry
