// What `rowferry check` finds out about Kafka.
#include <fmt/format.h>

#include <algorithm>

#include "sink/kafka_client.hpp"
#include "sink/kafka_properties.hpp"
#include "sink/kafka_topics.hpp"

namespace rowferry {

namespace {

using kafka::Code;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// Remembers what the connections complain of, to tell why no broker answers.
class Complaints final : public kafka::Events {
 public:
  [[nodiscard]] const std::string& last() const noexcept { return last_; }
  [[nodiscard]] bool refused() const noexcept { return refused_; }

  void on_delivered(std::uint64_t, std::size_t) noexcept override {}
  void on_refused(std::uint64_t, const kafka::Refusal&) noexcept override {}
  void on_presumed(std::uint64_t, const kafka::Refusal&) noexcept override {}
  void on_broker_error(Code code, std::string_view reason) noexcept override {
    if (refused_ || code == Code::local_all_brokers_down) return; // less telling than what came before
    last_ = reason;
    refused_ = kafka::is_authentication_refusal(code, reason);
  }
  void on_fatal(Code, std::string_view reason) noexcept override { last_ = reason; }

 private:
  std::string last_;
  bool refused_ = false;
};

class Check {
 public:
  Check(const KafkaSettings& settings, kafka::Client& client, milliseconds timeout)
      : settings_(settings), client_(client), deadline_(Clock::now() + timeout) {}

  KafkaFinding brokers() {
    Code failure = Code::ok;
    while (left().count() > 0 && !complaints_.refused()) {
      const auto count = client_.ask_brokers(std::min(left(), milliseconds(500)), failure);
      client_.poll(milliseconds(0), complaints_);
      if (count) return {true, false, fmt::format("Kafka answers: {} broker{}", *count, *count == 1 ? "" : "s")};
    }
    const std::string_view why =
        complaints_.last().empty() ? kafka::text(failure) : std::string_view(complaints_.last());
    if (complaints_.refused()) {
      return {false, true, fmt::format("Kafka refuses the credentials: {}; correct sink.kafka.sasl.*", why)};
    }
    return {
        false, false,
        fmt::format("no Kafka broker answers: {}; correct sink.kafka.bootstrap.servers and security.protocol, or start "
                    "the broker (`run` waits for it)",
                    why)};
  }

  KafkaFinding topic(const std::string& name) {
    Code failure = Code::ok;
    const auto about = client_.ask_topic(client_.open_topic(name), std::max(left(), milliseconds(1000)), failure);
    if (!about) return {false, false, fmt::format("topic {}: no answer: {}", name, kafka::text(failure))};
    if (about->code == Code::unknown_topic_or_partition) return missing(name);
    if (about->code != Code::ok) {
      return {false, kafka::refuses_for_good(about->code), kafka::topic_refusal_error(name, about->code).message};
    }
    if (about->without_leader > 0) {
      return {false, false,
              fmt::format("topic {}: {} of {} partitions have no leader; start the brokers that hold them", name,
                          about->without_leader, about->partitions)};
    }
    return {
        true, false,
        fmt::format("topic {} exists with {} partition{}", name, about->partitions, about->partitions == 1 ? "" : "s")};
  }

 private:
  KafkaFinding missing(const std::string& name) {
    if (!settings_.topics.create) return {false, true, kafka::missing_topic_error(name).message};
    const milliseconds patience = std::max(left(), milliseconds(1000));
    client_.request_topic({name, settings_.topics.partitions, settings_.topics.replication, true}, patience);
    const auto answer = client_.take_answer(patience);
    if (!answer) return {false, false, fmt::format("topic {}: no answer to whether it may be created", name)};
    if (answer->code == Code::ok) return {true, false, fmt::format("topic {} will be created", name)};
    return {false, kafka::refuses_for_good(answer->code), kafka::creation_error(name, *answer).message};
  }
  [[nodiscard]] milliseconds left() const { return std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now()); }

  const KafkaSettings& settings_;
  kafka::Client& client_;
  Clock::time_point deadline_;
  Complaints complaints_;
};

} // namespace

std::vector<KafkaFinding> check_kafka(const KafkaSettings& settings, const std::vector<std::string>& topics,
                                      milliseconds timeout) {
  const auto client = kafka::Client::create(kafka::effective_properties(settings));
  if (!client) return {{false, true, client.error().message}};
  Check check(settings, **client, timeout);
  std::vector<KafkaFinding> findings{check.brokers()};
  if (!findings.front().ok) return findings;
  for (const std::string& topic : topics) findings.push_back(check.topic(topic));
  return findings;
}

} // namespace rowferry
