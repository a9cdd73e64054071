// Topic names as small numbers.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rowferry {

using TopicId = std::uint32_t;

/// Topic names met so far, numbered from 0. Any thread.
class Topics {
 public:
  Topics() = default;
  Topics(const Topics&) = delete;
  Topics& operator=(const Topics&) = delete;

  /// Allocates for a new name only.
  TopicId intern(std::string_view name);
  /// Lives as long as this.
  [[nodiscard]] const std::string& name(TopicId topic) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> names_; ///< never moves a name
  std::unordered_map<std::string_view, TopicId> ids_;
};

} // namespace rowferry
