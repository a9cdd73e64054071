#include "sink/flusher.hpp"

#include <pthread.h>

#include <algorithm>

#include "sink/kafka_client.hpp"

namespace rowferry::kafka {
namespace {

using Clock = std::chrono::steady_clock;

// Below this rate a request for each message costs less than the wait for company would.
constexpr std::uint64_t kBusyPerSecond = 20'000;
constexpr std::uint64_t kFewMessages = 32; // say nothing of a rate
constexpr std::chrono::milliseconds kMoment{20};

} // namespace

bool is_busy(std::uint64_t messages, std::chrono::nanoseconds elapsed) noexcept {
  if (messages <= kFewMessages) return false;
  return messages * std::uint64_t{std::nano::den} / kBusyPerSecond > static_cast<std::uint64_t>(elapsed.count());
}

bool still_waits(bool waits, bool said_so, std::uint64_t came) noexcept { return said_so || (waits && came == 0); }

bool goes_on(bool fast, bool waits, std::chrono::nanoseconds since_fast) noexcept {
  return fast || (!waits && since_fast < kMoment);
}

std::chrono::milliseconds next_flush(std::chrono::nanoseconds since_busy, bool messages_come) noexcept {
  constexpr int kPart = 8;
  const auto wanted = std::chrono::duration_cast<std::chrono::milliseconds>(since_busy / kPart);
  return std::clamp(wanted, Flusher::kFlush, messages_come ? Flusher::kSlowFlush : Flusher::kLongFlush);
}

Flusher::Flusher(Client& client) : client_(client), thread_([this] { run(); }) { client_.keep_last_report(true); }

Flusher::~Flusher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  client_.keep_last_report(false); // its flush() ends
  changed_.notify_one();
  thread_.join();
}

void Flusher::run() {
  ::pthread_setname_np(::pthread_self(), "flusher"); // for whoever looks at it: top -H, bench/drain
  bool busy = false;
  bool waits = false;    // the producer said so, and nothing came since
  bool delivered = true; // all that was produced before the last look
  std::uint64_t seen = 0;
  auto patience = kFlush;
  auto last_came = Clock::now();
  auto last_busy = last_came;
  auto last_turn = last_came;
  for (;;) {
    if (delivered) {
      if (!wait_for_more_than(seen)) return;
      patience = kFlush;
      last_came = Clock::now();
    }
    const auto began = Clock::now();
    seen = produced_.load(std::memory_order_seq_cst);
    if (busy) {
      delivered = false;
      if (!nap()) return;
    } else {
      delivered = client_.flush(patience);
    }
    const auto now = Clock::now();
    const bool waited = waited_.exchange(false, std::memory_order_seq_cst); // before what it may have waited behind
    const std::uint64_t came = produced_.load(std::memory_order_seq_cst) - seen;
    waits = still_waits(waits, waited, came);
    if (busy && waits && now - last_turn >= kTurn) {
      client_.flush(kShortFlush);
      last_turn = now;
    }
    const bool fast = is_busy(came, now - began);
    if (fast) last_busy = now;
    busy = busy ? goes_on(fast, waits, now - last_busy) : fast;
    if (came != 0) last_came = now;
    patience = next_flush(now - last_busy, came != 0);
    if (now - last_came > kQuiet) client_.let_report_go();
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

// With produced(): one of the two sees what the other wrote.
bool Flusher::wait_for_more_than(std::uint64_t seen) {
  std::unique_lock lock(mutex_);
  asleep_.store(true, std::memory_order_seq_cst);
  changed_.wait(lock, [&] { return stopping_ || produced_.load(std::memory_order_seq_cst) != seen; });
  asleep_.store(false, std::memory_order_seq_cst);
  return !stopping_;
}

bool Flusher::nap() {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, kNap, [&] { return stopping_; });
}

void Flusher::wake() noexcept {
  { const std::lock_guard lock(mutex_); } // it waits, or has yet to look at produced_
  changed_.notify_one();
}

} // namespace rowferry::kafka
