// The frontier: below it every message is delivered. Register before submit; advance only over a contiguous prefix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// One message on its way: its sequence number, counted from 1 without gaps.
using Token = std::uint64_t;

/// Two threads: the *reader* registers messages and commits, the *acknowledger* completes tokens (in any order) and
/// takes the checkpoint. Bounded: at most `capacity` messages may be on their way (a power of two), and `commits`
/// commits, so that nothing is allocated per message. No lock per message.
///
/// The checkpoint it gives is: the position of the last commit whose messages, and all before them, are delivered, plus
/// the rows delivered of the transaction under way.
class DeliveryTracker {
 public:
  /// Both powers of two; 40 bytes a message, 88 a commit.
  explicit DeliveryTracker(std::size_t capacity, std::size_t commits = 64 * 1024);
  ~DeliveryTracker();
  DeliveryTracker(const DeliveryTracker&) = delete;
  DeliveryTracker& operator=(const DeliveryTracker&) = delete;

  // The reader:

  /// Once, before anything else and before the acknowledger runs: where reading starts. `start.delivered` are rows that
  /// the reader will leave out; they stay in the checkpoints until the transaction they belong to commits.
  void start(const Checkpoint& start);
  /// The server that the file names of commits from now on belong to (Checkpoint::server_uuid).
  void set_server(std::string_view uuid);
  /// A transaction begins whose messages are added next; `gtid` null for one without. What is delivered of it is told
  /// with its GTID and commit time (0: unknown), because another server may send other transactions first, and one that
  /// lost the end of its log gives numbers anew.
  void begin(const Gtid* gtid, std::uint64_t commit_us = 0);
  /// The definition of a table whose events carry no names, for the checkpoints: from the next note() or commit()
  /// on. Empty: what was known of it is void.
  void set_shape(std::string_view database, std::string_view table, std::string definition);
  /// The transaction under way prepared this, or decided that, for the checkpoints from its commit() on: call before.
  void set_prepared(PreparedXa xa);
  void set_decided(const Xid& xid);
  /// What set_shape() told holds at the position of the last commit too. False as in commit().
  [[nodiscard]] bool note();
  /// An index for a table that messages come from, the same for the same name for ever.
  std::uint32_t table_index(std::string_view database, std::string_view table);
  /// False when `capacity` messages are on their way: wait for room first.
  [[nodiscard]] bool has_room(std::size_t messages = 1) const noexcept;
  /// Registers the next message. When it and all before it are delivered, `rows_done` changes of that table are
  /// delivered in this transaction (for the first half of a pair that counts as one: the number before it). Call
  /// has_room() first.
  Token add(std::uint32_t table, std::uint64_t rows_done) noexcept;
  /// Takes back the newest token, which was not submitted.
  void cancel(Token token) noexcept;
  /// The transaction under way, which may have sent no message, ended at `at`; `gtid` null for one without. Everything
  /// registered so far belongs to it or to earlier ones. False when the queue of commits is full (a stalled sink, or no
  /// take() for long): wait and call again.
  [[nodiscard]] bool commit(const Gtid* gtid, const FileOffset& at, const Fingerprint& fingerprint);
  /// The position moved between two transactions: a rotation, a heartbeat. Unlike commit() it ends nothing, so the rows
  /// delivered of the transaction that follows are kept. False as in commit().
  [[nodiscard]] bool move(const FileOffset& at, const Fingerprint& fingerprint);

  // The acknowledger:

  /// `token` is delivered. Each token once.
  void complete(Token token) noexcept;
  /// "`db`.`table`" of the message of a token that is on its way.
  [[nodiscard]] std::string table_of(Token token) const;
  /// Advances over what is complete. The new checkpoint when it differs from the last one taken, else nothing.
  /// `name` is that of start(); `saved_at_us` is the caller's to fill in.
  std::optional<Checkpoint> take();

  // Any thread:

  [[nodiscard]] std::uint64_t registered() const noexcept;
  /// Length of the contiguous prefix seen by the last complete() or take().
  [[nodiscard]] std::uint64_t delivered() const noexcept;
  [[nodiscard]] std::uint64_t in_flight() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rowferry
