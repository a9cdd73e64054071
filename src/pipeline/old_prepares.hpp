// Prepared XA transactions that nobody decides.
#pragma once

#include <chrono>
#include <cstdint>
#include <rowferry/gtid/prepared_xa.hpp>
#include <string>
#include <vector>

namespace rowferry {

/// One thread.
class OldPrepares {
 public:
  explicit OldPrepares(std::chrono::microseconds limit) : limit_(limit) {}

  /// One line for each that was prepared before `now_us` (µs since the epoch) less the limit and was not told of yet.
  std::vector<std::string> look(const std::vector<PreparedXa>& undecided, std::int64_t now_us);

 private:
  std::chrono::microseconds limit_;
  std::vector<PreparedXa> told_; ///< of those that are undecided
};

} // namespace rowferry
