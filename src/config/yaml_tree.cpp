#include "config/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <rowferry/base/text.hpp>
#include <sstream>

namespace rowferry {
namespace {

constexpr std::size_t kMaxBytes = 1u << 20;
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxDepth = 64;

int line_of(const YAML::Mark& mark) { return mark.line + 1; }

/// Builds the tree from the parser's events. Throws Refusal for what cannot be a configuration.
class TreeBuilder final : public YAML::EventHandler {
 public:
  struct Refusal {
    int line;
    std::string text;
  };

  [[nodiscard]] YamlPointer root() const { return root_ ? root_ : std::make_shared<YamlNode>(); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { leaf(mark, anchor, YamlNode::Kind::null, {}); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    leaf(mark, anchor, YamlNode::Kind::text, value);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refusal{line_of(mark), "an alias stands inside what its own anchor names"};
    attach(found->second, line_of(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor = 0;
    std::optional<YamlField> field; ///< of a map: the key whose value comes next
  };

  static void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:")) return;
    throw Refusal{line_of(mark), "a YAML tag (!…) means nothing here: leave it out"};
  }

  void leaf(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind, const std::string& text) {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->line = line_of(mark);
    node->text = text;
    if (anchor != 0) anchors_[anchor] = node;
    attach(std::move(node), line_of(mark));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    check_tag(mark, tag);
    if (open_.size() == kMaxDepth) throw Refusal{line_of(mark), fmt::format("nested more than {} deep", kMaxDepth)};
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->line = line_of(mark);
    open_.push_back({std::move(node), anchor, std::nullopt});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) anchors_[done.anchor] = done.node;
    const int line = done.node->line;
    attach(std::move(done.node), line);
  }

  /// Puts a finished node where the parent waits for one: as an item, a key or a value.
  void attach(YamlPointer node, int line) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    parent.node->weight += node->weight;
    if (parent.node->weight > kMaxNodes) throw Refusal{line, fmt::format("holds more than {} values", kMaxNodes)};
    if (parent.node->kind == YamlNode::Kind::list) {
      parent.node->items.push_back(std::move(node));
    } else if (parent.field) {
      parent.field->value = std::move(node);
      parent.node->fields.push_back(std::move(*parent.field));
      parent.field.reset();
    } else if (node->kind == YamlNode::Kind::text) {
      parent.field = YamlField{node->text, line, nullptr};
    } else {
      throw Refusal{line, "a key is not plain text"};
    }
  }

  YamlPointer root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlPointer> anchors_;
};

/// yaml-cpp repeats text of the file behind a colon ("unknown escape character: q"), which may be part of a password.
std::string without_excerpt(const std::string& message) { return message.substr(0, message.find(": ")); }

int line_of_first_invalid_utf8(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    if (!is_utf8(text.substr(0, end + 1))) break;
    text.remove_prefix(end + 1);
    ++line;
  }
  return line;
}

} // namespace

YamlTree parse_yaml(std::string_view file_name, std::string_view text) {
  YamlTree tree;
  const auto problem = [&](int line, std::string what) {
    tree.problems.push_back({std::string(file_name), line, std::move(what)});
  };
  TreeBuilder builder;
  if (text.size() > kMaxBytes) {
    problem(0, "is larger than 1 MiB");
  } else if (!is_utf8(text)) {
    problem(line_of_first_invalid_utf8(text), "is not UTF-8 text");
  } else {
    try {
      std::istringstream in{std::string(text)};
      YAML::Parser parser(in);
      parser.HandleNextDocument(builder);
      TreeBuilder second;
      if (parser.HandleNextDocument(second)) problem(0, "holds more than one YAML document (---): keep one");
    } catch (const TreeBuilder::Refusal& refusal) {
      problem(refusal.line, refusal.text);
    } catch (const YAML::Exception& error) {
      problem(line_of(error.mark), "is not valid YAML: " + without_excerpt(error.msg));
    }
  }
  tree.root = builder.root();
  return tree;
}

} // namespace rowferry
