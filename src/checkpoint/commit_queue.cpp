#include "checkpoint/commit_queue.hpp"

#include <bit>
#include <stdexcept>

namespace rowferry {
namespace {

bool can_fold(const Commit& newest, const Commit& next) noexcept {
  if (next.last_token != newest.last_token) return false;
  if (next.source == kNoSource || newest.source == kNoSource) return true;
  return next.source == newest.source && next.gnos.begin == newest.gnos.end;
}

Commit folded(const Commit& newest, const Commit& next) noexcept {
  Commit both = next;
  if (!next.moves) {
    both.file = newest.file;
    both.offset = newest.offset;
    both.fingerprint = newest.fingerprint;
    both.moves = newest.moves;
  }
  both.ends_transaction = newest.ends_transaction || next.ends_transaction;
  if (newest.source != kNoSource) {
    both.source = newest.source;
    both.gnos = {newest.gnos.begin, next.source == kNoSource ? newest.gnos.end : next.gnos.end};
  }
  return both;
}

} // namespace

CommitQueue::CommitQueue(std::size_t capacity) : entries_(new Entry[capacity]), mask_(capacity - 1) {
  if (!std::has_single_bit(capacity)) throw std::invalid_argument("capacity of a commit queue is no power of two");
}

bool CommitQueue::push(const Commit& commit) noexcept {
  if (fold(commit)) return true;
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (tail - known_head_ > mask_) {
    known_head_ = head_.load(std::memory_order_acquire);
    if (tail - known_head_ > mask_) return false;
  }
  Entry& next = entry(tail);
  next.commit = newest_ = commit;
  next.state.store(EntryState::published, std::memory_order_relaxed);
  tail_.store(tail + 1, std::memory_order_release);
  return true;
}

bool CommitQueue::fold(const Commit& commit) noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (tail == 0 || !can_fold(newest_, commit)) return false;
  Entry& last = entry(tail - 1);
  EntryState expected = EntryState::published;
  if (!last.state.compare_exchange_strong(expected, EntryState::changing, std::memory_order_relaxed)) return false;
  newest_ = folded(newest_, commit);
  // All but last_token, which does not change and which the consumer reads before it claims the entry.
  last.commit.source = newest_.source;
  last.commit.file = newest_.file;
  last.commit.gnos = newest_.gnos;
  last.commit.offset = newest_.offset;
  last.commit.fingerprint = newest_.fingerprint;
  last.commit.moves = newest_.moves;
  last.commit.ends_transaction = newest_.ends_transaction;
  last.commit.told = newest_.told;
  last.state.store(EntryState::published, std::memory_order_release);
  return true;
}

bool CommitQueue::pop(std::uint64_t delivered, Commit& commit) noexcept {
  if (empty()) return false;
  const std::uint64_t head = head_.load(std::memory_order_relaxed);
  Entry& oldest = entry(head);
  if (oldest.commit.last_token > delivered) return false;
  EntryState expected = EntryState::published;
  if (!oldest.state.compare_exchange_strong(expected, EntryState::taken, std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
    return false;
  }
  commit = oldest.commit;
  head_.store(head + 1, std::memory_order_release);
  return true;
}

} // namespace rowferry
