// DESIGN section 9: no allocation per row, from the event's bytes to the message; and none that stays for ever,
// whatever number of tables goes by.
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <rowferry/sink/sinks.hpp>

#include "binlog/builders.hpp"
#include "pipeline/reader.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> live{0}; // bytes
std::atomic<std::uint64_t> peak{0};

void* allocate(std::size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t now = live.fetch_add(::malloc_usable_size(memory), std::memory_order_relaxed);
  if (now > peak.load(std::memory_order_relaxed)) peak.store(now, std::memory_order_relaxed);
  return memory;
}

void release(void* memory) noexcept {
  live.fetch_sub(::malloc_usable_size(memory), std::memory_order_relaxed);
  std::free(memory);
}

} // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }

namespace rowferry {
namespace {

using namespace test;

std::uint64_t allocated = 0; // by the last run()

/// One event again and again, then the end.
class RepeatedEvent final : public EventSource {
 public:
  RepeatedEvent(std::vector<std::vector<std::uint8_t>> opening, std::vector<std::uint8_t> event, std::size_t times)
      : opening_(std::move(opening)), event_(std::move(event)), times_(times) {}
  Result<binlog::RawEvent> next() override {
    if (next_ < opening_.size()) return Bytes(opening_[next_++]);
    if (times_ == 0) return rowferry::fail(Error::source_retriable("end"));
    --times_;
    if (delivery != nullptr) delivery->poll();
    return Bytes(event_);
  }
  [[nodiscard]] bool has_more() noexcept override { return times_ != 0; }
  void interrupt() noexcept override {}

  Delivery* delivery = nullptr; ///< polled, as the acknowledger does, here on the reader's thread

 private:
  std::vector<std::vector<std::uint8_t>> opening_;
  std::vector<std::uint8_t> event_;
  std::size_t times_;
  std::size_t next_ = 0;
};

/// A transaction a table, of which each has a name of its own, then the end.
class ManyTables final : public EventSource {
 public:
  explicit ManyTables(std::uint64_t count) : count_(count) {}
  Result<binlog::RawEvent> next() override {
    if (step_ == kSteps) {
      step_ = 0;
      delivery->poll(); // as the acknowledger does, here on the reader's thread
      (void)delivery->take();
      if (++table_ == count_) return rowferry::fail(Error::source_retriable("end"));
    }
    event_ = make();
    return Bytes(event_);
  }
  void interrupt() noexcept override {}

  Delivery* delivery = nullptr;

 private:
  static constexpr int kSteps = 5;

  std::vector<std::uint8_t> make() {
    switch (step_++) {
      case 0:
        if (!begun_) {
          begun_ = true;
          step_ = 0;
          return format_description_event(Checksum::crc32, {});
        }
        return event(EventType::gtid, gtid_body(table_ + 1));
      case 1:
        return event(EventType::query, query_body("BEGIN"));
      case 2:
        return event(EventType::table_map,
                     table_map_body(ids_table(table_, "orders_of_customer_" + std::to_string(table_))));
      case 3:
        return event(EventType::write_rows, rows_body(ids(table_, {1})));
      default:
        return event(EventType::xid, xid_body(1));
    }
  }
  static std::vector<std::uint8_t> event(EventType type, const ByteWriter& body) {
    return make_event(type, body, Checksum::crc32);
  }

  std::uint64_t count_;
  std::uint64_t table_ = 0;
  int step_ = 0;
  bool begun_ = false;
  std::vector<std::uint8_t> event_;
};

/// Reads and sends all that there is; how many rows were sent.
std::uint64_t run(EventSource& source, const std::string& include, Delivery** used = nullptr, std::size_t threads = 0) {
  Checkpoint start;
  start.position.at = {"binlog.000001", 4};
  TableRule rule;
  rule.include = {include};
  rule.topic = "t";
  RoutingRules rules;
  rules.tables.push_back(std::move(rule));
  Topics topics;
  EncodeWarnings warnings;
  Router router(rules, topics);
  OutputUsage usage;
  Control control;
  Delivery delivery(start, {threads == 0 ? 1024u : 1u << 17, 1u << 28}, usage, control);
  delivery.use(make_discard_sink(delivery));
  if (used != nullptr) *used = &delivery;
  Progress progress(start,
                    [&](const std::string& db, const std::string& table) { return delivery.table_index(db, table); });
  WarnedOnce once;
  std::unique_ptr<EncodeWorkers> workers;
  if (threads != 0) workers = std::make_unique<EncodeWorkers>(threads, rules, topics, once, usage);
  Reader reader(router, router, warnings, {}, delivery, progress, usage, control, nullptr, workers.get());
  const std::uint64_t before = allocations.load();
  EXPECT_EQ(reader.run(source, start.position.at).message, "end");
  allocated = allocations.load() - before;
  return reader.totals().sent;
}

/// What reading and sending one transaction of `events` rows events allocates. All fits into one chunk of output.
std::uint64_t allocations_of(std::size_t events) {
  LogBuilder log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  RowsSpec rows = ids(7, {1, 2, 3, 4, 5, 6, 7, 8});
  rows.flags = 0; // the statement goes on
  RepeatedEvent source(log.events(), make_event(EventType::write_rows, rows_body(rows), Checksum::crc32), events);
  EXPECT_EQ(run(source, "shop.a"), 8 * events);
  return allocated;
}

/// The most bytes alive while so many tables go by.
std::uint64_t peak_of_tables(std::uint64_t count) {
  ManyTables source(count);
  const std::uint64_t before = live.load();
  peak = before;
  EXPECT_EQ(run(source, "shop.*", &source.delivery), count);
  return peak.load() - before;
}

TEST(Allocations, AreNoneForARow) {
  const std::uint64_t of_eight_rows = allocations_of(1);
  EXPECT_EQ(allocations_of(2), of_eight_rows);
  EXPECT_EQ(allocations_of(100), of_eight_rows);
}

// Jobs are made up to a number and used again; what is left are chunks of output.
TEST(Allocations, AreNoneForARowOfAWorker) {
  constexpr std::uint64_t kEvents = 300;
  constexpr std::uint64_t kRows = 300;
  LogBuilder log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  RowsSpec rows{.table_id = 7, .flags = 0, .columns = 1};
  for (std::uint64_t i = 0; i < kRows; ++i) rows.rows.u8(0).u32(i);
  RepeatedEvent source(log.events(), make_event(EventType::write_rows, rows_body(rows), Checksum::crc32), kEvents);
  EXPECT_EQ(run(source, "shop.a", &source.delivery, 2), kEvents * kRows);
  EXPECT_LT(allocated, kEvents * kRows / 20);
}

// Plans, schemas and shapes of old tables are forgotten; what stays of each is its name.
TEST(Allocations, StayBoundedOverAHundredThousandTables) {
  constexpr std::uint64_t kMany = 12'000; // more than any cache holds
#ifdef __SANITIZE_THREAD__
  constexpr std::uint64_t kMore = 20'000; // a tenth of the speed
#else
  constexpr std::uint64_t kMore = 100'000;
#endif
  constexpr std::uint64_t kNameBytes = 320;
  const std::uint64_t of_many = peak_of_tables(kMany);
  const std::uint64_t of_more = peak_of_tables(kMore);
  std::printf("%.1f and %.1f MB\n", static_cast<double>(of_many) / 1e6, static_cast<double>(of_more) / 1e6);
  EXPECT_LE(of_more, of_many + (kMore - kMany) * kNameBytes);
  EXPECT_LE(of_many, std::uint64_t{45} << 20);
}

} // namespace
} // namespace rowferry
