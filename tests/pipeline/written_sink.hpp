// A sink that a test of the reader looks into.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <rowferry/sink/sink.hpp>
#include <string>
#include <vector>

namespace rowferry::test {

/// Writes down every message; delivers the first `deliver` of them by poll().
class WrittenSink final : public Sink {
 public:
  WrittenSink(DeliveryListener& listener, std::vector<std::string>& lines) : listener_(listener), lines_(lines) {}
  Result<Submit> submit(const Message& message, Token token) override {
    lines_.emplace_back(message.value);
    if (with_headers) {
      for (const Header& header : message.headers) {
        lines_.back().append(" ").append(header.name).append("=").append(header.value);
      }
    }
    taken_.push_back(token);
    return Submit::accepted;
  }
  void flush() noexcept override {}
  void pause() noexcept override { pauses.push_back(lines_.size()); }
  std::size_t poll(std::chrono::milliseconds) override {
    for (; deliver > 0 && !taken_.empty(); --deliver, taken_.pop_front()) listener_.delivered(taken_.front());
    return 1;
  }
  [[nodiscard]] int ready_fd() const noexcept override { return 0; }
  void interrupt() noexcept override {}
  [[nodiscard]] SinkStatus status() const override { return {}; }

  std::size_t deliver = SIZE_MAX;
  bool with_headers = false;       ///< behind the value in the line
  std::vector<std::size_t> pauses; ///< behind how many lines each was told

 private:
  DeliveryListener& listener_;
  std::vector<std::string>& lines_;
  std::deque<Token> taken_;
};

} // namespace rowferry::test
