// The sinks there are.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/route/router.hpp>
#include <rowferry/sink/sink.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

struct TopicSettings {
  bool create = true;
  std::optional<int> partitions; ///< unset: the broker's default
  std::optional<int> replication;
};

struct KafkaSettings {
  std::string client_name;                       ///< connector's name: client.id
  std::map<std::string, std::string> properties; ///< librdkafka's own, as configured
  TopicSettings topics;
  std::size_t max_in_flight_bytes = 16u << 20;
  std::size_t max_in_flight_messages = 1u << 15;
};

/// Problems of the properties, each "property: what", without contacting a broker: unknown ones (with the nearest
/// known), bad values, and those that would break a promise (acks other than all, enable.idempotence false,
/// transactional.id, …).
std::vector<std::string> check_kafka_properties(const std::map<std::string, std::string>& properties);

/// `topics` and `listener` outlive the sink. Fails only for properties; a broker that is away is retried for ever.
Result<std::unique_ptr<Sink>> make_kafka_sink(const KafkaSettings& settings, const Topics& topics,
                                              DeliveryListener& listener);

/// One line of preflight about Kafka.
struct KafkaFinding {
  bool ok = true;
  bool final = false; ///< `run` would end with status 4
  std::string text;   ///< what was found and, where not ok, what mends it
};
/// For `rowferry check`: is a broker reachable, do these topics exist or may they be created. Waits up to `timeout`.
std::vector<KafkaFinding> check_kafka(const KafkaSettings& settings, const std::vector<std::string>& topics,
                                      std::chrono::milliseconds timeout);

enum class StdoutFormat : std::uint8_t {
  json,    ///< {"topic":…,"partition":…,"key":…,"headers":{…},"value":…}, one line a message
  payload, ///< the value alone, one line a message; a null is an empty line
};
/// Writes to a file descriptor (stdout), which stays the caller's; a message is delivered when write() took its whole
/// line. Waits for a slow reader of a pipe. A closed pipe is a final error, for which the process's SIGPIPE is ignored
/// from here on. In JSON lines key, value and header values are strings, `{"base64":"…"}` where they are not UTF-8, or
/// null.
std::unique_ptr<Sink> make_stdout_sink(int fd, StdoutFormat format, const Topics& topics, DeliveryListener& listener);
/// Takes and delivers everything, by poll(); for benchmarks.
std::unique_ptr<Sink> make_discard_sink(DeliveryListener& listener);

} // namespace rowferry
