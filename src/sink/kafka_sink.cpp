#include "sink/kafka_sink.hpp"

#include <fmt/format.h>

#include "sink/kafka_properties.hpp"

namespace rowferry {

using kafka::Code;

Result<std::unique_ptr<Sink>> make_kafka_sink(const KafkaSettings& settings, const Topics& topics,
                                              DeliveryListener& listener) {
  auto client = kafka::Client::create(kafka::effective_properties(settings));
  if (!client) return fail(std::move(client.error()));
  return std::make_unique<KafkaSink>(std::move(*client), settings, topics, listener);
}

KafkaSink::KafkaSink(std::unique_ptr<kafka::Client> client, const KafkaSettings& settings, const Topics& topics,
                     DeliveryListener& listener)
    : topics_(topics),
      listener_(listener),
      in_flight_(settings.max_in_flight_messages, settings.max_in_flight_bytes),
      client_(std::move(client)),
      maker_(*client_, settings.topics, [this](std::string what) { retry_.set_waiting(std::move(what)); }) {
  if (kafka::lingers_by_itself(settings)) flusher_.emplace(*client_);
}

Result<Submit> KafkaSink::submit(const Message& message, Token token) {
  const std::size_t bytes = message.key.size() + message.value.size();
  // A dead sink takes nothing; why it died is reported by poll().
  if (dead_.load(std::memory_order_acquire) || !in_flight_.has_room(token, bytes)) return Submit::full;
  if (message.topic < handles_.size() && handles_[message.topic] != nullptr && !message.every_partition) [[likely]] {
    return produce(handles_[message.topic], message, token, message.partition, 1);
  }
  const auto topic = handle_of(message.topic);
  if (!topic) return fail(topic.error());
  if (!message.every_partition) return produce(*topic, message, token, message.partition, 1);

  const auto partitions = maker_.count_partitions(*topic, topics_.name(message.topic));
  if (!partitions) return fail(partitions.error());
  return produce(*topic, message, token, 0, static_cast<std::uint32_t>(*partitions));
}

Result<kafka::TopicHandle> KafkaSink::handle_of(TopicId topic) {
  if (topic < handles_.size() && handles_[topic] != nullptr) return handles_[topic];
  const auto ready = maker_.open(topics_.name(topic));
  if (!ready) return fail(ready.error());
  if (topic >= handles_.size()) handles_.resize(topic + 1);
  return handles_[topic] = ready->handle;
}

Result<Submit> KafkaSink::produce(kafka::TopicHandle topic, const Message& message, Token token, std::int32_t first,
                                  std::uint32_t copies) {
  const std::size_t bytes = message.key.size() + message.value.size();
  if (copies > 1 && !client_->queue_fits(copies, bytes, false)) {
    if (client_->queue_fits(copies, bytes, true)) return Submit::full;
    return refused_at_once(Code::local_queue_full, topic, message, first, copies);
  }
  in_flight_.hold(token, message.chunk, copies, bytes);
  for (std::uint32_t i = 0; i < copies; ++i) {
    const std::int32_t partition = first + static_cast<std::int32_t>(i);
    const Code code = client_->produce(topic, partition, message, token);
    if (code == Code::ok) continue;
    if (i == 0) in_flight_.cancel(token, copies, bytes);
    auto refused = refused_at_once(code, topic, message, partition, copies);
    if (i == 0 || !refused) return refused;
    // Copies are on their way and cannot be taken back, so trying again would repeat them.
    return fail(Error::sink_retriable(
        fmt::format("topic {}: {} of {} copies taken: {}", topics_.name(message.topic), i, copies, kafka::text(code))));
  }
  if (flusher_) flusher_->produced();
  return Submit::accepted;
}

Result<Submit> KafkaSink::refused_at_once(Code code, kafka::TopicHandle topic, const Message& message,
                                          std::int32_t partition, std::uint32_t copies) {
  const std::string& name = topics_.name(message.topic);
  const std::size_t bytes = message.key.size() + message.value.size();
  switch (code) {
    case Code::local_queue_full:
      if (client_->queue_fits(copies, bytes, true)) return Submit::full;
      return fail(
          Error::sink_fatal(fmt::format("topic {}: message of {} bytes is larger than the client's queue; raise "
                                        "sink.kafka.queue.buffering.max.kbytes "
                                        "(or .messages, for a message to every partition)",
                                        name, bytes)));
    case Code::message_too_large:
      return fail(Error::sink_fatal(fmt::format(
          "topic {}: message of {} bytes is larger than sink.kafka.message.max.bytes allows; raise it and, for what "
          "is sent uncompressed, the topic's max.message.bytes and the brokers' socket.request.max.bytes first",
          name, bytes)));
    case Code::local_unknown_partition: {
      const auto partitions = maker_.count_partitions(topic, name); // and librdkafka learns of new ones
      if (!partitions) return fail(partitions.error());
      if (partition < *partitions) return Submit::full;
      return fail(Error::sink_fatal(
          fmt::format("topic {} has no partition {}: it has {}; correct the partition template, or add partitions",
                      name, partition, *partitions)));
    }
    case Code::local_fatal:
      return Submit::full; // poll() reports why the producer died
    default:
      return fail(kafka::refusal_error({code, name, partition, bytes, 1}));
  }
}

void KafkaSink::on_delivered(std::uint64_t token, std::size_t bytes) noexcept {
  if (in_flight_.complete(token, bytes)) listener_.delivered(token);
}

void KafkaSink::on_refused(std::uint64_t token, const kafka::Refusal& refusal) noexcept {
  in_flight_.refuse(token, refusal.bytes);
  // What is queued in a dead producer is purged. Why it died is another message's refusal, or comes by on_fatal().
  if (refusal.code == Code::local_purge_queue || refusal.code == Code::local_purge_in_flight) return;
  fail_once(token, kafka::refusal_error(refusal));
}

void KafkaSink::on_presumed(std::uint64_t token, const kafka::Refusal& refusal) noexcept {
  in_flight_.refuse(token, refusal.bytes);
  fail_once(token, kafka::presumed_error(refusal));
}

void KafkaSink::on_broker_error(Code code, std::string_view reason) noexcept {
  if (kafka::is_authentication_refusal(code, reason)) {
    fail_once(0,
              Error::sink_fatal(fmt::format("Kafka refuses the credentials: {}; correct sink.kafka.sasl.*", reason)));
    return;
  }
  retry_.set_broker_error(std::string(reason), in_flight_.completed());
}

void KafkaSink::on_fatal(Code code, std::string_view reason) noexcept {
  if (code == Code::local_gapless) return; // by a refused message, which is reported by itself
  const bool final = kafka::refuses_for_good(code);
  std::string message = fmt::format("the Kafka producer is dead: {} ({})", reason, kafka::text(code));
  fail_once(0, final ? Error::sink_fatal(std::move(message)) : Error::sink_retriable(std::move(message)));
}

void KafkaSink::fail_once(Token token, Error error) noexcept {
  if (dead_.exchange(true, std::memory_order_acq_rel)) return;
  listener_.failed(token, std::move(error));
}

SinkStatus KafkaSink::status() const {
  const std::uint64_t completed = in_flight_.completed();
  return retry_.describe(in_flight_.held(), completed);
}

} // namespace rowferry
