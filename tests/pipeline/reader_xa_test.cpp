// XA transactions over restarts: prepared in one process, decided in another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "change/xa_log.hpp"
#include "pipeline/reader.hpp"
#include "pipeline/written_sink.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kServer = "11111111-1111-1111-1111-111111111111";

/// FORMAT_DESCRIPTION and the events from an offset on, up to a number of events of the log.
class LoggedEvents final : public EventSource {
 public:
  LoggedEvents(const LogBuilder& log, std::uint64_t from, std::size_t end) {
    std::uint64_t offset = 4;
    for (std::size_t i = 0; i < std::min(end, log.events().size()); ++i) {
      if (offset >= from || i == 0) events_.emplace_back(log.events()[i]);
      offset += log.events()[i].size();
    }
  }
  Result<binlog::RawEvent> next() override {
    if (events_.empty()) return rowferry::fail(Error::source_retriable("cut"));
    const Bytes event = events_.front();
    events_.pop_front();
    return event;
  }
  void interrupt() noexcept override {}

 private:
  std::deque<Bytes> events_;
};

class ReaderXaTest : public testing::Test {
 protected:
  struct Stage {
    Stage(ReaderXaTest& test, const Checkpoint& start)
        : delivery(start, {64, 1u << 20}, test.usage, test.control),
          progress(start,
                   [this](const std::string& db, const std::string& table) { return delivery.table_index(db, table); }),
          reader(*test.router, *test.router, test.warnings, {}, delivery, progress, test.usage, test.control) {
      auto made = std::make_unique<test::WrittenSink>(delivery, test.lines);
      sink = made.get();
      delivery.use(std::move(made));
    }
    /// From where the server is asked, by file and offset.
    void read(const LogBuilder& log, std::size_t end = SIZE_MAX) {
      const Resume& resume = progress.resume();
      const FileOffset at = resume.undecided.empty() ? resume.position.at : resume.undecided.front().begin;
      LoggedEvents events(log, at.offset, end);
      EXPECT_EQ(reader.run(events, at).message, "cut");
    }
    Checkpoint checkpoint(const Checkpoint& otherwise) {
      delivery.poll();
      return delivery.take().value_or(otherwise);
    }
    Delivery delivery;
    Progress progress;
    Reader reader;
    test::WrittenSink* sink = nullptr;
  };

  ReaderXaTest() {
    start.server_uuid = kServer;
    start.position.at = {"binlog.000001", 4};
    TableRule rule;
    rule.option = "tables[0]";
    rule.include = {"shop.*"};
    rule.topic = "t";
    RoutingRules rules;
    rules.tables.push_back(std::move(rule));
    router = std::make_unique<Router>(rules, topics);
  }
  /// Commits, a rollback, one phase, and ordinary transactions in between.
  void write() {
    log.prepare(1, "x", {1, 2, 3});
    log.ordinary(2, {4});
    log.prepare(3, "y", {100});
    log.open(4, "once");
    log.insert("a", {5});
    log.close("once", true);
    log.commit(5, "x");
    log.rollback(6, "y");
    log.prepare(7, "x", {6, 7});
    log.ordinary(8, {8});
    log.commit(9, "x");
    log.prepare(10, "z", {101});
  }
  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> made;
    for (const std::string& line : lines) {
      const std::size_t at = line.find(R"("key":{"id":)") + 12;
      made.push_back(line.substr(at, line.find('}', at) - at));
    }
    return made;
  }

  Checkpoint start;
  XaLog log;
  OutputUsage usage;
  Control control;
  Topics topics;
  EncodeWarnings warnings;
  std::unique_ptr<Router> router;
  std::vector<std::string> lines;
};

TEST_F(ReaderXaTest, TheLineHasTheIdentityOfThePrepareAndTheTimeOfTheCommit) {
  const std::uint64_t began = log.open(1, "x");
  const std::uint64_t map = log.insert("a", {5});
  log.close("x");
  log.commit(2, "x");
  Stage stage(*this, start);
  stage.read(log.log);
  EXPECT_LT(began, map);
  const std::uint64_t rows = map;
  EXPECT_THAT(lines, ElementsAre(R"({"op":"c","db":"shop","table":"a","ts_us":1700000002000000,"gtid":")" +
                                 std::string(kServer) + R"(:1","file":"binlog.000001","pos":)" + std::to_string(rows) +
                                 R"(,"row":0,"key":{"id":5},"before":null,"after":{"id":5}})"));
}

// Whatever was read and acknowledged when the process ends: what was not acknowledged is sent, nothing else, and the
// undecided are kept.
TEST_F(ReaderXaTest, ARestartAnywhereLosesAndRepeatsNothing) {
  for (const bool gtids : {true, false}) {
    log = XaLog();
    log.with_gtids = gtids;
    write();
    lines.clear();
    std::vector<std::string> all;
    {
      Stage whole(*this, start);
      whole.read(log.log);
      ASSERT_THAT(ids(), ElementsAre("4", "5", "1", "2", "3", "8", "6", "7"));
      all = lines;
    }
    for (std::size_t end = 1; end <= log.log.events().size(); ++end) {
      for (std::size_t delivered = 0; delivered <= all.size(); ++delivered) {
        lines.clear();
        Stage old(*this, start);
        old.sink->deliver = delivered;
        old.read(log.log, end);
        if (lines.size() < delivered) continue;
        const Checkpoint checkpoint = old.checkpoint(start);
        lines.resize(delivered);
        const auto text = format_checkpoint(checkpoint);
        Stage fresh(*this, parse_checkpoint(text).value());
        fresh.read(log.log);
        ASSERT_EQ(lines, all) << "read up to event " << end << ", " << delivered << " delivered, from\n" << text;
        const Checkpoint last = fresh.checkpoint(checkpoint);
        EXPECT_EQ(last.position.at.offset, log.log.end());
        ASSERT_THAT(last.undecided, SizeIs(1));
        EXPECT_EQ(last.undecided[0].xid.gtrid, "z");
        EXPECT_EQ(last.undecided[0].server_uuid, kServer);
        EXPECT_TRUE(last.delivered.empty());
      }
    }
  }
}

// The reader keeps what it has read: a connection that breaks is not read further back than its last commit.
TEST_F(ReaderXaTest, AReconnectAnywhereReadsNothingTwice) {
  write();
  Stage whole(*this, start);
  whole.read(log.log);
  const std::vector<std::string> all = std::exchange(lines, {});
  for (std::size_t end = 1; end <= log.log.events().size(); ++end) {
    lines.clear();
    Stage stage(*this, start);
    stage.read(log.log, end);
    EXPECT_THAT(stage.progress.resume().undecided, IsEmpty());
    stage.read(log.log);
    EXPECT_EQ(lines, all) << end;
  }
}

// … also in the middle of going back for what is undecided.
TEST_F(ReaderXaTest, AReconnectWhileGoingBackReadsWhatIsStillMissing) {
  write();
  Checkpoint checkpoint;
  {
    Stage old(*this, start);
    const auto& events = log.log.events();
    std::size_t end = 0;
    for (std::uint64_t offset = 4, until = 0; end < events.size(); offset += events[end++].size()) {
      if (events[end][4] == static_cast<std::uint8_t>(EventType::gtid) && ++until == 5) break; // before XA COMMIT x
    }
    old.read(log.log, end);
    checkpoint = old.checkpoint(start);
    ASSERT_THAT(checkpoint.undecided, SizeIs(2));
    ASSERT_THAT(ids(), ElementsAre("4", "5"));
  }
  for (std::size_t end = 1; end <= log.log.events().size(); ++end) {
    lines.clear();
    Stage stage(*this, checkpoint);
    stage.read(log.log, end);
    stage.read(log.log);
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3", "8", "6", "7")) << end;
    EXPECT_THAT(stage.progress.resume().undecided, IsEmpty());
  }
}

} // namespace
} // namespace rowferry
