// modules: encode
// One thread, from the bytes of events to the bytes of messages: what the connector itself costs a row.
#include <benchmark/benchmark.h>

#include <rowferry/change/change_reader.hpp>
#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/router.hpp>
#include <stdexcept>

#include "ten_columns.hpp"

namespace rowferry {
namespace {

using Step = ChangeReader::Step;

[[noreturn]] void die(const Error& error) { throw std::runtime_error(error.message); }

RoutingRules all_tables() {
  TableRule rule;
  rule.option = "tables[0]";
  rule.include = {"shop.*"};
  rule.topic = "cdc.${database}.${table}";
  RoutingRules rules;
  rules.tables.push_back(std::move(rule));
  return rules;
}

/// Reads a log over and over, as a stream of later and later positions cannot be had from memory: each pass starts
/// anew.
class Stages {
 public:
  explicit Stages(const test::LogBuilder& log) : log_(log), reader_(router_, {}) {}

  template <class OnChange>
  void pass(OnChange on_change) {
    reader_.start({"binlog.000001", 4});
    for (const auto& event : log_.events()) {
      if (auto pushed = reader_.push(event); !pushed) die(pushed.error());
      for (;;) {
        const auto step = reader_.next();
        if (!step) die(step.error());
        if (*step == Step::need_event) break;
        if (*step == Step::change) on_change(reader_.change());
      }
    }
  }

  void encode(const Change& change) {
    auto route = router_.resolve(*change.schema);
    if (!route) die(route.error());
    if (auto routed = (*route)->route(change, destination_); !routed) die(routed.error());
    Encoder& encoder = encoder_of(**route, warnings_);
    if (auto done = encoder.encode(change, destination_, output_, encoded_); !done) die(done.error());
    bytes_ += encoded_.messages[0].value.size();
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  const test::LogBuilder& log_;
  Topics topics_;
  EncodeWarnings warnings_;
  Router router_{all_tables(), topics_};
  ChangeReader reader_;
  OutputUsage usage_;
  Output output_{usage_};
  Destination destination_;
  Encoded encoded_;
  std::uint64_t bytes_ = 0;
};

test::LogBuilder log_of(int transactions, int rows) {
  test::LogBuilder log;
  for (int i = 0; i < transactions; ++i) bench::append_transaction(log, static_cast<std::uint64_t>(i) + 1, rows);
  return log;
}

/// Arguments: transactions of the log, rows of each.
void report(benchmark::State& state, std::uint64_t rows, const test::LogBuilder& log, std::uint64_t bytes_out) {
  const auto passes = static_cast<double>(state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
  state.counters["time/row"] =
      benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["in B/row"] = static_cast<double>(log.end()) * passes / static_cast<double>(rows);
  if (bytes_out != 0) state.counters["out B/row"] = static_cast<double>(bytes_out) / static_cast<double>(rows);
}

void Decode(benchmark::State& state) {
  const test::LogBuilder log = log_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  Stages stages(log);
  std::uint64_t rows = 0;
  for (auto _ : state) {
    stages.pass([&](const Change& change) {
      benchmark::DoNotOptimize(change.after.data());
      ++rows;
    });
  }
  report(state, rows, log, 0);
}

void DecodeAndEncodePlain(benchmark::State& state) {
  const test::LogBuilder log = log_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  Stages stages(log);
  std::uint64_t rows = 0;
  for (auto _ : state) {
    stages.pass([&](const Change& change) {
      stages.encode(change);
      ++rows;
    });
  }
  report(state, rows, log, stages.bytes());
}

// Bulk: a thousand rows a transaction, 41 an event. Tiny: one row a transaction.
BENCHMARK(Decode)->ArgNames({"transactions", "rows"})->Args({10, 1000})->Args({2000, 1});
BENCHMARK(DecodeAndEncodePlain)->ArgNames({"transactions", "rows"})->Args({10, 1000})->Args({2000, 1});

} // namespace
} // namespace rowferry
