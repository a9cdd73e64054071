#include "pipeline/control.hpp"

#include <utility>

namespace rowferry {

void Control::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_.exchange(true, std::memory_order_acq_rel)) return;
    stopped_at_ = Clock::now();
    if (on_interrupt_) on_interrupt_();
  }
  moved_.notify_all();
}

Control::Clock::time_point Control::stopped_at() const {
  const std::lock_guard lock(mutex_);
  return stopped_at_;
}

void Control::fail(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return;
    failure_ = std::move(error);
    failed_.store(true, std::memory_order_release);
    if (on_interrupt_) on_interrupt_();
  }
  moved_.notify_all();
}

std::optional<Error> Control::take_failure() {
  const std::lock_guard lock(mutex_);
  failed_.store(false, std::memory_order_release);
  return std::exchange(failure_, std::nullopt);
}

void Control::on_interrupt(std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  on_interrupt_ = std::move(action);
  if (on_interrupt_ && interrupted()) on_interrupt_();
}

void Control::notify() {
  // The lock orders this with a waiter that has just found nothing ready.
  { const std::lock_guard lock(mutex_); }
  moved_.notify_all();
}

} // namespace rowferry
