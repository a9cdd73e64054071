#include <rowferry/route/topics.hpp>

namespace rowferry {

TopicId Topics::intern(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  const auto id = static_cast<TopicId>(names_.size());
  ids_.emplace(names_.emplace_back(name), id);
  return id;
}

const std::string& Topics::name(TopicId topic) const noexcept {
  const std::scoped_lock lock(mutex_);
  return names_[topic];
}

std::size_t Topics::size() const noexcept {
  const std::scoped_lock lock(mutex_);
  return names_.size();
}

} // namespace rowferry
