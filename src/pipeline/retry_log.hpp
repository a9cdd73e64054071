// Says what is being retried without flooding the log.
#pragma once

#include <spdlog/spdlog.h>

#include <chrono>
#include <string>
#include <string_view>

namespace rowferry {

/// One line at the first failure and whenever its text changes, then one every 20 s (CONTRACT section 3: at least every
/// 30 s).
class RetryLog {
 public:
  void failed(std::string_view what, std::string_view message) {
    const auto now = std::chrono::steady_clock::now();
    if (message == last_ && now - told_ < std::chrono::seconds(20)) return;
    if (last_.empty()) since_ = now;
    const bool named = message.starts_with(what);
    spdlog::warn("{}{}{}; trying again (for {} s so far)", named ? "" : what, named ? "" : ": ", message,
                 std::chrono::duration_cast<std::chrono::seconds>(now - since_).count());
    last_ = message;
    told_ = now;
  }
  void succeeded() { last_.clear(); }

 private:
  std::string last_;
  std::chrono::steady_clock::time_point told_{};
  std::chrono::steady_clock::time_point since_{};
};

} // namespace rowferry
