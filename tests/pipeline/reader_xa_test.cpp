// XA transactions over restarts: prepared in one process, decided in another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "change/xa_log.hpp"
#include "pipeline/reader_fixture.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ReaderXaTest : public ReaderFixture {
 protected:
  struct Stage : ReaderFixture::Stage {
    using ReaderFixture::Stage::Stage;
    void read(const LogBuilder& log, std::size_t events = SIZE_MAX) {
      EXPECT_EQ(ReaderFixture::Stage::read(log, events).message, "cut");
    }
  };

  ReaderXaTest() { capture(shop_tables("t")); }
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

  XaLog log;
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
