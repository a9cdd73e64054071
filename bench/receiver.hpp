// A consumer that notes when it receives which row.
#pragma once

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "open_loop.hpp"

namespace rowferry::bench {

/// The number in a payload, which may be there as it is or, within a row as text, escaped: "order": 7, \"order\":7.
inline std::optional<std::uint64_t> row_number(std::string_view message) {
  constexpr std::string_view kName = "order";
  for (std::size_t at = message.find(kName); at != std::string_view::npos; at = message.find(kName, at + 1)) {
    std::string_view rest = message.substr(at + kName.size());
    if (rest.starts_with('\\')) rest.remove_prefix(1);
    if (!rest.starts_with("\":")) continue;
    rest.remove_prefix(std::min(rest.find_first_not_of(' ', 2), rest.size()));
    std::uint64_t number = 0;
    if (std::from_chars(rest.data(), rest.data() + rest.size(), number).ec == std::errc{}) return number;
  }
  return std::nullopt;
}

/// Polls all partitions of a topic from their beginning, on a thread of its own. The broker answers its fetches as soon
/// as there is a byte (librdkafka's default). Rows are numbered from 0 on.
class Receiver {
 public:
  /// Rows from `limit` on are counted, and nothing else.
  Receiver(const std::string& bootstraps, const std::string& topic, int partitions, std::uint64_t limit)
      : limit_(limit), consumer_(make(bootstraps)) {
    rd_kafka_poll_set_consumer(consumer_);
    rd_kafka_topic_partition_list_t* const all = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(all, topic.c_str(), i)->offset = 0;
    rd_kafka_assign(consumer_, all);
    rd_kafka_topic_partition_list_destroy(all);
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    stopping_ = true;
    thread_.join();
    rd_kafka_destroy(consumer_);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  /// Until so many rows have come in all, and so many from the limit on. False: not within the time.
  bool wait(std::size_t rows, std::uint64_t giant, std::chrono::seconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return rows_ >= rows && giant_ >= giant; });
  }
  [[nodiscard]] std::int64_t received_at(std::uint64_t row) {
    const std::lock_guard lock(mutex_);
    return row < times_.size() ? times_[row] : 0;
  }
  [[nodiscard]] std::string progress() {
    const std::lock_guard lock(mutex_);
    return fmt::format("{} rows and {} of the giant's came, {} of them twice", rows_, giant_, repeats_);
  }
  [[nodiscard]] std::uint64_t repeats() {
    const std::lock_guard lock(mutex_);
    return repeats_;
  }

 private:
  static rd_kafka_t* make(const std::string& bootstraps) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    const std::pair<const char*, const char*> properties[] = {
        {"bootstrap.servers", bootstraps.c_str()}, {"group.id", "latency"}, {"enable.auto.commit", "false"},
        {"fetch.error.backoff.ms", "1"},           {"log_level", "4"},      {"socket.nagle.disable", "true"},
    };
    char why[512];
    for (const auto& [name, value] : properties) {
      if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) throw std::runtime_error(why);
    }
    rd_kafka_t* const made = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (made == nullptr) throw std::runtime_error(why);
    return made;
  }

  void run() {
    rd_kafka_queue_t* const queue = rd_kafka_queue_get_consumer(consumer_);
    std::vector<rd_kafka_message_t*> messages(500);
    while (!stopping_) {
      rd_kafka_message_t* const first = rd_kafka_consumer_poll(consumer_, 100);
      if (first == nullptr) continue;
      messages[0] = first;
      const auto more =
          rd_kafka_consume_batch_queue(queue, 0, messages.data() + 1, messages.size() - 1); // what is here already
      note(messages, 1 + static_cast<std::size_t>(std::max<ssize_t>(more, 0)), now_ns());
    }
    rd_kafka_queue_destroy(queue);
  }

  void note(const std::vector<rd_kafka_message_t*>& messages, std::size_t count, std::int64_t now) {
    {
      const std::lock_guard lock(mutex_);
      for (std::size_t i = 0; i < count; ++i) {
        const rd_kafka_message_t& message = *messages[i];
        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        if (const auto row = row_number({static_cast<const char*>(message.payload), message.len})) note(*row, now);
      }
    }
    changed_.notify_one();
    for (std::size_t i = 0; i < count; ++i) rd_kafka_message_destroy(messages[i]);
  }

  void note(std::uint64_t row, std::int64_t now) {
    if (row >= limit_) {
      ++giant_;
      return;
    }
    if (row >= times_.size()) times_.resize(2 * row + 1);
    if (times_[row] != 0) {
      ++repeats_;
      return;
    }
    times_[row] = now;
    ++rows_;
  }

  std::uint64_t limit_;
  rd_kafka_t* consumer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::int64_t> times_; ///< by row; 0: not yet
  std::size_t rows_ = 0;
  std::uint64_t giant_ = 0;
  std::uint64_t repeats_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace rowferry::bench
