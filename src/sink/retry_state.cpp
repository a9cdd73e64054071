#include <fmt/format.h>

#include "sink/kafka_sink.hpp"

namespace rowferry {

namespace {

/// No delivery for this long while messages wait is worth a word.
constexpr std::chrono::seconds kStall{5};

std::int64_t seconds_since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - then).count();
}

} // namespace

void RetryState::set_waiting(std::string what) {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) waiting_since_ = Clock::now();
  waiting_ = std::move(what);
}

void RetryState::set_broker_error(std::string reason, std::uint64_t completed) {
  const std::lock_guard lock(mutex_);
  if (broker_error_.empty() || broker_error_at_ != completed) broker_error_since_ = Clock::now();
  broker_error_ = std::move(reason);
  broker_error_at_ = completed;
}

SinkStatus RetryState::describe(std::uint64_t held, std::uint64_t completed) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (completed != completed_seen_ || held == completed) {
    completed_seen_ = completed;
    progress_ = now;
  }
  if (completed != broker_error_at_) broker_error_.clear(); // something was delivered since
  std::string cause = broker_error_.empty() ? "" : fmt::format("; last error: {}", broker_error_);
  if (!waiting_.empty()) {
    return {false, fmt::format("kafka: {}, retried for {} s{}", waiting_, seconds_since(waiting_since_), cause)};
  }
  if (held == completed) return {};
  if (!broker_error_.empty() || now - progress_ >= kStall) {
    const auto since = broker_error_.empty() ? progress_ : broker_error_since_;
    return {false, fmt::format("kafka: {} messages wait for delivery, retried for {} s{}", held - completed,
                               seconds_since(since), cause)};
  }
  return {};
}

} // namespace rowferry
