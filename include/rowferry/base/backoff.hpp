// How long to wait before the next attempt.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace rowferry {

/// Capped exponential backoff with full jitter in the upper half: the n-th delay lies in [d/2, d], d = min(cap,
/// first * 2^n). Work must go on within 10 s of a peer's return (CONTRACT section 3), so keep cap at 5 s or less.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds cap, std::uint64_t seed = std::random_device{}())
      : first_(first), cap_(cap), random_(seed) {}
  [[nodiscard]] std::chrono::milliseconds next();
  /// After a success.
  void reset() noexcept { attempts_ = 0; }
  [[nodiscard]] unsigned attempts() const noexcept { return attempts_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds cap_;
  unsigned attempts_ = 0;
  std::mt19937_64 random_;
};

} // namespace rowferry
