// What the two threads of the pipeline tell each other: stop, failure, progress.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <rowferry/base/error.hpp>

namespace rowferry {

/// Shared by the reader and the acknowledger. Every member is safe on any thread.
class Control {
 public:
  using Clock = std::chrono::steady_clock;

  /// Asked to stop: waits end, the reader's source is interrupted. Only the first call counts.
  void stop();
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }
  /// When stop() was called.
  [[nodiscard]] Clock::time_point stopped_at() const;

  /// The sink failed. The first error stands until it is taken.
  void fail(Error error);
  [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }
  std::optional<Error> take_failure();
  /// Either: the reader should not go on.
  [[nodiscard]] bool interrupted() const noexcept { return stopping() || failed(); }

  /// What a stop or a failure must interrupt (a blocking read); empty: nothing. Called under a lock: it must not call
  /// back.
  void on_interrupt(std::function<void()> action);

  /// Something moved that a wait may be for.
  void notify();
  /// Until `ready` (called under the lock; not again once it was true), an interruption, or the deadline. True when
  /// ready.
  template <class Ready>
  bool wait(Ready ready, Clock::time_point deadline = Clock::time_point::max()) {
    std::unique_lock lock(mutex_);
    bool is_ready = false;
    const auto over = [&] { return (is_ready = ready()) || interrupted(); };
    if (deadline == Clock::time_point::max()) {
      moved_.wait(lock, over);
    } else {
      moved_.wait_until(lock, deadline, over);
    }
    return is_ready;
  }
  /// As wait(), but goes on through an interruption: for draining. Ends with a failure too.
  template <class Ready>
  bool wait_to_drain(Ready ready, Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    bool is_ready = false;
    moved_.wait_until(lock, deadline, [&] { return (is_ready = ready()) || failed(); });
    return is_ready;
  }
  /// A pause between attempts. False when it was interrupted.
  bool pause(std::chrono::milliseconds duration) {
    wait([] { return false; }, Clock::now() + duration);
    return !interrupted();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
  std::optional<Error> failure_;
  std::function<void()> on_interrupt_;
  Clock::time_point stopped_at_{};
};

} // namespace rowferry
