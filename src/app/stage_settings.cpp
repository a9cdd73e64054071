// One function a stage: its part of the configuration to its settings.
#include <fmt/format.h>

#include <array>
#include <rowferry/gtid/gtid.hpp>
#include <rowferry/route/router.hpp>

#include "app/setup.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kDefaultTopic = "cdc.${database}.${table}";

/// A message of another module without the option's name in front, which the problem has already.
std::string without_option(std::string message, std::string_view option) {
  const std::string prefix = fmt::format("{}: ", option);
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

/// `option: what`, as Router::check writes it.
ConfigProblem split_problem(const ConfigResult& loaded, const std::string& line) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string::npos) return {"outbox", 0, line};
  return loaded.problem_at(line.substr(0, colon), line.substr(colon + 2));
}

TlsMode tls_mode(std::string_view name) noexcept {
  constexpr std::array<std::pair<std::string_view, TlsMode>, 5> kModes{{{"disabled", TlsMode::disabled},
                                                                        {"preferred", TlsMode::preferred},
                                                                        {"required", TlsMode::required},
                                                                        {"verify-ca", TlsMode::verify_ca},
                                                                        {"verify-identity", TlsMode::verify_identity}}};
  for (const auto& [known, mode] : kModes) {
    if (known == name) return mode;
  }
  return TlsMode::verify_identity;
}

InvalidText invalid_text(std::string_view name) noexcept {
  if (name == "replace") return InvalidText::replace;
  return name == "fail" ? InvalidText::fail : InvalidText::as_stored;
}

std::function<Result<Secret>()> password_reader(const SecretText& password) {
  if (password.raw.empty()) return {};
  return [password]() -> Result<Secret> {
    Result<Secret> secret = password.expand();
    // It was there at the start: a rotation may be under way.
    if (!secret) return fail(Error::source_retriable(std::move(secret.error().message)).in("source.password"));
    return secret;
  };
}

std::vector<HeaderRule> header_rules(const std::vector<HeaderConfig>& headers) {
  std::vector<HeaderRule> rules;
  for (const HeaderConfig& header : headers) rules.push_back({header.name, header.value});
  return rules;
}

std::string column_of(const OutboxConfig& outbox, const std::string& part) {
  const auto found = outbox.columns.find(part);
  return found == outbox.columns.end() ? std::string() : found->second;
}

} // namespace

SourceSettings make_source_settings(const ConfigResult& loaded, std::vector<ConfigProblem>& problems) {
  const Config::Source& from = loaded.config.source;
  SourceSettings to;
  if (!from.url.empty()) {
    if (Result<SourceUrl> url = parse_source_url(from.url)) {
      to.endpoints = std::move(url->endpoints);
      to.user = std::move(url->user);
    } else {
      problems.push_back(loaded.problem_at("source.url", without_option(url.error().message, "source.url")));
    }
  }
  to.password = password_reader(from.password);
  to.tls = {tls_mode(from.tls.mode), from.tls.ca, from.tls.cert, from.tls.key};
  to.server_id = from.server_id.value_or(derive_server_id(loaded.config.name));
  to.replica_uuid = derive_replica_uuid(loaded.config.name);
  if (from.server_uuid && !from.server_uuid->empty()) {
    if (const auto uuid = Uuid::parse(*from.server_uuid)) {
      to.replica_uuid = *uuid;
    } else {
      problems.push_back(
          loaded.problem_at("source.server_uuid", "is no UUID, such as 3e11fa47-71ca-11e1-9e33-c80aa9429562"));
    }
  }
  to.heartbeat = from.heartbeat;
  to.connect_timeout = from.connect_timeout;
  return to;
}

StartAt make_start(const ConfigResult& loaded, std::vector<ConfigProblem>& problems) {
  Result<StartAt> start = parse_start(loaded.config.source.start);
  if (start) return std::move(*start);
  problems.push_back(loaded.problem_at("source.start", without_option(start.error().message, "source.start")));
  return {};
}

RoutingRules make_rules(const ConfigResult& loaded, std::vector<ConfigProblem>& problems) {
  RoutingRules rules;
  for (std::size_t i = 0; i < loaded.config.outbox.size(); ++i) {
    const OutboxConfig& from = loaded.config.outbox[i];
    OutboxRule& to = rules.outbox.emplace_back();
    to.option = fmt::format("outbox[{}]", i);
    to.tables = from.tables;
    to.columns = {column_of(from, "id"), column_of(from, "type"), column_of(from, "payload"),
                  column_of(from, "aggregate_id"), column_of(from, "aggregate_type")};
    to.topic = from.topic;
    to.key = from.key;
    to.partition = from.partition;
    to.headers = header_rules(from.headers);
    to.commit_timestamp = from.commit_timestamp;
    to.invalid_text = invalid_text(from.invalid_text.value_or(loaded.config.source.invalid_text));
  }
  for (std::size_t i = 0; i < loaded.config.tables.size(); ++i) {
    const TableConfig& from = loaded.config.tables[i];
    TableRule& to = rules.tables.emplace_back();
    to.option = fmt::format("tables[{}]", i);
    to.include = from.include;
    to.exclude = from.exclude;
    to.topic = from.topic.value_or(std::string(kDefaultTopic));
    to.key = from.key;
    to.partition = from.partition;
    to.headers = header_rules(from.headers);
    to.id_header = from.id_header;
    to.commit_timestamp = from.commit_timestamp;
    to.invalid_text = invalid_text(from.invalid_text.value_or(loaded.config.source.invalid_text));
  }
  for (const std::string& line : Router::check(rules)) problems.push_back(split_problem(loaded, line));
  return rules;
}

KafkaSettings make_kafka_settings(const ConfigResult& loaded, std::vector<ConfigProblem>& problems) {
  const Config::Sink& from = loaded.config.sink;
  KafkaSettings to;
  to.client_name = loaded.config.name;
  to.properties = from.kafka;
  to.topics = {from.topics_create, from.topics_partitions, from.topics_replication};
  if (from.kind != Config::Sink::Kind::kafka) return to;
  for (const std::string& line : check_kafka_properties(from.kafka)) {
    problems.push_back(split_problem(loaded, std::string(kKafkaPropertyPrefix) + line));
  }
  return to;
}

} // namespace rowferry
