// Messages on their way: which chunk each borrows, found by its token.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <rowferry/base/output.hpp>
#include <rowferry/checkpoint/delivery_tracker.hpp>

namespace rowferry {

/// A ring of slots indexed by token, so that a delivery report needs to carry the token only and nothing is allocated
/// per message. Two threads, no lock: the *reader* holds, the *acknowledger* completes. Tokens are handed out in
/// sequence; a token whose slot is still taken by the one `capacity` before it finds no room, which bounds what is on
/// its way.
class InFlight {
 public:
  /// `messages` is rounded up to a power of two.
  InFlight(std::size_t messages, std::size_t max_bytes);
  /// Releases what is still held. Nobody may use those bytes any more.
  ~InFlight();
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

  // The reader:

  /// A message larger than the limit has room when nothing else is on its way.
  [[nodiscard]] bool has_room(Token token, std::size_t bytes) const noexcept {
    if (slot(token).copies.load(std::memory_order_acquire) != 0) return false;
    const std::uint64_t held = held_bytes_.load(std::memory_order_relaxed);
    if (held - known_completed_ + bytes <= max_bytes_) return true;
    known_completed_ = completed_bytes_.load(std::memory_order_acquire);
    return held == known_completed_ || held - known_completed_ + bytes <= max_bytes_;
  }
  /// Retains `chunk` (may be null; a small one of the last call also until the next that has another) until `copies`
  /// copies of `bytes` each are complete. Call has_room() first.
  void hold(Token token, Chunk* chunk, std::uint32_t copies, std::size_t bytes) noexcept;
  /// Takes back hold(): the message was not accepted.
  void cancel(Token token, std::uint32_t copies, std::size_t bytes) noexcept;

  // The acknowledger:

  /// One copy of `bytes` is durable. True when it was the last one under way and no other was refused.
  bool complete(Token token, std::size_t bytes) noexcept;
  /// One copy is done with and is not durable: the message as a whole never will be.
  void refuse(Token token, std::size_t bytes) noexcept;

  // Any thread:

  [[nodiscard]] std::uint64_t bytes_in_flight() const noexcept {
    const std::uint64_t completed = completed_bytes_.load(std::memory_order_acquire);
    return held_bytes_.load(std::memory_order_acquire) - completed;
  }
  /// Messages (tokens) held so far, and completed.
  [[nodiscard]] std::uint64_t held() const noexcept { return held_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t completed() const noexcept { return completed_.load(std::memory_order_acquire); }
  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

 private:
  struct Slot {
    Chunk* chunk = nullptr;
    std::atomic<std::uint32_t> copies{0}; ///< 0: free. Set by the reader, counted down by the acknowledger
    bool refused = false;                 ///< one of the copies; the reader's while the slot is free
  };
  /// True when no copy is left under way.
  bool count_down(Slot& mine, std::size_t bytes) noexcept;
  void take_reference(Chunk* chunk) noexcept;
  void drop_stock() noexcept;
  [[nodiscard]] Slot& slot(Token token) const noexcept { return slots_[token & mask_]; }
  /// A counter with one writer: no locked instruction.
  static void add(std::atomic<std::uint64_t>& counter, std::uint64_t n) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }

  std::size_t mask_;
  std::size_t max_bytes_;
  std::unique_ptr<Slot[]> slots_;
  alignas(64) std::atomic<std::uint64_t> held_bytes_{0}; // the reader's
  std::atomic<std::uint64_t> held_{0};
  // Both threads counting one chunk's references costs more than all else that is done here: the reader takes many at
  // once.
  Chunk* stocked_ = nullptr;
  std::uint32_t stock_ = 0;                                   // references to it that no message has yet
  mutable std::uint64_t known_completed_ = 0;                 // the last look at completed_bytes_
  alignas(64) std::atomic<std::uint64_t> completed_bytes_{0}; // the acknowledger's
  std::atomic<std::uint64_t> completed_{0};
};

} // namespace rowferry
