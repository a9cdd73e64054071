// Reports for sinks that deliver in order: from the thread that submits to the thread that polls.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <rowferry/sink/sink.hpp>

namespace rowferry {

/// "All up to this token are delivered", handed over without a lock or a system call per message: the acknowledger is
/// woken a millisecond after the first news, for all that came meanwhile. The *reader* reports, the *acknowledger*
/// polls.
class PromptReports {
 public:
  explicit PromptReports(DeliveryListener& listener);
  ~PromptReports();
  PromptReports(const PromptReports&) = delete;
  PromptReports& operator=(const PromptReports&) = delete;

  // The reader:

  /// Tokens from the first one expected to `last` are delivered; tokens follow one another.
  void expect_from(Token first) noexcept;
  void delivered_up_to(Token last) noexcept;
  /// The sink as a whole failed. Told once.
  void failed(Error error);

  // The acknowledger:

  /// Tells the listener what is new, waiting up to `timeout` for it. Returns how many tokens.
  std::size_t poll(std::chrono::milliseconds timeout);
  [[nodiscard]] int ready_fd() const noexcept { return fd_; }

 private:
  void wake() noexcept;

  DeliveryListener& listener_;
  int fd_; ///< a timer
  std::atomic<Token> delivered_{0};
  std::atomic<bool> armed_{false}; ///< fd_ will turn readable, or is
  Token reported_ = 0;
  std::atomic<Token> first_{0};
  std::mutex mutex_;
  std::optional<Error> failure_;
  bool failure_told_ = false;
};

} // namespace rowferry
