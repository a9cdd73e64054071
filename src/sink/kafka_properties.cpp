#include "sink/kafka_properties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <rowferry/base/text.hpp>
#include <span>

namespace rowferry {

namespace {

struct Property {
  std::string_view name;
  std::string_view value;
};

constexpr std::string_view kLinger = "linger.ms";
constexpr std::string_view kForever = "2147483647";

/// Where librdkafka's own default is not what a change stream wants.
constexpr Property kDefaults[] = {
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {"message.timeout.ms", "0"}, // a message never expires: no outage of a broker loses one
    // A refused message stops what is behind it in its partition, instead of being overtaken by it.
    {"enable.gapless.guarantee", "true"},
    {"partitioner", "murmur2_random"},     // keys land where Java producers put them
    {"allow.auto.create.topics", "false"}, // sink.topics governs creation
    // Of a backlog. Longer, what may be on its way would fill up before the batches of many partitions do. The Flusher
    // ends it in time for what is no backlog.
    {kLinger, "20"},
    // Where each partition of a broker has a request under way and none waits, librdkafka's thread turns
    // (docs/adr/0010).
    {"max.in.flight.requests.per.connection", "3"},
    {"socket.nagle.disable", "true"},
    {"socket.keepalive.enable", "true"},
    // The topic's max.message.bytes decides, but for what no request can hold: a broker of default settings
    // (socket.request.max.bytes, 104857600) closes the connection and says nothing. A batch stays within batch.size.
    {"message.max.bytes", "104000000"},
    // Work goes on within 10 s of a broker's return: a connection attempt and the wait after it must fit.
    {"socket.connection.setup.timeout.ms", "5000"},
    {"reconnect.backoff.ms", "100"},
    {"reconnect.backoff.max.ms", "2000"},
};

/// One property, all its names, the values that keep our promises.
struct Fixed {
  std::array<std::string_view, 2> names;
  std::array<std::string_view, 3> values;
  std::string_view why;
};
constexpr Fixed kFixed[] = {
    {{"acks", "request.required.acks"},
     {"all", "-1", ""},
     "a message counts as delivered when all in-sync replicas have it"},
    {{"enable.idempotence", ""}, {"true", "1", "t"}, "without it a retry may reorder or repeat messages"},
    {{"message.timeout.ms", "delivery.timeout.ms"},
     {"0", "", ""},
     "messages never expire, so that no outage loses one"},
    {{"retries", "message.send.max.retries"}, {kForever, "", ""}, "what may succeed later is tried for ever"},
    {{"enable.gapless.guarantee", ""}, {"true", "1", "t"}, "a refused message must not be overtaken"},
    {{"delivery.report.only.error", ""}, {"false", "0", "f"}, "delivery reports move the checkpoint"},
    {{"queuing.strategy", ""}, {"fifo", "", ""}, "order is kept"},
    {{"allow.auto.create.topics", ""}, {"false", "0", "f"}, "sink.topics governs how topics are made"},
};

bool holds(std::span<const std::string_view> list, std::string_view text) {
  return !text.empty() && std::find(list.begin(), list.end(), text) != list.end();
}

/// Without regard to case; `prefix` is in small letters.
bool same_prefix(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                    [](char a, char b) { return a == (b | 0x20) || a == b; });
}

/// What breaks a promise of ours, or empty.
std::string broken_promise(const std::string& name, const std::string& value) {
  if (name == "partitioner" && value == "random") {
    return "must not be random: messages of one key would lose their order";
  }
  if (name == "transactional.id") return "must not be set: exactly-once delivery derives it from the connector's name";
  for (const Fixed& fixed : kFixed) {
    if (holds(fixed.names, name) && !holds(fixed.values, value)) {
      return fmt::format("must be {}: {}", fixed.values.front(), fixed.why);
    }
  }
  return {};
}

/// librdkafka takes any text for addresses, and then waits for them for ever.
std::string address_problem(std::string_view list) {
  constexpr std::array<std::string_view, 4> kProtocols{"plaintext://", "ssl://", "sasl_plaintext://", "sasl_ssl://"};
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    std::string_view address = list.substr(begin, end - begin);
    begin = end + 1;
    address.remove_prefix(std::min(address.find_first_not_of(' '), address.size()));
    address = address.substr(0, address.find_last_not_of(' ') + 1);
    const std::string_view whole = address;
    for (const std::string_view protocol : kProtocols) {
      if (same_prefix(address, protocol)) address.remove_prefix(protocol.size());
    }
    const std::size_t colon = address.rfind(':');
    const bool has_port = colon != std::string_view::npos && address.find(']', colon) == std::string_view::npos;
    unsigned port = 9092;
    if (has_port) {
      const std::string_view digits = address.substr(colon + 1);
      const auto [rest, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
      if (wrong != std::errc{} || rest != digits.data() + digits.size()) port = 0;
    }
    const std::string_view host = address.substr(0, has_port ? colon : address.size());
    if (host.empty() || host.find('/') != std::string_view::npos || port == 0 || port > 65535) {
      return fmt::format("'{}' is no host:port", whole);
    }
  }
  return {};
}

std::string problem_of(const std::string& name, const std::string& value) {
  if (std::string broken = broken_promise(name, value); !broken.empty()) return broken;
  if (name == "bootstrap.servers" || name == "metadata.broker.list") {
    if (std::string broken = address_problem(value); !broken.empty()) return broken;
  }
  bool unknown = false;
  const std::string problem = kafka::property_problem(name, value, unknown);
  if (!unknown) return problem;
  const std::vector<std::string> known = kafka::property_names();
  const std::string_view near = nearest(name, known);
  return near.empty() ? "no librdkafka property of this name" : fmt::format("unknown property; did you mean {}?", near);
}

/// The user's property that the complaint about the whole set names, or "*".
std::string_view culprit(const std::map<std::string, std::string>& properties, std::string_view problem) {
  for (const auto& [name, value] : properties) {
    if (problem.find(name) != std::string_view::npos) return name;
  }
  return "*";
}

} // namespace

kafka::Properties kafka::effective_properties(const KafkaSettings& settings) {
  Properties properties;
  for (const Property& property : kDefaults) properties.emplace_back(property.name, property.value);
  if (!settings.client_name.empty()) properties.emplace_back("client.id", settings.client_name);
  properties.emplace_back("client.software.name", "rowferry");
  // Twice our own limit, which comes first: copies for every partition count here, too.
  properties.emplace_back("queue.buffering.max.messages", std::to_string(2 * settings.max_in_flight_messages));
  properties.insert(properties.end(), settings.properties.begin(), settings.properties.end());
  return properties;
}

bool kafka::lingers_by_itself(const KafkaSettings& settings) {
  return !settings.properties.contains(std::string(kLinger)) && !settings.properties.contains("queue.buffering.max.ms");
}

std::vector<std::string> check_kafka_properties(const std::map<std::string, std::string>& properties) {
  std::vector<std::string> problems;
  for (const auto& [name, value] : properties) {
    if (const std::string problem = problem_of(name, value); !problem.empty()) {
      problems.push_back(fmt::format("{}: {}", name, problem));
    }
  }
  if (!properties.contains("bootstrap.servers") && !properties.contains("metadata.broker.list") &&
      !properties.contains("test.mock.num.brokers")) {
    problems.emplace_back("bootstrap.servers: missing; name at least one broker as host:port");
  }
  if (problems.empty()) {
    KafkaSettings settings;
    settings.properties = properties;
    const std::string problem = kafka::properties_problem(kafka::effective_properties(settings));
    if (!problem.empty()) problems.push_back(fmt::format("{}: {}", culprit(properties, problem), problem));
  }
  return problems;
}

} // namespace rowferry
