// modules: pipeline
// `memory_drain discard|BROKERS outbox|one-row TRANSACTIONS`: a whole drain without a server, from a log in memory to a
// sink, for callgrind, which tells what each thread takes; two runs of different length and their difference leave out
// the start.
#include <poll.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <rowferry/sink/sinks.hpp>
#include <thread>

#include "measure.hpp"
#include "pipeline/reader.hpp"
#include "workloads.hpp"

namespace rowferry::bench {
namespace {

class MemorySource final : public EventSource {
 public:
  explicit MemorySource(const test::LogBuilder& log) : log_(log) {}
  Result<binlog::RawEvent> next() override {
    if (next_ == log_.events().size()) return fail(Error::source_retriable("end"));
    return binlog::RawEvent(log_.events()[next_++]);
  }
  void interrupt() noexcept override {}

 private:
  const test::LogBuilder& log_;
  std::size_t next_ = 0;
};

RoutingRules rules() {
  TableRule table;
  table.option = "tables[0]";
  table.include = {"shop.*"};
  table.exclude = {"shop.outbox"};
  table.topic = "cdc.${database}.${table}";
  RoutingRules rules;
  rules.tables.push_back(std::move(table));
  OutboxRule outbox;
  outbox.option = "outbox[0]";
  outbox.tables = {"shop.outbox"};
  rules.outbox.push_back(std::move(outbox));
  return rules;
}

int drain(const char* sink, const char* workload_name, int transactions) {
  const Workload workload = std::strcmp(workload_name, "outbox") == 0 ? outbox(transactions) : bulk(transactions, 1);
  Checkpoint start;
  start.position.at = {"binlog.000001", 4};
  Topics topics;
  EncodeWarnings warnings;
  Router router(rules(), topics);
  OutputUsage usage;
  Control control;
  Delivery delivery(start, {1u << 15, 16u << 20}, usage, control);
  if (std::strcmp(sink, "discard") == 0) {
    delivery.use(make_discard_sink(delivery));
  } else {
    KafkaSettings settings;
    settings.client_name = "memory_drain";
    settings.properties["bootstrap.servers"] = sink;
    delivery.use(std::move(*make_kafka_sink(settings, topics, delivery)));
  }
  Progress progress(start,
                    [&](const std::string& db, const std::string& table) { return delivery.table_index(db, table); });
  Reader reader(router, router, warnings, {}, delivery, progress, usage, control);
  std::atomic<bool> done{false};
  const Stopwatch watch;
  const double cpu = cpu_seconds();
  std::thread acknowledger([&] {
    while (!done || !delivery.drained()) {
      pollfd ready{delivery.ready_fd(), POLLIN, 0};
      if (::poll(&ready, 1, 20) > 0) delivery.poll();
    }
    static_cast<void>(delivery.take());
  });
  MemorySource source(workload.log);
  const Error end = reader.run(source, start.position.at);
  delivery.finish();
  done = true;
  acknowledger.join();
  std::printf("{\"end\":\"%s\",\"sent\":%llu,\"delivered\":%llu,\"seconds\":%.4f,\"cpu_seconds\":%.4f}\n",
              end.message.c_str(), static_cast<unsigned long long>(reader.totals().sent),
              static_cast<unsigned long long>(delivery.delivered_count()), watch.seconds(), cpu_seconds() - cpu);
  return reader.totals().sent == workload.rows ? 0 : 1;
}

} // namespace
} // namespace rowferry::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: memory_drain discard|BROKERS outbox|one-row TRANSACTIONS\n");
    return 2;
  }
  return rowferry::bench::drain(argv[1], argv[2], std::atoi(argv[3]));
}
