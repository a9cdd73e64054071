// One sink with its tracker: messages out, acknowledgements in, the checkpoint that follows from them.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <rowferry/base/output.hpp>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <rowferry/checkpoint/delivery_tracker.hpp>
#include <rowferry/encode/message.hpp>
#include <rowferry/sink/sink.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "pipeline/control.hpp"

namespace rowferry {

struct InFlightLimits {
  std::size_t messages = 0; ///< a power of two
  std::size_t bytes = 0;    ///< of output chunks that deliveries still borrow
};

/// Lives from one making of the sink to the next: a sink that failed is dropped with its Delivery, and the stream is
/// read again from the checkpoint. Two threads: the reader submits, the acknowledger polls and takes the checkpoint.
class Delivery final : public DeliveryListener {
 public:
  Delivery(const Checkpoint& start, InFlightLimits limits, const OutputUsage& usage, Control& control);
  ~Delivery() override;

  /// Before any submit(). The sink reports to this object.
  void use(std::unique_ptr<Sink> sink);

  // The reader:

  std::uint32_t table_index(std::string_view database, std::string_view table) {
    return tracker_.table_index(database, table);
  }
  /// The server that the positions of commits belong to from now on.
  void set_server(std::string_view uuid) { tracker_.set_server(uuid); }
  void set_shape(std::string_view database, std::string_view table, std::string definition) {
    tracker_.set_shape(database, table, std::move(definition));
  }
  /// Before the commit() of the group that prepared or decided it.
  void set_prepared(PreparedXa xa) { tracker_.set_prepared(std::move(xa)); }
  void set_decided(const Xid& xid) { tracker_.set_decided(xid); }
  /// What set_shape() told holds where the last commit ended; waits while the queue of commits is full. False:
  /// interrupted.
  bool note();
  /// A group begins that has captured changes.
  void begin(const Gtid* gtid, std::uint64_t commit_us = 0) { tracker_.begin(gtid, commit_us); }
  /// Waits for room for all messages of one change, registers and submits them. `row` of that table counts as delivered
  /// with the last of them and all before. After an interruption the error is to be ignored in favour of the Control's;
  /// a stop interrupts before the first message only.
  Result<void> submit(std::span<const Message> messages, std::uint32_t table, std::uint64_t row);
  /// A group ended; waits while the queue of commits is full. False: interrupted.
  bool commit(const Gtid* gtid, const FileOffset& at, const Fingerprint& fingerprint);
  /// The position moved without a group; skipped when the queue of commits is full.
  void idle(const FileOffset& at, const Fingerprint& fingerprint);
  /// The source has nothing more for now.
  void pause() noexcept { sink_->pause(); }
  void finish() noexcept { sink_->finish(); }
  /// Everything registered is delivered.
  [[nodiscard]] bool drained() const noexcept { return tracker_.in_flight() == 0; }

  // The acknowledger:

  /// File descriptor that turns readable when poll() has something to do.
  [[nodiscard]] int ready_fd() const noexcept { return sink_->ready_fd(); }
  /// True when that was much of what may be on its way: the reader may be waiting for room.
  bool poll();
  /// The newest checkpoint when it moved.
  std::optional<Checkpoint> take() { return tracker_.take(); }
  /// Messages below this are in a durable checkpoint: the limits hold for those above when checkpoints cannot be saved.
  void set_durable(std::uint64_t delivered, bool saving_fails) noexcept;

  // Any thread:

  void interrupt() noexcept { sink_->interrupt(); }
  [[nodiscard]] SinkStatus status() const { return sink_->status(); }
  [[nodiscard]] std::uint64_t delivered_count() const noexcept { return tracker_.delivered(); }
  [[nodiscard]] std::uint64_t in_flight() const noexcept { return tracker_.in_flight(); }

  void delivered(Token token) noexcept override;
  void failed(Token token, Error error) noexcept override;

 private:
  [[nodiscard]] bool has_room(std::size_t messages) const noexcept;
  Result<void> hand_over(const Message& message, Token token, bool is_second_half);

  DeliveryTracker tracker_;
  InFlightLimits limits_;
  const OutputUsage& usage_;
  Control& control_;
  std::unique_ptr<Sink> sink_;
  std::atomic<std::uint64_t> durable_{0};
  std::atomic<bool> saving_fails_{false};
};

} // namespace rowferry
