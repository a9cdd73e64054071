#include <rowferry/encode/encoder.hpp>

namespace rowferry {

bool WarnedOnce::is_first(std::string text) {
  constexpr std::size_t kMost = 4096;
  const std::scoped_lock lock(mutex_);
  if (said_.size() >= kMost) said_.clear();
  return said_.insert(std::move(text)).second;
}

} // namespace rowferry
