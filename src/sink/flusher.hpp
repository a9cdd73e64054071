// When gathered messages are sent: at once while they come slowly, in full batches while they come fast.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace rowferry::kafka {

class Client;

/// Whether messages come faster than a request each is worth, by how many came in how long.
[[nodiscard]] bool is_busy(std::uint64_t messages, std::chrono::nanoseconds elapsed) noexcept;

/// How long each message is on its way if so many are when so many came in that time (Little's law); max(): none came.
[[nodiscard]] std::chrono::nanoseconds time_on_way(std::uint64_t on_their_way, std::uint64_t messages,
                                                   std::chrono::nanoseconds elapsed) noexcept;

/// How long a busy producer is left alone after it was for `last`: no more than half as long again as messages are on
/// their way anyhow; ever longer while it does not get on.
[[nodiscard]] std::chrono::milliseconds next_nap(std::chrono::milliseconds last, std::chrono::nanoseconds on_way,
                                                 bool gets_on) noexcept;

/// How long to flush when the last backlog, which may only have paused, was so long ago.
[[nodiscard]] std::chrono::milliseconds next_flush(std::chrono::nanoseconds since_busy, bool messages_come) noexcept;

/// When a batch leaves that is not full yet: librdkafka's linger.ms suits either a lone message or a backlog, so it is
/// set to longer than any, and a thread of ours decides, by the client's flush(), during which nothing lingers (also of
/// messages produced meanwhile).
///
/// While messages come slowly it sits there. flush() ends when all are delivered; it is there already when the next one
/// comes, and need not be woken for it, because the client keeps its last report. While they come fast, or take long, it
/// only looks in from time to time: for as long as a partition has a request under way and a message that has lingered
/// enough, librdkafka's thread turns instead of waiting (docs/adr/0010).
class Flusher {
 public:
  /// How long a busy producer is left alone, and, for a tenth of that, is made to send what it has.
  static constexpr std::chrono::milliseconds kNap{10};
  static constexpr std::chrono::milliseconds kLongNap{160};
  static constexpr std::chrono::milliseconds kPulse{1};
  static constexpr std::chrono::milliseconds kLongPulse{16};
  /// How long it sits in flush() before it looks how many messages came: the longer, the longer there was no backlog.
  static constexpr std::chrono::milliseconds kFlush{2};
  static constexpr std::chrono::milliseconds kSlowFlush{16}; ///< at most, while messages come
  static constexpr std::chrono::milliseconds kLongFlush{64}; ///< at most

  /// `on_their_way`: how many messages were produced and not reported on; called in its own thread. `client` outlives it.
  Flusher(Client& client, std::function<std::uint64_t()> on_their_way);
  /// Waits for its thread: kLongFlush at most, while no broker answers.
  ~Flusher();
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;

  /// The reader: a message was produced.
  void produced() noexcept {
    produced_.fetch_add(1, std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_seq_cst)) wake();
  }

 private:
  static constexpr std::chrono::seconds kQuiet{1}; ///< without messages: from then on it sleeps until one comes

  void run();
  /// Until more than `seen` messages were produced. False: the end.
  bool wait_for_more_than(std::uint64_t seen);
  /// False: the end.
  bool nap(std::chrono::milliseconds length);
  void wake() noexcept;

  Client& client_;
  std::function<std::uint64_t()> on_their_way_;
  alignas(64) std::atomic<std::uint64_t> produced_{0};
  std::atomic<bool> asleep_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace rowferry::kafka
