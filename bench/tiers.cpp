// modules: app
// `tiers TIER CONFIG`: takes the log that a connector's configuration names off the wire, from its start to its end,
// and stops after one stage: raw (nothing done with it), crc (checksums, compressed transactions opened), decode (rows
// of captured tables), encode (their messages, which nobody gets). The same classes and rules as `rowferry run`.
#include <cstdio>
#include <cstdlib>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/router.hpp>
#include <rowferry/source/connection.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "app/setup.hpp"
#include "measure.hpp"

namespace rowferry::bench {
namespace {

[[noreturn]] void die(const Error& error) {
  std::fprintf(stderr, "tiers: %s\n", error.message.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) die(result.error());
  return std::move(*result);
}
void must(const Result<void>& result) {
  if (!result) die(result.error());
}

struct Counts {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  std::uint64_t messages = 0;
  std::uint64_t bytes_out = 0; ///< keys and values
};

/// Gives each event of the log to `on_event`.
template <class OnEvent>
void receive(Connection& connection, Counts& counts, OnEvent on_event) {
  for (;; ++counts.events) {
    const binlog::RawEvent event = must(connection.next_event());
    if (event.empty()) return;
    counts.bytes += event.size();
    on_event(event);
  }
}

void raw(Connection& connection, Counts& counts) {
  receive(connection, counts, [](const binlog::RawEvent&) {});
}

void crc(Connection& connection, const FileOffset& from, Counts& counts) {
  binlog::EventStream stream;
  stream.start(from);
  receive(connection, counts, [&](const binlog::RawEvent& event) {
    must(stream.push(event));
    while (must(stream.next()) != nullptr) {
    }
  });
}

template <class OnChange>
void decode(Connection& connection, const FileOffset& from, const Router& router, Counts& counts, OnChange on_change) {
  ChangeReader reader(router, {});
  reader.start(from);
  receive(connection, counts, [&](const binlog::RawEvent& event) {
    must(reader.push(event));
    for (;;) {
      const ChangeReader::Step step = must(reader.next());
      if (step == ChangeReader::Step::need_event) return;
      if (step != ChangeReader::Step::change) continue;
      ++counts.rows;
      on_change(reader.change());
    }
  });
}

void encode(Connection& connection, const FileOffset& from, Router& router, Counts& counts) {
  EncodeWarnings warnings;
  OutputUsage usage;
  Output output(usage);
  Destination destination;
  Encoded encoded;
  decode(connection, from, router, counts, [&](const Change& change) {
    Route& route = *must(router.resolve(*change.schema));
    if (must(route.route(change, destination)) != Drop::none) return;
    must(encoder_of(route, warnings).encode(change, destination, output, encoded));
    counts.messages += encoded.count;
    counts.bytes_out += output.size();
  });
}

int measure(std::string_view tier, const Setup& setup) {
  const FileOffset& from = setup.start.at;
  const auto connection = must(Connection::open(setup.source, setup.source.endpoints.front()));
  must(connection->query("SET @source_binlog_checksum = 'CRC32', @master_binlog_checksum = 'CRC32'"));
  must(connection->dump(from, 4200000001U, true));
  Topics topics;
  Router router(setup.rules, topics);
  Counts counts;
  const Stopwatch watch;
  const double cpu = cpu_seconds();
  if (tier == "raw") raw(*connection, counts);
  if (tier == "crc") crc(*connection, from, counts);
  if (tier == "decode") decode(*connection, from, router, counts, [](const Change&) {});
  if (tier == "encode") encode(*connection, from, router, counts);
  std::printf(
      "{\"events\":%llu,\"bytes\":%llu,\"rows\":%llu,\"messages\":%llu,\"bytes_out\":%llu,\"seconds\":%.4f,"
      "\"cpu_seconds\":%.4f,\"peak_mb\":%.1f}\n",
      static_cast<unsigned long long>(counts.events), static_cast<unsigned long long>(counts.bytes),
      static_cast<unsigned long long>(counts.rows), static_cast<unsigned long long>(counts.messages),
      static_cast<unsigned long long>(counts.bytes_out), watch.seconds(), cpu_seconds() - cpu, peak_megabytes());
  return 0;
}

} // namespace
} // namespace rowferry::bench

int main(int argc, char** argv) {
  using namespace rowferry;
  const std::string_view tier = argc == 3 ? argv[1] : "";
  if (tier != "raw" && tier != "crc" && tier != "decode" && tier != "encode") {
    std::fprintf(stderr, "usage: tiers raw|crc|decode|encode CONFIG   (source.start there is FILE:OFFSET)\n");
    return 2;
  }
  const Setup setup = bench::must(require_setup({argv[2], {}}));
  return bench::measure(tier, setup);
}
