// modules: pipeline
// `encode_threads [WORKERS…]`: the pipeline from the bytes of events, in memory, to a sink that keeps nothing, with so
// many encode workers in turn (1: the reader's own thread). A line of JSON each: rows a second, and the processor time
// of each kind of thread a row, of which docs/PERFORMANCE.md, "More cores", makes its model.
#include <poll.h>

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <rowferry/sink/sinks.hpp>
#include <thread>

#include "measure.hpp"
#include "pipeline/reader.hpp"
#include "stages.hpp"
#include "ten_columns.hpp"

namespace rowferry::bench {
namespace {

constexpr int kTransactions = 20;
constexpr int kEvents = 250; ///< a transaction
constexpr int kRows = 41;    ///< an event, 8 KB as MySQL cuts them
constexpr int kPasses = 20;

double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

test::LogBuilder make_log() {
  test::LogBuilder log;
  for (std::uint64_t gno = 1; gno <= kTransactions; ++gno) append_transaction(log, gno, kEvents * kRows, kRows);
  return log;
}

/// The log again and again, as if all of it had come.
class Looped final : public EventSource {
 public:
  explicit Looped(const test::LogBuilder& log) : log_(log) {}
  Result<binlog::RawEvent> next() override {
    if (at_ == log_.events().size()) return rowferry::fail(Error::source_retriable("end"));
    return Bytes(log_.events()[at_++]);
  }
  [[nodiscard]] bool has_more() noexcept override { return at_ < log_.events().size(); }
  void interrupt() noexcept override {}
  void rewind() noexcept { at_ = 0; }

 private:
  const test::LogBuilder& log_;
  std::size_t at_ = 0;
};

void measure(const test::LogBuilder& log, std::size_t workers) {
  Topics topics;
  WarnedOnce once;
  EncodeWarnings warnings{.once = &once};
  const RoutingRules rules = all_tables();
  Router router(rules, topics);
  OutputUsage usage;
  Control control;
  std::unique_ptr<EncodeWorkers> threads;
  if (workers > 1) threads = std::make_unique<EncodeWorkers>(workers, rules, topics, once, usage);
  double reader_seconds = 0;
  double acknowledger_seconds = 0;
  const Stopwatch watch;
  const double cpu_before = cpu_seconds();
  std::uint64_t rows = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    Checkpoint start;
    start.position.at = {"binlog.000001", 4};
    Delivery delivery(start, {1u << 15, 16u << 20}, usage, control);
    delivery.use(make_discard_sink(delivery));
    Progress progress(start,
                      [&](const std::string& db, const std::string& table) { return delivery.table_index(db, table); });
    std::atomic<bool> over{false};
    std::thread acknowledger([&] {
      while (!over.load()) {
        pollfd ready{delivery.ready_fd(), POLLIN, 0};
        ::poll(&ready, 1, 10);
        delivery.poll();
        static_cast<void>(delivery.take());
      }
      acknowledger_seconds += thread_seconds();
    });
    Reader reader(router, router, warnings, {}, delivery, progress, usage, control, nullptr, threads.get());
    Looped source(log);
    const double before = thread_seconds();
    const Error ended = reader.run(source, start.position.at);
    reader_seconds += thread_seconds() - before;
    if (ended.message != "end") die(ended);
    rows += reader.totals().sent;
    over = true;
    acknowledger.join();
  }
  const double seconds = watch.seconds();
  const double cpu = cpu_seconds() - cpu_before;
  const auto per_row = [&](double total) { return total * 1e9 / static_cast<double>(rows); };
  std::printf(
      R"({"workers": %zu, "rows_per_second": %.0f, "reader_ns": %.1f, "workers_ns": %.1f, "acknowledger_ns": %.1f})"
      "\n",
      workers, static_cast<double>(rows) / seconds, per_row(reader_seconds),
      per_row(cpu - reader_seconds - acknowledger_seconds), per_row(acknowledger_seconds));
}

} // namespace
} // namespace rowferry::bench

int main(int argc, char** argv) {
  const auto log = rowferry::bench::make_log();
  if (argc < 2) {
    for (const std::size_t workers : {1U, 2U, 1U, 2U}) rowferry::bench::measure(log, workers);
  }
  for (int i = 1; i < argc; ++i) rowferry::bench::measure(log, std::strtoul(argv[i], nullptr, 10));
  return 0;
}
