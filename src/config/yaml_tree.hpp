// YAML text as a tree that keeps what a reader of mistakes needs: the line of every node, and duplicate keys.
#pragma once

#include <memory>
#include <rowferry/config/config.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

struct YamlNode;
/// Shared, because an alias is the node that its anchor names.
using YamlPointer = std::shared_ptr<const YamlNode>;

struct YamlField {
  std::string key;
  int line = 0; ///< of the key
  YamlPointer value;
};

struct YamlNode {
  enum class Kind : std::uint8_t { null, text, list, map };
  Kind kind = Kind::null;
  int line = 0;
  std::size_t weight = 1;         ///< nodes in this subtree, aliases expanded
  std::string text;               ///< of a text
  std::vector<YamlPointer> items; ///< of a list
  std::vector<YamlField> fields;  ///< of a map, in the order of the file; a key may come twice
};

struct YamlTree {
  YamlPointer root; ///< a null node for an empty document
  std::vector<ConfigProblem> problems;
};

/// At most one document of at most 1 MiB, UTF-8, 100,000 nodes with its aliases expanded, 64 levels deep: so a hostile
/// file costs little. Problems carry `file_name` as their path; with one, the tree may be incomplete.
YamlTree parse_yaml(std::string_view file_name, std::string_view text);

} // namespace rowferry
