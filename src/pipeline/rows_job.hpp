// The rows of one event on their way through an encoder, and the messages that come of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/base/output.hpp>
#include <rowferry/change/event_rows.hpp>
#include <rowferry/encode/message.hpp>
#include <rowferry/route/route.hpp>
#include <span>
#include <string>
#include <vector>

#include "pipeline/change_encoder.hpp"

namespace rowferry {

/// The reader fills `rows`, some thread calls run() once, the reader takes the results and clears it. Reused: nothing
/// is allocated per row in the steady state.
class RowsJob {
 public:
  RowsJob() = default;
  ~RowsJob() { clear(); }
  RowsJob(const RowsJob&) = delete;
  RowsJob& operator=(const RowsJob&) = delete;

  EventRows rows;

  /// Encodes all rows, up to one that cannot be, or as many as give kMostBytes or are kMostRows: what is left is read
  /// on by rows.next(). Then is_done() on every thread.
  void run(ChangeEncoder& encoder) noexcept;
  [[nodiscard]] bool is_done() const noexcept { return done_.load(std::memory_order_acquire) != 0; }
  /// Until it was run by another thread.
  void wait() const noexcept { done_.wait(0, std::memory_order_acquire); }

  static constexpr std::size_t kMostBytes = 128 * 1024;
  static constexpr std::size_t kMostRows = 1024;

  // After run():

  /// How many rows were encoded or dropped, from the first on.
  [[nodiscard]] std::size_t size() const noexcept { return results_.size(); }
  [[nodiscard]] Drop drop(std::size_t row) const noexcept { return results_[row].drop; }
  /// Valid until clear(), which lets go of their chunks.
  [[nodiscard]] std::span<const Message> messages(std::size_t row) const noexcept {
    const std::size_t begin = row == 0 ? 0 : results_[row - 1].end;
    return {messages_.data() + begin, results_[row].end - begin};
  }
  std::optional<Error>& error() noexcept { return error_; }
  std::vector<std::string>& warnings() noexcept { return warnings_; }
  /// Values that are no text of their character set.
  [[nodiscard]] std::uint64_t invalid_texts() const noexcept { return invalid_texts_; }

  void clear() noexcept;

 private:
  struct Result {
    std::uint32_t end; ///< of its messages
    Drop drop;
  };
  void encode_all(ChangeEncoder& encoder);
  std::size_t keep(const Message& message, Output& output);
  std::size_t keep_headers(std::span<const Header> headers, Output& output);
  void retain(Chunk& chunk);
  void point_to_headers() noexcept;

  std::vector<Result> results_;
  std::vector<Message> messages_;
  std::vector<std::uint32_t> header_ends_; ///< of each message; empty while none has headers
  std::vector<Header> headers_;
  std::vector<Chunk*> chunks_; ///< retained
  std::vector<std::string> warnings_;
  std::uint64_t invalid_texts_ = 0;
  std::optional<Error> error_;
  std::atomic<int> done_{0}; ///< an int: what a futex waits for
};

} // namespace rowferry
