#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <rowferry/base/text.hpp>

#include "config/gathered.hpp"
#include "config/options.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kStdoutSection = "sink.stdout";
constexpr std::string_view kDiscardSection = "sink.discard";
constexpr std::string_view kKafkaSection = "sink.kafka";

void add_child(std::vector<std::string_view>& children, std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix) || path.size() == prefix.size()) return;
  const std::string_view rest = path.substr(prefix.size());
  const std::string_view child = rest.substr(0, rest.find('.'));
  if (std::find(children.begin(), children.end(), child) == children.end()) children.push_back(child);
}

/// Keys that may stand below `prefix` ("source."; "" at the top).
std::vector<std::string_view> children_of(std::string_view prefix) {
  std::vector<std::string_view> children;
  for (const Option& option : options()) add_child(children, option.path, prefix);
  for (const LaterOption& option : later_options()) add_child(children, option.path, prefix);
  for (const std::string_view path :
       {std::string_view("outbox"), std::string_view("tables"), kDiscardSection, kKafkaSection}) {
    add_child(children, path, prefix);
  }
  return children;
}

bool is_section(const std::string& path) {
  return path == kDiscardSection || path == kKafkaSection || !children_of(path + ".").empty();
}

class FileGatherer {
 public:
  explicit FileGatherer(Gathered& gathered) : gathered_(gathered) {}

  void section(const YamlNode& map, const std::string& prefix) {
    const std::vector<std::string_view> known = children_of(prefix);
    for (const YamlField* field : distinct_fields(map, prefix, gathered_)) {
      if (std::find(known.begin(), known.end(), field->key) != known.end()) {
        take(*field, prefix + field->key);
        continue;
      }
      const bool nested = find_option(prefix + field->key) != nullptr;
      gathered_.problem({prefix + field->key, field->line},
                        nested ? "is unknown as one key: write each part before a dot as a map of its own"
                               : unknown_key(field->key, known));
    }
  }

 private:
  void take(const YamlField& field, const std::string& path) {
    const ConfigPlace place{path, field.line};
    const YamlNode& value = *field.value;
    if (path == "outbox") {
      gathered_.outbox = field.value;
    } else if (path == "tables") {
      gathered_.tables = field.value;
    } else if (const LaterOption* later = find_later_option(path)) {
      gathered_.problem(place, std::string(later->advice));
    } else if (is_section(path) && (value.kind != YamlNode::Kind::text || find_option(path) == nullptr)) {
      enter(value, place);
    } else if (value.kind == YamlNode::Kind::text) {
      gathered_.give(path, {value.text, place, Layer::file});
    } else {
      gathered_.problem(place, fmt::format("is {}; one value is expected", kind_text(value)));
    }
  }

  void enter(const YamlNode& value, const ConfigPlace& place) {
    const bool sink_kind = place.name == kStdoutSection || place.name == kDiscardSection || place.name == kKafkaSection;
    if (sink_kind) gathered_.sinks.push_back({place.name.substr(place.name.find('.') + 1), place, Layer::file});
    if (value.kind == YamlNode::Kind::null && sink_kind && place.name != kKafkaSection) return;
    if (value.kind != YamlNode::Kind::map) {
      gathered_.problem(place, fmt::format("is {}; a map is expected", kind_text(value)));
    } else if (place.name == kKafkaSection) {
      kafka_properties(value);
    } else {
      section(value, place.name + ".");
    }
  }

  void kafka_properties(const YamlNode& map) {
    const std::string prefix(kKafkaPropertyPrefix);
    for (const YamlField* field : distinct_fields(map, prefix, gathered_)) {
      const ConfigPlace place{prefix + field->key, field->line};
      if (field->value->kind == YamlNode::Kind::text) {
        gathered_.give(place.name, {field->value->text, place, Layer::file});
      } else {
        gathered_.problem(place,
                          fmt::format("is {}; librdkafka properties are single values under their dotted names, such "
                                      "as `bootstrap.servers: host:9092`",
                                      kind_text(*field->value)));
      }
    }
  }

  Gathered& gathered_;
};

} // namespace

std::string_view kind_text(const YamlNode& node) noexcept {
  switch (node.kind) {
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::text:
      return "a single value";
    case YamlNode::Kind::null:
      break;
  }
  return "empty";
}

std::string unknown_key(std::string_view key, const std::vector<std::string_view>& known) {
  std::string text = "is unknown";
  if (known.empty()) return text + "; nothing can be set here";
  if (const std::string_view near = nearest(key, known); !near.empty()) {
    text += fmt::format("; did you mean {}?", near);
  }
  return text + fmt::format(" (known here: {})", fmt::join(known, ", "));
}

std::vector<const YamlField*> distinct_fields(const YamlNode& map, const std::string& prefix, Gathered& gathered) {
  std::vector<const YamlField*> fields;
  std::map<std::string_view, int> first_line;
  for (const YamlField& field : map.fields) {
    const auto [seen, is_new] = first_line.try_emplace(field.key, field.line);
    if (is_new) {
      fields.push_back(&field);
    } else {
      gathered.problem({prefix + field.key, field.line}, fmt::format("is given twice: on line {} too", seen->second));
    }
  }
  return fields;
}

void Gathered::give(const std::string& path, Given given) {
  if (path == "sink") {
    const std::string kind =
        expand_references(given.text).value_or(""); // what is no kind is told where options are applied
    if (kind == "kafka" || kind == "stdout" || kind == "discard") sinks.push_back({kind, given.place, given.layer});
  } else if (given.layer != Layer::file && path.starts_with(kKafkaPropertyPrefix)) {
    sinks.push_back({"kafka", given.place, given.layer});
  } else if (given.layer != Layer::file && path.starts_with(std::string(kStdoutSection) + ".")) {
    sinks.push_back({"stdout", given.place, given.layer});
  }
  values.insert_or_assign(path, std::move(given));
}

void gather_file(const YamlNode& root, Gathered& gathered) {
  if (root.kind == YamlNode::Kind::map) FileGatherer(gathered).section(root, "");
}

} // namespace rowferry
