#include "sink/kafka_code.hpp"

#include <fmt/format.h>

namespace rowferry::kafka {

bool refuses_for_good(Code code) noexcept {
  switch (code) {
    case Code::message_too_large:
    case Code::invalid_topic:
    case Code::record_list_too_large:
    case Code::invalid_required_acks:
    case Code::topic_authorization_failed:
    case Code::cluster_authorization_failed:
    case Code::invalid_timestamp:
    case Code::unsupported_version:
    case Code::invalid_partitions:
    case Code::invalid_replication_factor:
    case Code::unsupported_for_message_format:
    case Code::policy_violation:
    case Code::security_disabled:
    case Code::unsupported_compression_type:
    case Code::invalid_record:
    case Code::producer_fenced:
    case Code::local_fenced:
      return true;
    default:
      return false;
  }
}

std::string_view advice(Code code) noexcept {
  switch (code) {
    case Code::message_too_large:
    case Code::record_list_too_large:
      return "raise max.message.bytes of the topic (message.max.bytes of the broker), or, when single messages are "
             "smaller than that, set sink.kafka.batch.size below it";
    case Code::invalid_topic:
      return "a topic name has 1 to 249 letters, digits, '.', '_' or '-'";
    case Code::topic_authorization_failed:
      return "grant WRITE and DESCRIBE on the topic to this user (and CREATE, unless topics are created beforehand)";
    case Code::cluster_authorization_failed:
      return "grant IDEMPOTENT_WRITE on the cluster (WRITE on the topic is enough from Kafka 2.8 on), and CREATE where "
             "topics are to be created";
    case Code::invalid_timestamp:
      return "the topic's message.timestamp.*.max.ms refuses the time; leave out `timestamp: commit`, or widen it";
    case Code::unsupported_version:
      return "the broker is too old for this request: name sink.topics.partitions and sink.topics.replication";
    case Code::invalid_partitions:
      return "correct sink.topics.partitions";
    case Code::invalid_replication_factor:
      return "sink.topics.replication (or the broker's default.replication.factor) is larger than the number of "
             "brokers";
    case Code::policy_violation:
      return "the broker's own policy refuses it";
    case Code::security_disabled:
      return "the broker has no authorizer for what security.protocol asks";
    case Code::unsupported_compression_type:
      return "choose another sink.kafka.compression.type";
    case Code::invalid_record:
      return "the broker does not take such a record; a compacted topic takes none without a key";
    case Code::producer_fenced:
    case Code::local_fenced:
      return "a newer instance has taken over";
    default:
      return {};
  }
}

Error refusal_error(const Refusal& refusal) {
  std::string message = fmt::format("topic {}", refusal.topic);
  if (refusal.partition >= 0) message += fmt::format(" partition {}", refusal.partition);
  message += fmt::format(": message of {} bytes refused: {}", refusal.bytes, text(refusal.code));
  if (refusal.batch > 1) message += fmt::format(" (in one batch with {} others)", refusal.batch - 1);
  if (!refuses_for_good(refusal.code)) return Error::sink_retriable(std::move(message));
  if (const std::string_view what = advice(refusal.code); !what.empty()) message += fmt::format("; {}", what);
  return Error::sink_fatal(std::move(message));
}

Error presumed_error(const Refusal& refusal) {
  return Error::sink_retriable(fmt::format(
      "topic {} partition {}: a message of {} bytes was refused for the moment, and one behind it was taken: the "
      "broker may lack it",
      refusal.topic, refusal.partition, refusal.bytes));
}

bool is_authentication_refusal(Code code, std::string_view reason) noexcept {
  if (code != Code::local_authentication) return false;
  for (const std::string_view cut :
       {"Local: ", "Disconnect", "timed out", "Failed to acquire SASL OAUTHBEARER token"}) {
    if (reason.find(cut) != std::string_view::npos) return false;
  }
  return true;
}

} // namespace rowferry::kafka
