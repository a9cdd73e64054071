// modules: base
// A Kafka broker that takes everything and keeps nothing, for `rowferry run` to send to. Prints a line of JSON with its
// counts for every line that it reads from standard input, and ends with it.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "sink/null_broker.hpp"

int main(int argc, char** argv) {
  rowferry::test::NullBroker::Settings settings;
  if (argc > 1) settings.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  if (argc > 2) settings.partitions = std::atoi(argv[2]);
  const rowferry::test::NullBroker broker(settings);
  std::printf("{\"port\":%d}\n", broker.port());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    const auto& counts = broker.counts();
    std::printf(
        "{\"records\":%llu,\"batches\":%llu,\"batch_bytes\":%llu,\"requests\":%llu,\"first_ns\":%lld,\"last_ns\":%lld}"
        "\n",
        static_cast<unsigned long long>(counts.records), static_cast<unsigned long long>(counts.batches),
        static_cast<unsigned long long>(counts.batch_bytes), static_cast<unsigned long long>(counts.requests),
        static_cast<long long>(counts.first_ns), static_cast<long long>(counts.last_ns));
    std::fflush(stdout);
  }
}
