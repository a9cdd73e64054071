// modules: sink rdkafka
// The ceiling of any sink over librdkafka: the same number of messages of the same size from memory, nothing else.
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "measure.hpp"
#include "sink/kafka_properties.hpp"

namespace {

using rowferry::bench::Stopwatch;

struct Options {
  std::string bootstraps, topic;
  std::uint64_t messages;
  std::size_t key_bytes, value_bytes;
  int headers;
  std::map<std::string, std::string> properties;
};

struct Finish {
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> failed{0};
};

rd_kafka_t* make_producer(const Options& options) {
  rowferry::KafkaSettings settings;
  settings.client_name = "producer_alone";
  settings.properties = options.properties;
  settings.properties["bootstrap.servers"] = options.bootstraps;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : rowferry::kafka::effective_properties(settings)) {
    rd_kafka_conf_set(conf, name.c_str(), value.c_str(), nullptr, 0);
  }
  rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto& finish = *static_cast<Finish*>(opaque);
    (message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? finish.delivered : finish.failed)
        .fetch_add(1, std::memory_order_relaxed);
  });
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  static Finish finish;
  rd_kafka_conf_set_opaque(conf, &finish);
  return rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
}

/// Where values are written, each anew as by any producer: bytes that another core has just written cost the client's
/// thread more than the same ones again and again. As much as RowFerry may have on its way; what is overwritten while
/// it still waits is sent all the same.
class Values {
 public:
  explicit Values(std::size_t bytes) : one_(bytes, 'v'), ring_(std::max(std::size_t{16} << 20, 4 * bytes)) {}
  char* next() {
    if (ring_.size() - at_ < one_.size()) at_ = 0;
    char* const value = ring_.data() + at_;
    std::memcpy(value, one_.data(), one_.size());
    at_ += one_.size();
    return value;
  }
  [[nodiscard]] std::size_t bytes() const { return one_.size(); }

 private:
  std::string one_;
  std::vector<char> ring_;
  std::size_t at_ = 0;
};

/// Without headers: batches of `kBatch`, nothing copied but keys. With them: one call a message, as librdkafka offers.
constexpr std::size_t kBatch = 256;

void produce_plain(rd_kafka_topic_t* topic, const Options& options, Values& values) {
  std::vector<std::string> keys(kBatch);
  std::vector<rd_kafka_message_t> batch(kBatch);
  for (std::uint64_t sent = 0; sent < options.messages;) {
    const auto count = std::min<std::uint64_t>(kBatch, options.messages - sent);
    for (std::size_t i = 0; i < count; ++i) {
      keys[i] = std::to_string(sent + i);
      keys[i].resize(options.key_bytes, 'k');
      batch[i] = {};
      batch[i].payload = values.next();
      batch[i].len = values.bytes();
      batch[i].key = keys[i].data();
      batch[i].key_len = keys[i].size();
    }
    for (std::size_t first = 0; first < count;) {
      const auto left = static_cast<int>(count - first);
      first += static_cast<std::size_t>(rd_kafka_produce_batch(topic, RD_KAFKA_PARTITION_UA, 0, &batch[first], left));
      if (first < count) std::this_thread::yield();
    }
    sent += count;
  }
}

void produce_with_headers(rd_kafka_t* producer, rd_kafka_topic_t* topic, const Options& options, Values& values) {
  const std::string header(36, 'h');
  for (std::uint64_t sent = 0; sent < options.messages;) {
    std::string key = std::to_string(sent);
    key.resize(options.key_bytes, 'k');
    rd_kafka_headers_t* headers = rd_kafka_headers_new(static_cast<std::size_t>(options.headers));
    for (int i = 0; i < options.headers; ++i)
      rd_kafka_header_add(headers, "id", 2, header.data(), static_cast<ssize_t>(header.size()));
    std::array<rd_kafka_vu_t, 4> arguments{};
    arguments[0].vtype = RD_KAFKA_VTYPE_RKT;
    arguments[0].u.rkt = topic;
    arguments[1].vtype = RD_KAFKA_VTYPE_VALUE;
    arguments[1].u.mem = {values.next(), values.bytes()};
    arguments[2].vtype = RD_KAFKA_VTYPE_KEY;
    arguments[2].u.mem = {key.data(), key.size()};
    arguments[3].vtype = RD_KAFKA_VTYPE_HEADERS;
    arguments[3].u.headers = headers;
    if (rd_kafka_error_t* error = rd_kafka_produceva(producer, arguments.data(), arguments.size())) {
      rd_kafka_error_destroy(error);
      rd_kafka_headers_destroy(headers);
      std::this_thread::yield();
    } else {
      ++sent;
    }
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(stderr,
                 "usage: producer_alone BROKERS TOPIC MESSAGES KEY_BYTES VALUE_BYTES HEADERS [PROPERTY=VALUE...]\n");
    return 2;
  }
  Options options{argv[1],
                  argv[2],
                  std::strtoull(argv[3], nullptr, 10),
                  std::strtoull(argv[4], nullptr, 10),
                  std::strtoull(argv[5], nullptr, 10),
                  std::atoi(argv[6]),
                  {}};
  for (const std::string_view pair : std::span(argv + 7, argv + argc)) {
    const std::size_t equals = std::min(pair.find('='), pair.size() - 1);
    options.properties[std::string(pair.substr(0, equals))] = pair.substr(equals + 1);
  }
  rd_kafka_t* const producer = make_producer(options);
  rd_kafka_topic_t* const topic = rd_kafka_topic_new(producer, options.topic.c_str(), nullptr);
  const auto& finish = *static_cast<const Finish*>(rd_kafka_opaque(producer));
  Values values(options.value_bytes);

  const rd_kafka_metadata_t* metadata = nullptr; // connected before the clock starts
  if (rd_kafka_metadata(producer, 0, topic, &metadata, 10000) == RD_KAFKA_RESP_ERR_NO_ERROR)
    rd_kafka_metadata_destroy(metadata);
  const Stopwatch watch;
  const double cpu = rowferry::bench::cpu_seconds();
  std::thread reports([&] {
    while (finish.delivered + finish.failed < options.messages) rd_kafka_poll(producer, 100);
  });
  if (options.headers > 0) {
    produce_with_headers(producer, topic, options, values);
  } else {
    produce_plain(topic, options, values);
  }
  reports.join();
  std::printf("{\"messages\":%llu,\"failed\":%llu,\"seconds\":%.4f,\"cpu_seconds\":%.4f,\"peak_mb\":%.1f}\n",
              static_cast<unsigned long long>(finish.delivered), static_cast<unsigned long long>(finish.failed),
              watch.seconds(), rowferry::bench::cpu_seconds() - cpu, rowferry::bench::peak_megabytes());
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
}
