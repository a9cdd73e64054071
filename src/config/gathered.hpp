// What the file, the environment and the flags give, before any of it is understood: the later layer wins.
#pragma once

#include <map>
#include <rowferry/config/config.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_tree.hpp"

namespace rowferry {

enum class Layer : std::uint8_t { file, environment, flags };

struct Given {
  std::string text; ///< as written, references not expanded
  ConfigPlace place;
  Layer layer = Layer::file;
};

/// A sink that some layer names, by itself or by an option below it.
struct SinkMention {
  std::string kind;
  ConfigPlace place;
  Layer layer = Layer::file;
};

struct Gathered {
  std::map<std::string, Given> values; ///< by dotted path: options, and properties below kKafkaPropertyPrefix
  std::vector<SinkMention> sinks;
  YamlPointer outbox; ///< null: not given
  YamlPointer tables;
  std::vector<ConfigProblem> problems;

  void problem(const ConfigPlace& place, std::string text) {
    problems.push_back({place.name, place.line, std::move(text)});
  }
  void give(const std::string& path, Given given);
};

void gather_file(const YamlNode& root, Gathered& gathered);
void gather_environment(const std::map<std::string, std::string>& variables, Gathered& gathered);
void gather_flags(const std::map<std::string, std::string>& flags, Gathered& gathered);

/// Reports fields that come twice; the others, in their order.
std::vector<const YamlField*> distinct_fields(const YamlNode& map, const std::string& prefix, Gathered& gathered);
/// `is unknown; did you mean "url"? Known here: …`
std::string unknown_key(std::string_view key, const std::vector<std::string_view>& known);
/// "a list", "a map", "empty", "a single value".
std::string_view kind_text(const YamlNode& node) noexcept;

} // namespace rowferry
