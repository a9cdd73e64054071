#include <rowferry/route/topics.hpp>

namespace rowferry {

TopicId Topics::intern(std::string_view name) {
  if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  const auto id = static_cast<TopicId>(names_.size());
  ids_.emplace(names_.emplace_back(name), id);
  return id;
}

} // namespace rowferry
