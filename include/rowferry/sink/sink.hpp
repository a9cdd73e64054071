// Where messages go, and how their delivery comes back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <rowferry/base/error.hpp>
#include <rowferry/checkpoint/delivery_tracker.hpp>
#include <rowferry/encode/message.hpp>
#include <string>

namespace rowferry {

/// Told by the sink; implemented by the pipeline. Called on the thread that calls Sink::poll().
class DeliveryListener {
 public:
  virtual ~DeliveryListener() = default;
  /// The message of this token, and all its copies, are durable at the receiver.
  virtual void delivered(Token token) noexcept = 0;
  /// The message of this token, or the sink as a whole (token 0), failed. Retriable: the sink must be made anew and the
  /// stream re-read from the checkpoint. Never followed by delivered() for that token.
  virtual void failed(Token token, Error error) noexcept = 0;
};

enum class Submit : std::uint8_t { accepted, full };

struct SinkStatus {
  bool connected = true;
  std::string text; ///< one line for the log when not: what is being retried, since when
};

/// Two threads: submit() and flush-side calls on the reader, poll() on the acknowledger.
/// After failed() the sink is dead: submit() says `full`, and only deliveries that were on their way are still
/// reported. Contract: a token is completed once and only when its message is durable; a sink never reorders messages
/// of one key, and never drops a message without failed().
class Sink {
 public:
  virtual ~Sink() = default;
  /// Takes the message or says `full` (then nothing was taken: poll and try again). May create the topic at its first
  /// sight, which waits for the broker; interrupt() ends that wait with a retriable error. Other retriable errors (the
  /// topic was deleted): the sink must be made anew. Final errors: the receiver refuses for good.
  virtual Result<Submit> submit(const Message& message, Token token) = 0;
  /// A transaction ended: send what would else be held back for ever. Waits for a slow receiver at most until
  /// interrupt(). Reader thread.
  virtual void flush() noexcept = 0;
  /// Nothing more comes before the source sends or a delivery makes room: send what is held back, soon. Waits as
  /// flush() does. Reader thread.
  virtual void pause() noexcept { flush(); }
  /// As flush(), where nothing more comes at all: also what is held back for company. May wait some 50 ms. Reader
  /// thread.
  virtual void finish() noexcept { flush(); }
  /// Handles finished deliveries, waiting up to `timeout` for the first. Returns how many. Acknowledger thread.
  virtual std::size_t poll(std::chrono::milliseconds timeout) = 0;
  /// A file descriptor that turns readable when poll() has something to do. Never -1: submit() delivers nothing itself.
  [[nodiscard]] virtual int ready_fd() const noexcept = 0;
  /// Any thread: ends waits inside submit() soon.
  virtual void interrupt() noexcept = 0;
  /// Any thread.
  [[nodiscard]] virtual SinkStatus status() const = 0;
};

} // namespace rowferry
