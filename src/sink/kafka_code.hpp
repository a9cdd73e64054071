// Kafka's and librdkafka's error codes that the sink tells apart, and what each means for us.
#pragma once

#include <cstdint>
#include <rowferry/base/error.hpp>
#include <string>
#include <string_view>

namespace rowferry::kafka {

/// Positive: the protocol's numbers. Negative: librdkafka's own. Any other value may occur and is kept.
enum class Code : int {
  ok = 0,
  unknown_topic_or_partition = 3,
  leader_not_available = 5,
  message_too_large = 10,
  invalid_topic = 17,
  record_list_too_large = 18,
  not_enough_replicas = 19,
  invalid_required_acks = 21,
  topic_authorization_failed = 29,
  cluster_authorization_failed = 31,
  invalid_timestamp = 32,
  unsupported_version = 35,
  topic_already_exists = 36,
  invalid_partitions = 37,
  invalid_replication_factor = 38,
  unsupported_for_message_format = 43,
  policy_violation = 44,
  security_disabled = 54,
  unsupported_compression_type = 76,
  invalid_record = 87,
  producer_fenced = 90,
  local_transport = -195,
  local_resolve = -193,
  local_message_timed_out = -192,
  local_unknown_partition = -190,
  local_unknown_topic = -188,
  local_all_brokers_down = -187,
  local_timed_out = -185,
  local_queue_full = -184,
  local_ssl = -181,
  local_authentication = -169,
  local_purge_queue = -152,
  local_purge_in_flight = -151,
  local_fatal = -150,
  local_gapless = -148,
  local_fenced = -144,
};

/// librdkafka's text for the code: "Broker: Message size too large".
std::string_view text(Code code) noexcept;

/// True when trying again, with this producer or a new one, cannot help: status 4.
bool refuses_for_good(Code code) noexcept;

/// What a user can do about a refusal; empty where the code's text says it all.
std::string_view advice(Code code) noexcept;

/// A message that was refused. `batch`: how many messages were refused with it.
struct Refusal {
  Code code = Code::ok;
  std::string_view topic;
  std::int32_t partition = -1;
  std::size_t bytes = 0; ///< key and value
  std::size_t batch = 1;
};
/// Final or retriable by its code; names topic, partition, size and what to do. Never the message.
Error refusal_error(const Refusal& refusal);

/// Of a message that the client takes for delivered without a broker's word; retriable.
Error presumed_error(const Refusal& refusal);

/// True for a client error that the broker's own answer makes final: it refused our credentials. A connection cut in
/// the middle of the SASL exchange carries the same code and is no refusal.
bool is_authentication_refusal(Code code, std::string_view reason) noexcept;

} // namespace rowferry::kafka
