// Drives a sink as the pipeline does: messages out of chunks, deliveries counted.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <rowferry/base/output.hpp>
#include <rowferry/sink/sinks.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rowferry::test {

/// How long a test waits for what must happen before it is called hung. No test passes or fails by how long it took.
inline constexpr std::chrono::seconds kHung{60};

class Listener final : public DeliveryListener {
 public:
  void delivered(Token token) noexcept override { tokens.push_back(token); }
  void failed(Token token, Error error) noexcept override { failures.emplace_back(token, std::move(error)); }

  std::vector<Token> tokens;
  std::vector<std::pair<Token, Error>> failures;
};

/// Owns the chunks of the messages it makes, so that usage() shows what a sink still borrows.
class MessageMaker {
 public:
  explicit MessageMaker(std::size_t chunk_bytes = 4096) : output_(usage_, chunk_bytes) {}

  Message make(std::string_view key, std::string_view value) {
    output_.begin();
    output_.append(key);
    output_.append(value);
    Message message;
    message.has_key = message.has_value = true;
    message.key = output_.record().substr(0, key.size());
    message.value = output_.record().substr(key.size());
    message.chunk = &output_.chunk();
    return message;
  }
  /// Chunks that live: 1, the one being written, when nobody borrows any.
  [[nodiscard]] std::uint64_t chunks() const { return usage_.chunks.load(); }

 private:
  OutputUsage usage_;
  Output output_;
};

/// Polls until `condition` holds.
template <class Condition>
bool poll_until(Sink& sink, Condition condition) {
  const auto hung = std::chrono::steady_clock::now() + kHung;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > hung) return false;
    sink.poll(std::chrono::milliseconds(20));
  }
  return true;
}

/// Submits, polling for as long as the sink is full.
inline Result<void> submit(Sink& sink, const Message& message, Token token) {
  const auto hung = std::chrono::steady_clock::now() + kHung;
  while (true) {
    const auto taken = sink.submit(message, token);
    if (!taken) return fail(taken.error());
    if (*taken == Submit::accepted) return {};
    if (std::chrono::steady_clock::now() > hung) return fail(Error::internal("full for ever"));
    sink.poll(std::chrono::milliseconds(1));
  }
}

inline std::vector<Token> tokens_up_to(Token last) {
  std::vector<Token> tokens(last);
  for (Token i = 0; i < last; ++i) tokens[i] = i + 1;
  return tokens;
}
inline std::vector<Token> sorted(std::vector<Token> tokens) {
  std::sort(tokens.begin(), tokens.end());
  return tokens;
}

} // namespace rowferry::test
