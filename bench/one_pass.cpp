// modules: encode
// `one_pass WORKLOAD`: a log of that shape once through decoding, routing and encoding, for an instruction counter that
// collects inside measured_pass() (bench/instructions). Prints how many rows that were.
#include <cstdio>
#include <cstring>
#include <functional>
#include <utility>

#include "stages.hpp"
#include "workloads.hpp"

namespace rowferry::bench {
namespace {

struct Named {
  const char* name;
  std::function<Workload()> make;
};

const Named kWorkloads[] = {
    {"bulk", [] { return bulk(5, 1000); }},       {"one-row", [] { return bulk(2000, 1); }},
    {"updates", [] { return updates(100, 20); }}, {"outbox", [] { return outbox(2000); }},
    {"unwanted", [] { return unwanted(2000); }},  {"compressed", [] { return compressed(5, 20); }},
};

RoutingRules rules() {
  RoutingRules rules = all_tables();
  OutboxRule outbox;
  outbox.option = "outbox[0]";
  outbox.tables = {"shop.outbox"};
  rules.outbox.push_back(std::move(outbox));
  rules.tables.front().exclude = {"shop.outbox"};
  return rules;
}

} // namespace

/// Not inlined, and named so that a tool finds it.
extern "C" [[gnu::noinline]] void measured_pass(Stages& stages) {
  stages.pass([&](const Change& change) { stages.encode(change); });
}

} // namespace rowferry::bench

int main(int argc, char** argv) {
  using namespace rowferry::bench;
  for (const Named& one : kWorkloads) {
    if (argc < 2) std::printf("%s\n", one.name);
    if (argc < 2 || std::strcmp(one.name, argv[1]) != 0) continue;
    const Workload workload = one.make();
    Stages stages(workload.log, rules());
    stages.pass([&](const rowferry::Change& change) { stages.encode(change); }); // plans, buffers
    measured_pass(stages);
    std::printf("%llu\n", static_cast<unsigned long long>(workload.rows));
    return 0;
  }
  return argc < 2 ? 0 : 2;
}
