#include <algorithm>
#include <rowferry/base/backoff.hpp>

namespace rowferry {

std::chrono::milliseconds Backoff::next() {
  std::chrono::milliseconds delay = std::min(first_, cap_);
  for (unsigned i = 0; i < attempts_ && delay < cap_; ++i) delay = delay > cap_ / 2 ? cap_ : delay * 2;
  ++attempts_;
  const auto most = std::max<std::chrono::milliseconds::rep>(delay.count(), 0);
  return std::chrono::milliseconds{std::uniform_int_distribution{most / 2, most}(random_)};
}

} // namespace rowferry
