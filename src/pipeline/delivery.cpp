#include "pipeline/delivery.hpp"

#include <utility>

namespace rowferry {
namespace {

constexpr std::chrono::milliseconds kFullInterval{100};

} // namespace

Delivery::Delivery(const Checkpoint& start, InFlightLimits limits, const OutputUsage& usage, Control& control)
    : tracker_(limits.messages), limits_(limits), usage_(usage), control_(control) {
  tracker_.start(start);
}

Delivery::~Delivery() = default;

void Delivery::use(std::unique_ptr<Sink> sink) { sink_ = std::move(sink); }

bool Delivery::has_room(std::size_t messages) const noexcept {
  if (!tracker_.has_room(messages)) return false;
  // In this order: what is in flight changes with every delivery, and a look at it waits for the other thread's
  // processor.
  if (usage_.bytes.load(std::memory_order_relaxed) > limits_.bytes && tracker_.in_flight() != 0) return false;
  if (!saving_fails_.load(std::memory_order_relaxed)) return true;
  return tracker_.registered() - durable_.load(std::memory_order_relaxed) + messages <= limits_.messages;
}

Result<void> Delivery::submit(std::span<const Message> messages, std::uint32_t table, std::uint64_t row) {
  if (!has_room(messages.size())) {
    sink_->pause();
    if (!control_.wait([&] { return has_room(messages.size()); })) {
      return rowferry::fail(Error::sink_retriable("interrupted"));
    }
  }
  for (const Message& message : messages) {
    const Token token = tracker_.add(table, &message == &messages.back() ? row + 1 : row);
    if (auto taken = hand_over(message, token, &message != &messages.front()); !taken) {
      tracker_.cancel(token);
      return taken;
    }
  }
  return {};
}

// A stop does not part the halves of a key change: the first would be repeated after the restart.
Result<void> Delivery::hand_over(const Message& message, Token token, bool is_second_half) {
  for (;;) {
    auto submitted = sink_->submit(message, token);
    if (!submitted) return rowferry::fail(std::move(submitted.error()));
    if (*submitted == Submit::accepted) return {};
    sink_->pause();
    const std::uint64_t before = tracker_.in_flight();
    // A sink that is full has deliveries under way: their completion is the news to wait for.
    const auto moved = [&] { return tracker_.in_flight() < before; };
    const auto again = Control::Clock::now() + kFullInterval;
    if (is_second_half) {
      control_.wait_to_drain(moved, again);
    } else {
      control_.wait(moved, again);
    }
    if (is_second_half ? control_.failed() : control_.interrupted()) {
      return rowferry::fail(Error::sink_retriable("interrupted"));
    }
  }
}

bool Delivery::note() {
  if (tracker_.note()) return true;
  sink_->pause();
  return control_.wait([&] { return tracker_.note(); });
}

bool Delivery::commit(const Gtid* gtid, const FileOffset& at, const Fingerprint& fingerprint) {
  if (!tracker_.commit(gtid, at, fingerprint)) {
    sink_->pause();
    if (!control_.wait([&] { return tracker_.commit(gtid, at, fingerprint); })) return false;
  }
  sink_->flush();
  return true;
}

void Delivery::idle(const FileOffset& at, const Fingerprint& fingerprint) {
  static_cast<void>(tracker_.move(at, fingerprint));
}

bool Delivery::poll() {
  constexpr std::size_t kMuch = 8; // an eighth
  const std::size_t done = sink_->poll(std::chrono::milliseconds(0));
  if (done != 0) control_.notify();
  return done * kMuch >= limits_.messages;
}

void Delivery::set_durable(std::uint64_t delivered, bool saving_fails) noexcept {
  if (!saving_fails) durable_.store(delivered, std::memory_order_relaxed);
  saving_fails_.store(saving_fails, std::memory_order_relaxed);
}

void Delivery::delivered(Token token) noexcept { tracker_.complete(token); }

// In this order: the reader, interrupted in a wait for a topic, finds the failure.
void Delivery::failed(Token token, Error error) noexcept {
  if (token != 0) error = std::move(error).in("a row of " + tracker_.table_of(token));
  control_.fail(std::move(error));
  sink_->interrupt();
}

} // namespace rowferry
