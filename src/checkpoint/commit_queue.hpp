// Commits on their way from the reader to the acknowledger.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <rowferry/gtid/position.hpp>

namespace rowferry {

inline constexpr std::uint32_t kNoSource = UINT32_MAX;

/// One transaction, or several that ended one after the other without a message between them.
struct Commit {
  std::uint64_t last_token = 0;     ///< the messages up to this one must be delivered first
  std::uint32_t source = kNoSource; ///< index of what numbers its GTIDs (Gtid::same_source)
  std::uint32_t file = 0;           ///< index of the file's name
  GnoInterval gnos;                 ///< empty without a GTID
  std::uint64_t offset = 0;         ///< where it ended, in that file
  Fingerprint fingerprint;
  bool moves = true; ///< file, offset and fingerprint are set
  bool ends_transaction = false;
  std::uint64_t told = 0; ///< how many entries of the log (NameTable::tell) hold from here on
};

/// One producer, one consumer, bounded, without locks. A commit that adds no message is folded into the newest one when
/// the consumer has not begun to read that, so a stalled consumer does not stop the reading of what nobody captures.
class CommitQueue {
 public:
  /// A power of two.
  explicit CommitQueue(std::size_t capacity);

  /// The producer: false when full.
  [[nodiscard]] bool push(const Commit& commit) noexcept;
  /// The consumer:
  [[nodiscard]] bool empty() const noexcept {
    return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_acquire);
  }
  /// The oldest commit if its messages lie within the first `delivered`. May pass over one that the
  /// producer is folding into at this moment; the next call finds it.
  [[nodiscard]] bool pop(std::uint64_t delivered, Commit& commit) noexcept;

 private:
  enum class EntryState : std::uint8_t { published, changing, taken };
  struct Entry {
    Commit commit;
    std::atomic<EntryState> state{EntryState::taken};
  };

  Entry& entry(std::uint64_t number) noexcept { return entries_[number & mask_]; }
  bool fold(const Commit& commit) noexcept;

  std::unique_ptr<Entry[]> entries_;
  std::uint64_t mask_;
  alignas(64) std::atomic<std::uint64_t> tail_{0}; // next to be pushed
  std::uint64_t known_head_ = 0;                   // the producer's last look at head_
  Commit newest_;                                  // the producer's copy of entry(tail_ - 1)
  alignas(64) std::atomic<std::uint64_t> head_{0}; // next to be popped
};

} // namespace rowferry
