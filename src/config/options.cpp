#include "config/options.hpp"

#include <algorithm>
#include <array>
#include <rowferry/base/text.hpp>

namespace rowferry {
namespace {

using namespace std::chrono_literals;

Complaint set_sink(Config& c, std::string_view value) {
  std::string kind;
  Complaint complaint = set_choice(kind, value, {"kafka", "stdout", "discard"});
  using Kind = Config::Sink::Kind;
  if (!complaint)
    c.sink.kind = kind == "kafka" ? Kind::kafka : kind == "stdout" ? Kind::standard_output : Kind::discard;
  return complaint;
}

Complaint set_start(Config& c, std::string_view value) {
  if (value == "snapshot") {
    return "is not in this version: now, earliest, gtid:<set> and <file>:<offset> are";
  }
  return set_text(c.source.start, value);
}

constexpr std::array kOptions{
    Option{"name", "Identity: checkpoint, client.id, server id and replica uuid derive from it", "",
           [](Config& c, std::string_view v) { return set_name(c.name, v); }},

    Option{"source.url", "mysql://user@host:3306, several hosts with commas, or mysql://user@/?socket=/path", "",
           [](Config& c, std::string_view v) { return set_text(c.source.url, v); }},
    Option{"source.password", "As ${VAR} or ${file:/path}; read again at every connect", "",
           [](Config&, std::string_view) { return Complaint{}; }, true},
    Option{"source.tls.mode", "disabled, preferred, required, verify-ca or verify-identity", "preferred",
           [](Config& c, std::string_view v) {
             return set_choice(c.source.tls.mode, v,
                               {"disabled", "preferred", "required", "verify-ca", "verify-identity"});
           }},
    Option{"source.tls.ca", "PEM file of the authorities that the server's certificate is checked against", "",
           [](Config& c, std::string_view v) { return set_text(c.source.tls.ca, v); }},
    Option{"source.tls.cert", "PEM file of our own certificate", "",
           [](Config& c, std::string_view v) { return set_text(c.source.tls.cert, v); }},
    Option{"source.tls.key", "PEM file of our own private key", "",
           [](Config& c, std::string_view v) { return set_text(c.source.tls.key, v); }},
    Option{"source.start", "Without a checkpoint: now, earliest, gtid:<set> or <file>:<offset>", "now", set_start},
    Option{"source.statements", "A data change that the log does not hold as rows: fail or warn", "fail",
           [](Config& c, std::string_view v) {
             return set_choice(c.source.statements, v, {"fail", "warn"});
           }},
    Option{"source.invalid_text", "Bytes that are no text of their column's character set: base64, replace or fail",
           "base64", [](Config& c, std::string_view v) { return set_invalid_text(c.source.invalid_text, v); }},
    Option{"source.server_id", "Our server id at the source, unique among its replicas", "derived from name",
           [](Config& c, std::string_view v) { return set_number(c.source.server_id, v); }},
    Option{"source.server_uuid", "Our replica uuid at the source", "derived from name",
           [](Config& c, std::string_view v) { return set_text(c.source.server_uuid.emplace(), v); }},
    Option{"source.heartbeat", "Interval of the source's heartbeats; three missed ones are a dead connection", "2s",
           [](Config& c, std::string_view v) { return set_duration(c.source.heartbeat, v, 100ms, 10min); }},
    Option{"source.connect_timeout", "How long one attempt to connect may take", "5s",
           [](Config& c, std::string_view v) { return set_duration(c.source.connect_timeout, v, 100ms, 10min); }},

    Option{"sink", "kafka, stdout or discard; implied by options below it", "", set_sink},
    Option{"sink.stdout.format", "json (topic, key, headers, value) or payload (the value alone), a line a message",
           "json",
           [](Config& c, std::string_view v) {
             return set_choice(c.sink.stdout_format, v, {"json", "payload"});
           }},
    Option{"sink.topics.create", "Create a missing topic; false: it is an error (status 4)", "true",
           [](Config& c, std::string_view v) { return set_flag(c.sink.topics_create, v); }},
    Option{"sink.topics.partitions", "Partitions of a topic that is created", "the broker's",
           [](Config& c, std::string_view v) { return set_number(c.sink.topics_partitions, v, 100'000); }},
    Option{"sink.topics.replication", "Replicas of a topic that is created", "the broker's",
           [](Config& c, std::string_view v) { return set_number(c.sink.topics_replication, v, 100); }},

    Option{"checkpoint.file", "Where the position is kept", "./<name>.checkpoint",
           [](Config& c, std::string_view v) { return set_text(c.checkpoint_file, v); }},
    Option{"pipeline.workers", "Threads that encode, 1 to 64; 1: the reader's own thread does",
           "by the number of cores",
           [](Config& c, std::string_view v) { return set_number<std::uint32_t>(c.workers, v, 64); }},
    Option{"shutdown.timeout", "How long a stop may wait for unacknowledged messages", "15s",
           [](Config& c, std::string_view v) { return set_duration(c.shutdown_timeout, v, 0ms, 1h); }},
    Option{"log.level", "trace, debug, info, warn, error or off", "info",
           [](Config& c, std::string_view v) {
             return set_choice(c.log_level, v, {"trace", "debug", "info", "warn", "error", "off"});
           }},
    Option{"log.file", "Log to this file, reopened at SIGHUP", "standard error",
           [](Config& c, std::string_view v) { return set_text(c.log_file, v); }},
};

constexpr std::array kLaterOptions{
    LaterOption{"checkpoint.kafka",
                "is not in this version (exactly-once): checkpoint.file works, with messages at least once"},
    LaterOption{"admin.listen", "is not in this version: leave it out"},
};

template <class Table>
auto find(const Table& table, std::string_view path) -> decltype(table.data()) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.path == path; });
  return found == table.end() ? nullptr : &*found;
}

} // namespace

std::span<const Option> options() { return kOptions; }
const Option* find_option(std::string_view path) { return find(kOptions, path); }
std::span<const LaterOption> later_options() { return kLaterOptions; }
const LaterOption* find_later_option(std::string_view path) { return find(kLaterOptions, path); }

const std::vector<OptionDescription>& option_descriptions() {
  static const std::vector<OptionDescription> descriptions = [] {
    std::vector<OptionDescription> all;
    for (const Option& option : kOptions) {
      all.push_back({std::string(option.path), std::string(option.help), std::string(option.default_text)});
    }
    return all;
  }();
  return descriptions;
}

std::string environment_name(std::string_view path) {
  std::string name = "ROWFERRY_";
  for (const char c : path) name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string nearest_option(std::string_view path) {
  std::vector<std::string_view> paths{"outbox", "tables"};
  for (const Option& option : kOptions) paths.push_back(option.path);
  return std::string(nearest(path, paths));
}

} // namespace rowferry
