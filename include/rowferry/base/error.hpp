// What went wrong, whether trying again can help, and the exit status it means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace rowferry {

/// The process's exit statuses (CONTRACT section 1).
enum class ExitStatus : int {
  done = 0,
  unfinished = 1, ///< second signal, or the drain limit passed
  usage = 2,      ///< usage, configuration, or a checkpoint in use
  source = 3,     ///< the source refuses for good
  sink = 4,       ///< the sink refuses for good
  data = 5,       ///< an event that cannot be understood
  internal = 70,  ///< an invariant of ours broke
};

/// An error says what happened, where (file, position, table), and what to do about it. Never row contents, never a
/// password.
struct Error {
  ExitStatus status = ExitStatus::internal;
  bool retriable = false; ///< the same attempt may succeed later; only `pipeline` acts on it
  std::string message;

  static Error usage(std::string message) { return {ExitStatus::usage, false, std::move(message)}; }
  static Error data(std::string message) { return {ExitStatus::data, false, std::move(message)}; }
  static Error internal(std::string message) { return {ExitStatus::internal, false, std::move(message)}; }
  /// The peer refuses for good.
  static Error source_fatal(std::string message) { return {ExitStatus::source, false, std::move(message)}; }
  static Error sink_fatal(std::string message) { return {ExitStatus::sink, false, std::move(message)}; }
  /// The peer is away, or refuses for now.
  static Error source_retriable(std::string message) { return {ExitStatus::source, true, std::move(message)}; }
  static Error sink_retriable(std::string message) { return {ExitStatus::sink, true, std::move(message)}; }

  /// The same error with `context` and ": " in front of its message.
  [[nodiscard]] Error in(std::string_view context) && {
    message.insert(0, ": ").insert(0, context);
    return std::move(*this);
  }
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(Error::data("…"));`
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

} // namespace rowferry
