#include "sink/prompt_reports.hpp"

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <utility>

namespace rowferry {

namespace {

constexpr itimerspec kDelay{{0, 0}, {0, 1'000'000}};

} // namespace

PromptReports::PromptReports(DeliveryListener& listener)
    : listener_(listener), fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

PromptReports::~PromptReports() {
  if (fd_ >= 0) ::close(fd_);
}

void PromptReports::expect_from(Token first) noexcept {
  if (first_.load(std::memory_order_relaxed) == 0) first_.store(first, std::memory_order_relaxed);
}

void PromptReports::delivered_up_to(Token last) noexcept {
  delivered_.store(last, std::memory_order_seq_cst);
  wake();
}

void PromptReports::failed(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_told_ || failure_) return;
    failure_ = std::move(error);
  }
  wake();
}

void PromptReports::wake() noexcept {
  const auto order = std::memory_order_seq_cst;
  if (!armed_.load(order) && !armed_.exchange(true, order)) ::timerfd_settime(fd_, 0, &kDelay, nullptr);
}

std::size_t PromptReports::poll(std::chrono::milliseconds timeout) {
  pollfd wait{fd_, POLLIN, 0};
  if (::poll(&wait, 1, static_cast<int>(timeout.count())) > 0) {
    std::uint64_t expirations = 0;
    [[maybe_unused]] const auto n = ::read(fd_, &expirations, sizeof expirations);
  }
  armed_.store(false, std::memory_order_seq_cst); // before reading what there is: what comes later wakes again
  const Token last = delivered_.load(std::memory_order_seq_cst);
  std::size_t done = 0;
  if (last != 0) {
    if (reported_ == 0) reported_ = first_.load(std::memory_order_relaxed) - 1;
    for (; reported_ < last; ++done) listener_.delivered(++reported_);
  }
  std::optional<Error> failure;
  {
    const std::lock_guard lock(mutex_);
    if (failure_ && !failure_told_) {
      failure = std::exchange(failure_, std::nullopt);
      failure_told_ = true;
    }
  }
  if (failure) listener_.failed(0, std::move(*failure));
  return done;
}

} // namespace rowferry
