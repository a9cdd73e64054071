// Messages into Kafka: idempotent, acks=all, nothing copied but keys and headers.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <rowferry/sink/sinks.hpp>
#include <string>
#include <vector>

#include "sink/flusher.hpp"
#include "sink/in_flight.hpp"
#include "sink/kafka_client.hpp"
#include "sink/kafka_topics.hpp"

namespace rowferry {

/// What is being retried, and since when. Any thread.
class RetryState {
 public:
  /// The reader waits for this; "" ends it.
  void set_waiting(std::string what);
  /// A connection failed when `completed` messages were done with.
  void set_broker_error(std::string reason, std::uint64_t completed);
  /// `held` and `completed` count messages; a difference that does not shrink for a while is a stall.
  SinkStatus describe(std::uint64_t held, std::uint64_t completed);

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex mutex_;
  std::string waiting_;
  Clock::time_point waiting_since_;
  std::string broker_error_;
  Clock::time_point broker_error_since_;
  std::uint64_t broker_error_at_ = 0;
  std::uint64_t completed_seen_ = 0;
  Clock::time_point progress_ = Clock::now();
};

/// The value of a message is borrowed from its chunk, which `in_flight_` retains until the delivery report; the report
/// carries the token. After failed() was called the sink is dead: submit() says `full` for ever, deliveries that still
/// come are reported, further failures are not.
class KafkaSink final : public Sink, private kafka::Events {
 public:
  KafkaSink(std::unique_ptr<kafka::Client> client, const KafkaSettings& settings, const Topics& topics,
            DeliveryListener& listener);

  Result<Submit> submit(const Message& message, Token token) override;
  void flush() noexcept override {}
  void pause() noexcept override {
    if (flusher_) flusher_->pausing();
  }
  void finish() noexcept override {
    client_->keep_last_report(false);
    client_->flush(std::chrono::milliseconds(50));
  }
  std::size_t poll(std::chrono::milliseconds timeout) override { return client_->poll(timeout, *this); }
  [[nodiscard]] int ready_fd() const noexcept override { return client_->ready_fd(); }
  void interrupt() noexcept override { maker_.interrupt(); }
  [[nodiscard]] SinkStatus status() const override;

 private:
  void on_delivered(std::uint64_t token, std::size_t bytes) noexcept override;
  void on_refused(std::uint64_t token, const kafka::Refusal& refusal) noexcept override;
  void on_presumed(std::uint64_t token, const kafka::Refusal& refusal) noexcept override;
  void on_broker_error(kafka::Code code, std::string_view reason) noexcept override;
  void on_fatal(kafka::Code code, std::string_view reason) noexcept override;
  void fail_once(Token token, Error error) noexcept;

  Result<kafka::TopicHandle> handle_of(TopicId topic);
  /// `copies` of the message to partitions `first`, `first` + 1, …; with one copy `first` may be -1.
  Result<Submit> produce(kafka::TopicHandle topic, const Message& message, Token token, std::int32_t first,
                         std::uint32_t copies);
  Result<Submit> refused_at_once(kafka::Code code, kafka::TopicHandle topic, const Message& message,
                                 std::int32_t partition, std::uint32_t copies);

  const Topics& topics_;
  DeliveryListener& listener_;
  mutable RetryState retry_;
  std::atomic<bool> dead_{false};
  InFlight in_flight_; // outlives client_, whose threads read the chunks it retains
  std::unique_ptr<kafka::Client> client_;
  kafka::TopicMaker maker_;
  std::optional<kafka::Flusher> flusher_;   // none where the user sets linger.ms
  std::vector<kafka::TopicHandle> handles_; // by TopicId; null: not seen yet
};

} // namespace rowferry
