#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <rowferry/base/text.hpp>
#include <rowferry/config/config.hpp>

#include "config/entries.hpp"
#include "config/gathered.hpp"
#include "config/options.hpp"

namespace rowferry {
namespace {

/// As the user wrote it: a reference is shown by its name.
std::string shown(const std::string& raw) {
  constexpr std::size_t kMaxShown = 60;
  return json_string(raw.size() <= kMaxShown ? raw : raw.substr(0, kMaxShown) + "…");
}

/// Stores every option that was given.
void apply_options(Gathered& gathered, Config& config) {
  for (const Option& option : options()) {
    const auto found = gathered.values.find(std::string(option.path));
    if (found == gathered.values.end()) continue;
    const Given& given = found->second;
    if (option.secret) {
      config.source.password.raw = given.text;
      if (Result<Secret> secret = config.source.password.expand(); !secret)
        gathered.problem(given.place, secret.error().message);
      continue;
    }
    Result<std::string> value = expand_references(given.text);
    if (!value) {
      gathered.problem(given.place, value.error().message);
    } else if (Complaint complaint = option.set(config, *value)) {
      gathered.problem(given.place, given.text.empty() ? "is empty" : shown(given.text) + " " + *complaint);
    }
  }
}

/// The highest layer that names a sink decides which it is.
void choose_sink(Gathered& gathered, Config& config) {
  if (gathered.sinks.empty()) {
    if (gathered.values.contains("sink")) return; // told already: it is none
    gathered.problem(
        {"sink", 0},
        "is missing: say `sink: {kafka: {bootstrap.servers: host:9092}}`, or `sink: stdout` to try without Kafka");
    return;
  }
  const auto by_layer = [](const SinkMention& a, const SinkMention& b) { return a.layer < b.layer; };
  const Layer top = std::max_element(gathered.sinks.begin(), gathered.sinks.end(), by_layer)->layer;
  const SinkMention* chosen = nullptr;
  for (const SinkMention& mention : gathered.sinks) {
    if (mention.layer != top) continue;
    if (chosen == nullptr) {
      chosen = &mention;
    } else if (mention.kind != chosen->kind) {
      gathered.problem(mention.place,
                       fmt::format("names a second sink, {} beside {}: keep one", mention.kind, chosen->kind));
      return;
    }
  }
  using Kind = Config::Sink::Kind;
  config.sink.kind = chosen->kind == "stdout"    ? Kind::standard_output
                     : chosen->kind == "discard" ? Kind::discard
                                                 : Kind::kafka;
}

void apply_kafka_properties(Gathered& gathered, Config& config) {
  if (config.sink.kind != Config::Sink::Kind::kafka) return;
  for (auto at = gathered.values.lower_bound(std::string(kKafkaPropertyPrefix));
       at != gathered.values.end() && at->first.starts_with(kKafkaPropertyPrefix); ++at) {
    const Given& given = at->second;
    if (Result<std::string> value = expand_references(given.text)) {
      config.sink.kafka.emplace(at->first.substr(kKafkaPropertyPrefix.size()), std::move(*value));
    } else {
      gathered.problem(given.place, value.error().message);
    }
  }
}

ConfigPlace place_of(const Gathered& gathered, const std::string& path) {
  const auto found = gathered.values.find(path);
  return found == gathered.values.end() ? ConfigPlace{path, 0} : found->second.place;
}

void check_required(Gathered& gathered) {
  if (!gathered.values.contains("name")) {
    gathered.problem({"name", 0},
                     "is missing: it identifies the connector, and its checkpoint and server id derive from it");
  }
  if (!gathered.values.contains("source.url")) {
    gathered.problem({"source.url", 0}, "is missing: mysql://user@host:3306");
  }
}

void check_tls(Gathered& gathered, const Config& config) {
  const Config::Source::Tls& tls = config.source.tls;
  const auto readable = [&](const std::string& path, const std::string& file) {
    if (!file.empty() && ::access(file.c_str(), R_OK) != 0) {
      gathered.problem(place_of(gathered, path), fmt::format("cannot be read: {}", std::strerror(errno)));
    }
  };
  readable("source.tls.ca", tls.ca);
  readable("source.tls.cert", tls.cert);
  readable("source.tls.key", tls.key);
  if (tls.cert.empty() != tls.key.empty()) {
    gathered.problem(place_of(gathered, tls.cert.empty() ? "source.tls.key" : "source.tls.cert"),
                     "stands alone: a certificate and its private key go together");
  }
  if (tls.mode.starts_with("verify") && !gathered.values.contains("source.tls.ca")) {
    gathered.problem(place_of(gathered, "source.tls.mode"),
                     fmt::format("{} needs source.tls.ca to verify against", tls.mode));
  }
}

bool is_exact(std::string_view pattern) {
  return !pattern.starts_with('/') && pattern.find_first_of("*?") == std::string_view::npos;
}

/// Patterns are compared with real tables later; a table named in full in two places is a mistake already.
void check_tables(Gathered& gathered, const Config& config) {
  if (gathered.outbox == nullptr && gathered.tables == nullptr) {
    gathered.problem({"outbox", 0}, "neither outbox nor tables is there: nothing would be sent");
    return;
  }
  std::map<std::string_view, std::size_t> outboxes;
  for (std::size_t i = 0; i < config.outbox.size(); ++i) {
    for (const std::string& table : config.outbox[i].tables) {
      const auto [first, is_new] = outboxes.try_emplace(table, i);
      if (!is_new) {
        gathered.problem({fmt::format("outbox[{}].table", i), config.outbox[i].line},
                         fmt::format("{} is in outbox[{}] already", table, first->second));
      }
    }
  }
  for (std::size_t i = 0; i < config.tables.size(); ++i) {
    for (const std::string& table : config.tables[i].include) {
      const auto outbox = is_exact(table) ? outboxes.find(table) : outboxes.end();
      if (outbox != outboxes.end()) {
        gathered.problem({fmt::format("tables[{}].include", i), config.tables[i].line},
                         fmt::format("{} is in outbox[{}] too: keep one", table, outbox->second));
      }
    }
  }
}

} // namespace

std::string ConfigProblem::message() const {
  return line == 0 ? fmt::format("{}: {}", path, text) : fmt::format("{} (line {}): {}", path, line, text);
}

bool ConfigProblem::earlier(const ConfigProblem& a, const ConfigProblem& b) noexcept {
  const auto rank = [](const ConfigProblem& problem) {
    return problem.line == 0 ? std::numeric_limits<int>::max() : problem.line;
  };
  return rank(a) < rank(b);
}

ConfigProblem ConfigResult::problem_at(const std::string& path, std::string text) const {
  const auto found = places.find(path);
  return found == places.end() ? ConfigProblem{path, 0, std::move(text)}
                               : ConfigProblem{found->second.name, found->second.line, std::move(text)};
}

ConfigResult load_config(std::string_view file_name, std::string_view yaml_text,
                         const std::map<std::string, std::string>& environment,
                         const std::map<std::string, std::string>& flags) {
  ConfigResult result;
  Gathered gathered;
  YamlTree tree = parse_yaml(file_name, yaml_text);
  gathered.problems = std::move(tree.problems);
  const YamlNode& root = *tree.root;
  if (root.kind != YamlNode::Kind::map && root.kind != YamlNode::Kind::null) {
    gathered.problem({std::string(file_name), root.line},
                     fmt::format("is {}; a map is expected, such as `name: shop`", kind_text(root)));
  }
  const bool readable = gathered.problems.empty();
  gather_file(root, gathered);
  gather_environment(environment, gathered);
  gather_flags(flags, gathered);

  Config& config = result.config;
  apply_options(gathered, config);
  read_entries(gathered, config, result.places);
  if (readable) { // what a broken file lacks may stand in the part that was not understood
    check_required(gathered);
    choose_sink(gathered, config);
    apply_kafka_properties(gathered, config);
    check_tls(gathered, config);
    check_tables(gathered, config);
  }
  if (config.checkpoint_file.empty()) config.checkpoint_file = "./" + config.name + ".checkpoint";

  for (const auto& [path, given] : gathered.values) result.places.insert_or_assign(path, given.place);
  result.problems = std::move(gathered.problems);
  std::stable_sort(result.problems.begin(), result.problems.end(), ConfigProblem::earlier);
  return result;
}

} // namespace rowferry
