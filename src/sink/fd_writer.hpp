// Writes to a pipe, terminal or file that may be slow.
#pragma once

#include <atomic>
#include <rowferry/base/error.hpp>
#include <string_view>

namespace rowferry {

/// Waits for a slow reader of the pipe, but not deaf to interrupt(). One thread, but for interrupt() and stalled().
class FdWriter {
 public:
  /// `fd` stays the caller's; blocking or not.
  explicit FdWriter(int fd);

  /// Writes from the front of `bytes` and returns how many were taken: fewer than all only after interrupt(). Fails
  /// (status 4) when nobody reads any more, or the disk is full.
  Result<std::size_t> write(std::string_view bytes);
  /// Any thread: from now on write() takes what can be taken without waiting.
  void interrupt() noexcept { interrupted_.store(true, std::memory_order_relaxed); }
  /// Any thread: waiting for the reader of the pipe.
  [[nodiscard]] bool stalled() const noexcept { return stalled_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] bool wait_writable() noexcept;

  int fd_;
  std::size_t slice_; ///< what a descriptor that polls writable takes without blocking
  std::atomic<bool> interrupted_{false};
  std::atomic<bool> stalled_{false};
};

} // namespace rowferry
