#include "sink/flusher.hpp"

#include <algorithm>

#include "sink/kafka_client.hpp"

namespace rowferry::kafka {
namespace {

using Clock = std::chrono::steady_clock;

// Below this rate a request for each message costs less than the wait for company would.
constexpr std::uint64_t kBusyPerSecond = 20'000;
constexpr std::uint64_t kFewMessages = 32; // say nothing of a rate

} // namespace

bool is_busy(std::uint64_t messages, std::chrono::nanoseconds elapsed) noexcept {
  if (messages <= kFewMessages) return false;
  return messages * std::uint64_t{std::nano::den} / kBusyPerSecond > static_cast<std::uint64_t>(elapsed.count());
}

Flusher::Flusher(Client& client) : client_(client), thread_([this] { run(); }) {}

Flusher::~Flusher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Flusher::run() {
  bool busy = false;
  bool delivered = true; // all that was produced before the last look
  std::uint64_t seen = 0;
  auto patience = kFlush;
  for (;;) {
    if (delivered && !wait_for_more_than(seen)) return;
    const auto began = Clock::now();
    seen = produced_.load(std::memory_order_seq_cst);
    if (busy) {
      delivered = false;
      if (!nap()) return;
    } else {
      delivered = client_.flush(patience);
    }
    const std::uint64_t came = produced_.load(std::memory_order_seq_cst) - seen;
    patience = delivered || came != 0 ? kFlush : std::min(2 * patience, kLongFlush);
    busy = is_busy(came, Clock::now() - began);
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
