// DESIGN section 9: no allocation per row, from the event's bytes to the message.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <rowferry/sink/sinks.hpp>

#include "binlog/builders.hpp"
#include "pipeline/reader.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

void* allocate(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace rowferry {
namespace {

using namespace test;

/// One event again and again, then the end.
class RepeatedEvent final : public EventSource {
 public:
  RepeatedEvent(std::vector<std::vector<std::uint8_t>> opening, std::vector<std::uint8_t> event, std::size_t times)
      : opening_(std::move(opening)), event_(std::move(event)), times_(times) {}
  Result<binlog::RawEvent> next() override {
    if (next_ < opening_.size()) return Bytes(opening_[next_++]);
    if (times_ == 0) return rowferry::fail(Error::source_retriable("end"));
    --times_;
    return Bytes(event_);
  }
  void interrupt() noexcept override {}

 private:
  std::vector<std::vector<std::uint8_t>> opening_;
  std::vector<std::uint8_t> event_;
  std::size_t times_;
  std::size_t next_ = 0;
};

/// What reading and sending one transaction of `events` rows events allocates. All fits into one chunk of output.
std::uint64_t allocations_of(std::size_t events) {
  LogBuilder log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  RowsSpec rows = ids(7, {1, 2, 3, 4, 5, 6, 7, 8});
  rows.flags = 0;  // the statement goes on
  RepeatedEvent source(log.events(), make_event(EventType::write_rows, rows_body(rows), Checksum::crc32), events);

  Checkpoint start;
  start.position.at = {"binlog.000001", 4};
  TableRule rule;
  rule.include = {"shop.a"};
  rule.topic = "t";
  RoutingRules rules;
  rules.tables.push_back(std::move(rule));
  Topics topics;
  EncodeWarnings warnings;
  Router router(rules, topics);
  OutputUsage usage;
  Control control;
  Delivery delivery(start, {1024, 1u << 20}, usage, control);
  delivery.use(make_discard_sink(delivery));
  Progress progress(start, [&](const std::string& db, const std::string& table) { return delivery.table_index(db, table); });
  Reader reader(router, router, warnings, {}, delivery, progress, usage, control);
  const std::uint64_t before = allocations.load();
  EXPECT_EQ(reader.run(source, start.position.at).message, "end");
  EXPECT_EQ(reader.totals().sent, 8 * events);
  return allocations.load() - before;
}

TEST(Allocations, AreNoneForARow) {
  const std::uint64_t of_eight_rows = allocations_of(1);
  EXPECT_EQ(allocations_of(2), of_eight_rows);
  EXPECT_EQ(allocations_of(100), of_eight_rows);
}

}  // namespace
}  // namespace rowferry
