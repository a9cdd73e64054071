// Topics made ready at their first sight.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <rowferry/base/backoff.hpp>
#include <rowferry/sink/sinks.hpp>
#include <string>
#include <string_view>

#include "sink/kafka_client.hpp"

namespace rowferry::kafka {

/// Looks a topic up and has it created where it is missing, for as long as it takes: a broker that is away is asked
/// again for ever. Reader thread, but for interrupt().
class TopicMaker {
 public:
  /// `on_wait` is told what is being retried ("" when nothing is any more).
  TopicMaker(Client& client, TopicSettings settings, std::function<void(std::string)> on_wait);

  struct Ready {
    TopicHandle handle = nullptr;
    std::int32_t partitions = 0;
  };
  /// Errors: final refusals (status 4) that name the topic; retriable: interrupted.
  Result<Ready> open(const std::string& name);
  /// How many partitions an open topic has now.
  Result<std::int32_t> count_partitions(TopicHandle handle, const std::string& name);

  /// Any thread: waits under way, and all later ones, end with a retriable error.
  void interrupt() noexcept { interrupted_.store(true, std::memory_order_release); }
  [[nodiscard]] bool interrupted() const noexcept { return interrupted_.load(std::memory_order_acquire); }

 private:
  Result<TopicMetadata> ask(TopicHandle handle, const std::string& name);
  /// True: made. False: not now, try again later.
  Result<bool> create(const std::string& name);
  Result<Answer> await_answer(const std::string& name);
  /// For a topic that was just made: its partitions are known a moment before their leaders take messages.
  Result<void> await_leaders(const std::string& name, std::int32_t partitions);
  /// Says what is retried and sleeps for the next delay.
  Result<void> wait(const std::string& name, std::string_view what, std::string_view why);
  [[nodiscard]] Error interrupted_error(const std::string& name) const;

  Client& client_;
  TopicSettings settings_;
  std::function<void(std::string)> on_wait_;
  Backoff backoff_;
  std::atomic<bool> interrupted_{false};
};

/// What a refused creation means, and whom to tell.
Error creation_error(const std::string& topic, const Answer& answer);
/// A broker's final answer to a question about the topic.
Error topic_refusal_error(const std::string& topic, Code code);
/// A topic that is not there and may not be made.
Error missing_topic_error(const std::string& topic);

} // namespace rowferry::kafka
