// One-line warnings, each said once.
#pragma once

#include <rowferry/route/topics.hpp>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace rowferry {

class RouteWarnings {
 public:
  /// `topic` came of a template whose text had characters that Kafka does not allow.
  void replaced(TopicId topic, const std::string& name) {
    if (!replaced_.insert(topic).second) return;
    lines_.push_back("topic " + name + ": characters that Kafka does not allow in a topic became _");
  }
  [[nodiscard]] bool any() const noexcept { return !lines_.empty(); }
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

 private:
  std::unordered_set<TopicId> replaced_;
  std::vector<std::string> lines_;
};

} // namespace rowferry
