// modules: source mysql_client rdkafka
// One-row transactions at given times, and when a consumer has each. Each line on stdin, RATE SECONDS GIANT, is a load
// (with a transaction of GIANT rows from a quarter of its time on), answered by one of JSON when all its rows have
// come, or with why they have not.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "measure.hpp"
#include "open_loop.hpp"
#include "receiver.hpp"

namespace {

using namespace rowferry::bench;

constexpr std::uint64_t kGiantFirst = std::uint64_t{1} << 40; // rows of giant transactions are numbered from here on
constexpr std::int64_t kLate = 1'000'000;

struct Load {
  double rate = 0;
  double seconds = 0;
  std::uint64_t giant = 0;
};

/// In milliseconds.
std::string percentiles(std::vector<std::int64_t> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    const auto index = static_cast<std::size_t>(share * static_cast<double>(times.size()));
    return static_cast<double>(times[std::min(times.size() - 1, index)]) / 1e6;
  };
  return fmt::format(R"("p50_ms":{:.3f},"p90_ms":{:.3f},"p99_ms":{:.3f},"p999_ms":{:.3f},"max_ms":{:.3f})", at(0.5),
                     at(0.9), at(0.99), at(0.999), at(1));
}

class Probe {
 public:
  Probe(unsigned port, const std::string& bootstraps, const std::string& topic, int partitions, int patience,
        const char* samples)
      : port_(port), patience_(patience), loop_(port, 8), receiver_(bootstraps, topic, partitions, kGiantFirst) {
    if (samples != nullptr) samples_.open(samples, std::ios::app);
  }

  std::string run(const Load& load) {
    const double cpu = cpu_seconds();
    std::exception_ptr failed;
    std::jthread giant;
    if (load.giant > 0) {
      giant = std::jthread([&] {
        try {
          std::this_thread::sleep_for(std::chrono::duration<double>(load.seconds / 4));
          insert_giant(port_, load.giant, kGiantFirst);
        } catch (...) {
          failed = std::current_exception();
        }
      });
    }
    const std::uint64_t first = rows_;
    const std::vector<Sent> sent =
        loop_.run(load.rate, static_cast<std::size_t>(std::max(1.0, std::round(load.rate * load.seconds))), first);
    if (giant.joinable()) giant.join();
    if (failed) std::rethrow_exception(failed);
    rows_ += sent.size();
    giant_rows_ += load.giant;
    if (!receiver_.wait(rows_, giant_rows_, patience_) || receiver_.repeats() > 0) {
      throw std::runtime_error(
          fmt::format("after {} rows and {} of a giant's: {}", rows_, giant_rows_, receiver_.progress()));
    }
    return report(load, sent, first, cpu_seconds() - cpu);
  }

 private:
  std::string report(const Load& load, const std::vector<Sent>& rows, std::uint64_t first, double cpu) {
    std::vector<std::int64_t> since_sent;
    std::vector<std::int64_t> since_intended;
    std::vector<std::int64_t> since_ok;
    std::vector<std::int64_t> ok;
    std::size_t late = 0;
    for (std::size_t n = 0; n < rows.size(); ++n) {
      const Sent& row = rows[n];
      const std::int64_t received = receiver_.received_at(first + n);
      since_sent.push_back(received - row.sent);
      since_intended.push_back(received - row.intended);
      since_ok.push_back(received - row.ok);
      ok.push_back(row.ok - row.sent);
      if (row.sent - row.intended > kLate) ++late;
      if (samples_.is_open())
        samples_ << fmt::format("{}\t{}\t{}\t{}\t{}\n", first + n, row.intended, row.sent, row.ok, received);
    }
    samples_.flush();
    const double span = static_cast<double>(rows.back().sent - rows.front().sent) / 1e9;
    const double reached = rows.size() > 1 ? static_cast<double>(rows.size() - 1) / span : load.rate;
    return fmt::format(R"({{"rate":{:g},"rows":{},"giant":{},{},"since_intended":{{{}}},"since_ok":{{{}}},"ok":{{{}}},)"
                       R"("sent_late":{},"rate_reached":{:.1f},"harness_cores":{:.3f}}})",
                       load.rate, rows.size(), load.giant, percentiles(std::move(since_sent)),
                       percentiles(std::move(since_intended)), percentiles(std::move(since_ok)),
                       percentiles(std::move(ok)), late, reached, cpu / std::max(span, 1e-3));
  }

  unsigned port_;
  std::chrono::seconds patience_;
  OpenLoop loop_;
  Receiver receiver_;
  std::ofstream samples_;
  std::uint64_t rows_ = 0;
  std::uint64_t giant_rows_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 6 && argc != 7) {
    std::fprintf(stderr, "usage: latency_probe MYSQL_PORT BROKERS TOPIC PARTITIONS PATIENCE_SECONDS [SAMPLES_FILE]\n");
    return 2;
  }
  try {
    Probe probe(static_cast<unsigned>(std::atoi(argv[1])), argv[2], argv[3], std::atoi(argv[4]), std::atoi(argv[5]),
                argc > 6 ? argv[6] : nullptr);
    for (Load load; std::cin >> load.rate >> load.seconds >> load.giant;) std::cout << probe.run(load) << std::endl;
  } catch (const std::exception& error) {
    std::cout << fmt::format(R"({{"failed":"{}"}})", error.what()) << std::endl;
    return 1;
  }
}
