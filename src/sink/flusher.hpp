// When gathered messages are sent: at once while they come slowly, in full batches while they come fast.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace rowferry::kafka {

class Client;

/// Whether messages come faster than a request each is worth, by how many came in how long.
[[nodiscard]] bool is_busy(std::uint64_t messages, std::chrono::nanoseconds elapsed) noexcept;

/// How long to flush when the last backlog, which may only have paused, was so long ago.
[[nodiscard]] std::chrono::milliseconds next_flush(std::chrono::nanoseconds since_busy, bool messages_come) noexcept;

/// Whether the producer waits: it said so since the last look, or had before, and nothing `came` since.
[[nodiscard]] bool still_waits(bool waits, bool said_so, std::uint64_t came) noexcept;

/// Whether a flow goes on after a nap: it is fast, or it was until a moment ago and the producer does not wait for
/// anything: then it was kept from running, or works on something large.
[[nodiscard]] bool goes_on(bool fast, bool waits, std::chrono::nanoseconds since_fast) noexcept;

/// librdkafka holds messages back for linger.ms, or sends each at once: no setting suits both a lone message and a
/// backlog. So linger.ms is set for the backlog, and while messages come slowly a thread of ours sits in the client's
/// flush(), which suspends the lingering (also of messages produced meanwhile). flush() ends when all are delivered; it
/// is there already when the next one comes, and need not be woken for it, because the client keeps its last report. A
/// backlog's last messages linger until the thread sees that it is over, within two naps where the producer says that
/// it waits. Of a fast flow whose producer waits now and then, which is no backlog, messages linger for kTurn and a nap
/// at the most.
class Flusher {
 public:
  /// How long a busy producer is left alone.
  static constexpr std::chrono::milliseconds kNap{2};
  /// Between two flushes of a fast flow that is no backlog.
  static constexpr std::chrono::milliseconds kTurn{10};
  /// How long such a flush is.
  static constexpr std::chrono::milliseconds kShortFlush{1};
  /// How long it sits in flush() before it looks how many messages came: the longer, the longer there was no backlog.
  static constexpr std::chrono::milliseconds kFlush{2};
  static constexpr std::chrono::milliseconds kSlowFlush{16}; ///< at most, while messages come
  static constexpr std::chrono::milliseconds kLongFlush{64}; ///< at most

  /// `client` outlives it.
  explicit Flusher(Client& client);
  /// Waits for its thread: kLongFlush at most, while no broker answers.
  ~Flusher();
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;

  /// The reader: a message was produced.
  void produced() noexcept {
    produced_.fetch_add(1, std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_seq_cst)) wake();
  }
  /// The reader: it is about to wait, for more to send or for room.
  void pausing() noexcept {
    if (!waited_.load(std::memory_order_seq_cst)) waited_.store(true, std::memory_order_seq_cst);
  }

 private:
  static constexpr std::chrono::seconds kQuiet{1}; ///< without messages: from then on it sleeps until one comes

  void run();
  /// Until more than `seen` messages were produced. False: the end.
  bool wait_for_more_than(std::uint64_t seen);
  /// False: the end.
  bool nap();
  void wake() noexcept;

  Client& client_;
  alignas(64) std::atomic<std::uint64_t> produced_{0};
  std::atomic<bool> asleep_{false};
  std::atomic<bool> waited_{false}; ///< since the last look
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace rowferry::kafka
