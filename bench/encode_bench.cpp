// modules: encode
// One thread, from the bytes of events to the bytes of messages: what the connector itself costs a row.
#include <benchmark/benchmark.h>

#include "stages.hpp"
#include "ten_columns.hpp"

namespace rowferry {
namespace {

using bench::Stages;

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
