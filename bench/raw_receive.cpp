// modules: source
// The ceiling of any reader of this server: takes a binlog off the wire and does nothing with it.
#include <cstdio>
#include <cstdlib>
#include <rowferry/source/connection.hpp>
#include <string>

#include "measure.hpp"

namespace {

using namespace rowferry;

[[noreturn]] void die(const Error& error) {
  std::fprintf(stderr, "raw_receive: %s\n", error.message.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) die(result.error());
  return std::move(*result);
}

void receive(Connection& connection, const FileOffset& from) {
  must(connection.query("SET @source_binlog_checksum = 'CRC32', @master_binlog_checksum = 'CRC32'"));
  if (auto dumping = connection.dump(from, 4200000001U, true); !dumping) die(dumping.error());
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  const bench::Stopwatch watch;
  const double cpu = bench::cpu_seconds();
  for (;; ++events) {
    const binlog::RawEvent event = must(connection.next_event());
    if (event.empty()) break;
    bytes += event.size();
  }
  std::printf("{\"events\":%llu,\"bytes\":%llu,\"seconds\":%.4f,\"cpu_seconds\":%.4f,\"peak_mb\":%.1f}\n",
              static_cast<unsigned long long>(events), static_cast<unsigned long long>(bytes), watch.seconds(),
              bench::cpu_seconds() - cpu, bench::peak_megabytes());
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: raw_receive mysql://user@host:port FILE OFFSET   (password in MYSQL_PWD)\n");
    return 2;
  }
  const SourceUrl url = must(parse_source_url(argv[1]));
  SourceSettings settings;
  settings.endpoints = url.endpoints;
  settings.user = url.user;
  settings.tls.mode = TlsMode::disabled;
  settings.password = []() -> Result<Secret> {
    const char* const password = std::getenv("MYSQL_PWD");
    return Secret(password == nullptr ? "" : password);
  };
  const auto connection = must(Connection::open(settings, settings.endpoints.front()));
  receive(*connection, {argv[2], std::strtoull(argv[3], nullptr, 10)});
}
