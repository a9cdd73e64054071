#include "pipeline/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "binlog/builders.hpp"
#include "pipeline/logged_events.hpp"
#include "pipeline/written_sink.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;

constexpr const char* kServer = "11111111-1111-1111-1111-111111111111";

/// FORMAT_DESCRIPTION and the events from an offset on, to the last or to where the connection breaks.
class LoggedEvents final : public EventSource {
 public:
  LoggedEvents(const LogBuilder& log, std::uint64_t from, std::size_t count) : events_(events_from(log, from)), left_(count) {}
  Result<binlog::RawEvent> next() override {
    if (left_-- == 0 || events_.empty()) return rowferry::fail(Error::source_retriable("cut"));
    const Bytes event = events_.front();
    events_.pop_front();
    return event;
  }
  void interrupt() noexcept override {}

 private:
  std::deque<Bytes> events_;
  std::size_t left_;
};

/// What the supervisor makes anew for every sink, and the lines that arrive over all of them.
class ReaderTest : public testing::Test {
 protected:
  struct Stage {
    Stage(ReaderTest& test, const Checkpoint& start)
        : delivery(start, {64, 1u << 20}, test.usage, test.control),
          progress(start, [this](const std::string& db, const std::string& table) { return delivery.table_index(db, table); }),
          reader(*test.router, *test.router, test.warnings, {}, delivery, progress, test.usage, test.control) {
      auto made = std::make_unique<test::WrittenSink>(delivery, test.lines);
      sink = made.get();
      delivery.use(std::move(made));
    }
    Delivery delivery;
    Progress progress;
    Reader reader;
    test::WrittenSink* sink = nullptr;
  };

  ReaderTest() {
    start.server_uuid = kServer;
    start.position.at = {"binlog.000001", 4};
    use_topic("cdc.${table}");
  }
  void use_topic(std::string topic) {
    TableRule rule;
    rule.option = "tables[0]";
    rule.include = {"shop.*"};
    rule.exclude = {"shop.other"};
    rule.topic = std::move(topic);
    RoutingRules rules;
    rules.tables.push_back(std::move(rule));
    router = std::make_unique<Router>(rules, topics);
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
  /// From where the stage has got to, as a server sends it.
  Error read(Stage& stage, std::size_t events = SIZE_MAX) {
    const FileOffset at = stage.progress.resume().position.at;
    LoggedEvents source(log, at.offset, events);
    return stage.reader.run(source, at);
  }

  Checkpoint start;
  LogBuilder log;
  OutputUsage usage;
  Control control;
  Topics topics;
  EncodeWarnings warnings;
  std::unique_ptr<Router> router;
  std::vector<std::string> lines;
};

/// "i1#0": operation, id, row.
std::vector<std::string> brief(const std::vector<std::string>& lines) {
  const auto between = [](const std::string& line, std::string_view before, std::string_view end) {
    const std::size_t at = line.find(before) + before.size();
    return line.substr(at, line.find(end, at) - at);
  };
  std::vector<std::string> made;
  for (const std::string& line : lines) {
    made.push_back(between(line, R"("op":")", "\"") + between(line, R"("key":{"id":)", "}") + "#" + between(line, R"("row":)", ","));
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
  EXPECT_EQ(read(stage).message, "cut");
  EXPECT_THAT(brief(lines), ElementsAre("c1#0", "c2#1", "d2#2", "c3#2"));
  const ReaderTotals& totals = stage.reader.totals();
  EXPECT_EQ(totals.messages, 4u);
  EXPECT_EQ(totals.sent, 3u);
  EXPECT_EQ(totals.truncates, 1u);
  EXPECT_EQ(totals.sent + totals.bookkeeping + totals.truncates + totals.repeated, stage.reader.counters().rows_captured);
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
    read(stage, events);
    read(stage);
    EXPECT_THAT(brief(lines), ElementsAre("c1#0", "c2#1", "c7#0", "d2#2", "c3#2", "c4#3")) << "cut behind " << events << " events";
  }
}

// Any number of messages may be acknowledged when the sink dies: what was not is sent again, as it was the first time.
TEST_F(ReaderTest, ANewSinkGetsWhatTheOldOneDidNotAcknowledge) {
  constexpr std::size_t kHalf = 4;  // delivered: the `d` of a key change without its `c`
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
      read(old);
      old.delivery.poll();
      const std::vector<std::string> all = std::exchange(lines, {});
      ASSERT_THAT(brief(all), ElementsAre("c1#0", "c2#1", "c7#0", "d2#2", "c3#2", "c4#0"));

      Stage fresh(*this, old.delivery.take().value_or(start));
      read(fresh);
      const auto unacknowledged = static_cast<std::ptrdiff_t>(delivered == kHalf ? kHalf - 1 : delivered);
      EXPECT_EQ(lines, std::vector<std::string>(all.begin() + unacknowledged, all.end())) << delivered << " were delivered";
      fresh.delivery.poll();
      EXPECT_EQ(fresh.delivery.take().value_or(start).position.at.offset, delivered == 6 ? 4 : log.end());
    }
  }
}

}  // namespace
}  // namespace rowferry
