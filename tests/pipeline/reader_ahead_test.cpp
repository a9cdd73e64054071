// With workers the reader sends what it sends without them, in the same order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <random>
#include <rowferry/sink/sinks.hpp>
#include <thread>

#include "binlog/payload_builders.hpp"
#include "pipeline/reader_fixture.hpp"

namespace rowferry {
namespace {

using namespace test;

constexpr int kLarge = 400; ///< rows of five bytes: more than ReadAhead::kWorthwhile

/// Events that came all at once; to the last or to where the connection breaks.
class ArrivedEvents final : public EventSource {
 public:
  ArrivedEvents(const LogBuilder& log, std::uint64_t from, std::size_t count)
      : events_(events_from(log, from)), left_(count) {}
  Result<binlog::RawEvent> next() override {
    if (left_ == 0 || events_.empty()) return rowferry::fail(Error::source_retriable("cut"));
    --left_;
    current_ = std::make_unique<std::vector<std::uint8_t>>(events_.front().begin(), events_.front().end());
    events_.pop_front();
    if (on_event) on_event(events_.size());
    return Bytes(*current_);
  }
  [[nodiscard]] bool has_more() noexcept override { return !events_.empty(); }
  void interrupt() noexcept override {}

  std::function<void(std::size_t left)> on_event;

 private:
  std::deque<Bytes> events_;
  std::unique_ptr<std::vector<std::uint8_t>> current_; ///< gone with the next call
  std::size_t left_;
};

/// What came of one reading.
struct Outcome {
  std::vector<std::string> lines;
  std::string error;
  ReaderTotals totals;
  std::uint64_t captured = 0;
  Position position;
};

class ReaderAheadTest : public ReaderFixture {
 protected:
  struct Stage : ReaderFixture::Stage {
    Stage(ReaderAheadTest& test, const Checkpoint& start, std::size_t threads)
        : ReaderFixture::Stage(test, start,
                               {.most_messages = 1u << 17, .most_bytes = 1u << 28, .workers = test.workers(threads)}) {
      sink->with_headers = true;
    }
  };

  ReaderAheadTest() {
    TableRule rule = shop_tables("cdc.${table}");
    rule.id_header = true;
    capture(std::move(rule));
  }
  std::unique_ptr<EncodeWorkers> workers(std::size_t threads) {
    return threads == 0 ? nullptr : std::make_unique<EncodeWorkers>(threads, rules, topics, once, usage);
  }
  void begin(std::uint64_t gno) {
    log.add(EventType::gtid, gtid_body(gno));
    log.add(EventType::query, query_body("BEGIN"));
  }
  void rows(EventType type, std::uint64_t table_id, std::string_view table, int first, int count) {
    const bool update = type == EventType::update_rows;
    RowsSpec spec{.table_id = table_id, .columns = 1, .update = update};
    for (int i = 0; i < count; ++i) {
      for (int image = 0; image < (update ? 2 : 1); ++image) {
        spec.rows.u8(0).u32(static_cast<std::uint64_t>(first + i + image));
      }
    }
    log.add(EventType::table_map, table_map_body(ids_table(table_id, table)));
    log.add(type, rows_body(spec));
  }
  void end() { log.add(EventType::xid, xid_body()); }

  Outcome read(std::size_t threads, std::size_t events = SIZE_MAX) {
    lines.clear();
    Stage stage(*this, start, threads);
    ArrivedEvents source(log, 4, events);
    const Error error = stage.reader.run(source, start.position.at);
    return {lines, error.message, stage.reader.totals(), stage.reader.counters().rows_captured,
            stage.checkpoint(start).position};
  }

  LogBuilder log;
  WarnedOnce once;
};

void expect_same(const Outcome& with, const Outcome& without) {
  EXPECT_EQ(with.error, without.error);
  ASSERT_EQ(with.lines.size(), without.lines.size());
  for (std::size_t i = 0; i < with.lines.size(); ++i) ASSERT_EQ(with.lines[i], without.lines[i]) << "message " << i;
  EXPECT_EQ(with.totals.sent, without.totals.sent);
  EXPECT_EQ(with.totals.messages, without.totals.messages);
  EXPECT_EQ(with.captured, without.captured);
  EXPECT_EQ(with.position.at.offset, without.position.at.offset);
  EXPECT_EQ(with.position.executed.text(), without.position.executed.text());
}

// Large events and small ones, of two tables, in transactions of every kind, and truncations between them.
TEST_F(ReaderAheadTest, TheMessagesAndTheirOrderAreTheSame) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  int id = 0;
  for (std::uint64_t gno = 1; gno <= 40; ++gno) {
    if (below(10) == 0) {
      log.add(EventType::gtid, gtid_body(gno));
      log.add(EventType::query, query_body("TRUNCATE a"));
      continue;
    }
    begin(gno);
    for (int event = below(6); event >= 0; --event) {
      const int count = below(3) == 0 ? 1 + below(5) : kLarge + below(kLarge);
      const EventType type = below(3) == 0   ? EventType::update_rows
                             : below(2) == 0 ? EventType::delete_rows
                                             : EventType::write_rows;
      rows(type, below(2) == 0 ? 7 : 8, below(2) == 0 ? "a" : "b", id, count);
      id += count;
    }
    end();
  }
  const Outcome without = read(0);
  ASSERT_GT(without.lines.size(), 3'000u);
  EXPECT_EQ(without.position.at.offset, log.end());
  for (const std::size_t threads : {1u, 2u, 5u}) {
    SCOPED_TRACE(testing::Message() << threads << " workers");
    expect_same(read(threads), without);
  }
  EXPECT_EQ(usage.chunks.load(), 0u) << "of outputs that are gone";
}

TEST_F(ReaderAheadTest, ABreakAfterAnyEventRepeatsAndLosesNothing) {
  begin(1);
  rows(EventType::write_rows, 7, "a", 0, kLarge);
  rows(EventType::write_rows, 8, "b", 1000, 3);
  rows(EventType::update_rows, 7, "a", 2000, kLarge);
  end();
  begin(2);
  rows(EventType::write_rows, 7, "a", 3000, kLarge);
  end();
  const Outcome without = read(0);
  for (std::size_t events = 0; events <= log.events().size(); ++events) {
    SCOPED_TRACE(testing::Message() << "cut behind " << events << " events");
    lines.clear();
    Stage stage(*this, start, 2);
    ArrivedEvents first(log, 4, events);
    EXPECT_EQ(stage.reader.run(first, start.position.at).message, "cut");
    const FileOffset at = stage.progress.resume().position.at;
    ArrivedEvents second(log, at.offset, SIZE_MAX);
    EXPECT_EQ(stage.reader.run(second, at).message, "cut");
    EXPECT_EQ(lines, without.lines);
  }
}

// The sink may hold back what is sent while more has come, and is told when nothing has.
TEST_F(ReaderAheadTest, TheSinkLearnsWhenNothingMoreHasCome) {
  begin(1);
  rows(EventType::write_rows, 7, "a", 0, kLarge);
  end();
  begin(2);
  rows(EventType::write_rows, 7, "a", 1000, 3);
  end();
  begin(3); // of nothing captured, and more behind it than the sink need know of
  end();
  begin(4);
  end();
  for (const std::size_t threads : {0u, 2u}) {
    lines.clear();
    Stage stage(*this, start, threads);
    ArrivedEvents source(log, 4, SIZE_MAX);
    stage.reader.run(source, start.position.at);
    EXPECT_THAT(stage.sink->pauses, testing::ElementsAre(kLarge + 3)) << threads << " workers";
  }
}

// A compressed transaction is one event, and the last one: its rows are handed out all the same.
TEST_F(ReaderAheadTest, ACompressedTransactionIsSharedOut) {
  std::vector<std::pair<EventType, std::vector<std::uint8_t>>> inner;
  inner.emplace_back(EventType::query, query_body("BEGIN").get());
  inner.emplace_back(EventType::table_map, table_map_body(ids_table(7, "a")).get());
  constexpr int kInner = 200; // more than may be under way
  for (int event = 0; event < kInner; ++event) {
    RowsSpec spec{.table_id = 7, .flags = 0, .columns = 1};
    for (int i = 0; i < kLarge; ++i) spec.rows.u8(0).u32(static_cast<std::uint64_t>(event * kLarge + i));
    inner.emplace_back(EventType::write_rows, rows_body(spec).get());
  }
  inner.emplace_back(EventType::xid, xid_body().get());
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::transaction_payload, zstd_payload(inner_events(inner)));
  const Outcome without = read(0);
  EXPECT_EQ(without.lines.size(), static_cast<std::size_t>(kInner * kLarge));
  expect_same(read(2), without);
}

// Narrow rows become ten times their size: that bounds what a worker makes of an event. It has room beside what is on
// its way, and stops nothing until that has arrived.
TEST_F(ReaderAheadTest, ResultsThatWaitAreBoundedAndStopNothing) {
  constexpr int kEvents = 150;
  constexpr int kNarrow = 1600;
  std::vector<std::pair<EventType, std::vector<std::uint8_t>>> inner;
  inner.emplace_back(EventType::query, query_body("BEGIN").get());
  inner.emplace_back(EventType::table_map, table_map_body(ids_table(7, "a")).get());
  for (int event = 0; event < kEvents; ++event) {
    RowsSpec spec{.table_id = 7, .flags = 0, .columns = 1};
    for (int i = 0; i < kNarrow; ++i) spec.rows.u8(0).u32(static_cast<std::uint64_t>(i));
    inner.emplace_back(EventType::write_rows, rows_body(spec).get());
  }
  inner.emplace_back(EventType::xid, xid_body().get());
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::transaction_payload, zstd_payload(inner_events(inner)));

  constexpr InFlightLimits kOnTheirWay{1u << 15, 16u << 20};
  constexpr InFlightLimits kLimits = EncodeWorkers::with_read_ahead(kOnTheirWay, 2);
  static_assert(kLimits.bytes == kOnTheirWay.bytes + EncodeWorkers::most_output(2));
  static_assert(EncodeWorkers::with_read_ahead(kOnTheirWay, 1).bytes == kOnTheirWay.bytes);
  Delivery delivery(start, kLimits, usage, control);
  delivery.use(make_discard_sink(delivery));
  Progress progress(start,
                    [&](const std::string& db, const std::string& table) { return delivery.table_index(db, table); });
  EncodeWorkers workers(2, rules, topics, once, usage);
  Reader reader(*router, *router, warnings, {}, delivery, progress, usage, control, nullptr, &workers);
  std::atomic<bool> over{false};
  std::uint64_t most = 0;
  std::thread acknowledger([&] {
    while (!over.load()) {
      delivery.poll();
      most = std::max(most, usage.bytes.load());
      std::this_thread::yield();
    }
  });
  ArrivedEvents source(log, 4, SIZE_MAX);
  EXPECT_EQ(reader.run(source, start.position.at).message, "cut");
  over = true;
  acknowledger.join();
  EXPECT_EQ(reader.totals().sent, static_cast<std::uint64_t>(kEvents * kNarrow));
  EXPECT_LE(most, kLimits.bytes);
}

// What stands in front of an error is sent, what stands behind it is not, and the position is that of the last commit.
TEST_F(ReaderAheadTest, AnErrorComesInItsTurn) {
  begin(1);
  rows(EventType::write_rows, 7, "a", 0, kLarge);
  end();
  begin(2);
  rows(EventType::write_rows, 7, "a", 1000, kLarge);
  RowsSpec cut{.table_id = 7, .columns = 1};
  for (int i = 0; i < kLarge; ++i) cut.rows.u8(0).u32(static_cast<std::uint64_t>(i));
  cut.rows.u8(0).u8(1);
  log.add(EventType::write_rows, rows_body(cut));
  rows(EventType::write_rows, 7, "a", 5000, kLarge);
  end();
  const Outcome without = read(0);
  EXPECT_EQ(without.lines.size(), 3u * kLarge);
  EXPECT_NE(without.error, "cut");
  for (const std::size_t threads : {1u, 3u}) expect_same(read(threads), without);
}

// A column of the key that the image lacks is found out by the encoder, on its thread.
TEST_F(ReaderAheadTest, WhatCannotBeEncodedStopsBehindTheRowsBeforeIt) {
  begin(1);
  rows(EventType::write_rows, 7, "a", 0, kLarge);
  RowsSpec keyless{.table_id = 8, .columns = 2, .present = ByteWriter{0x02}};
  for (int i = 0; i < kLarge; ++i) keyless.rows.u8(0).u32(static_cast<std::uint64_t>(i));
  log.add(EventType::table_map,
          table_map_body({.table_id = 8,
                          .table = "b",
                          .types = ByteWriter{3, 3},
                          .optional = ByteWriter()
                                          .bytes(tlv(1, ByteWriter{0}))
                                          .bytes(tlv(4, ByteWriter().lenenc_text("id").lenenc_text("n")))
                                          .bytes(tlv(8, ByteWriter{0}))}));
  log.add(EventType::delete_rows, rows_body(keyless));
  rows(EventType::write_rows, 7, "a", 5000, kLarge);
  end();
  const Outcome without = read(0);
  EXPECT_EQ(without.lines.size(), static_cast<std::size_t>(kLarge));
  EXPECT_THAT(without.error, testing::HasSubstr("lacks key column id"));
  for (const std::size_t threads : {1u, 3u}) {
    const Outcome with = read(threads);
    EXPECT_EQ(with.lines, without.lines);
    EXPECT_EQ(with.error, without.error);
  }
}

// Rows that were read ahead are given up, and are counted so.
TEST_F(ReaderAheadTest, AStopGivesUpWhatWasReadAhead) {
  begin(1);
  for (int i = 0; i < 50; ++i) rows(EventType::write_rows, 7, "a", i * kLarge, kLarge);
  end();
  Stage stage(*this, start, 2);
  ArrivedEvents source(log, 4, SIZE_MAX);
  source.on_event = [&](std::size_t left) {
    if (left == 20) control.stop();
  };
  stage.reader.run(source, start.position.at);
  const ReaderTotals& totals = stage.reader.totals();
  EXPECT_EQ(totals.sent, lines.size());
  EXPECT_EQ(totals.sent + totals.abandoned, stage.reader.counters().rows_captured);
  EXPECT_LT(totals.sent, 50u * kLarge);
  EXPECT_EQ(stage.checkpoint(start).position.at.offset, 4u);
}

} // namespace
} // namespace rowferry
