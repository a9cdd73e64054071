// The Asio thread: signals, timers, acknowledgements, checkpoints.
#pragma once

#include <memory>
#include <rowferry/pipeline/pipeline.hpp>

#include "pipeline/control.hpp"
#include "pipeline/delivery.hpp"

namespace rowferry {

/// Owns the thread from construction to destruction, and keeps the signals from the thread that constructs it and from
/// all that this one starts. SIGTERM and SIGINT stop the Control; a second one ends the process with status 1, and so
/// does the shutdown timeout when the reader has not ended by then (status 0 where nothing is left to acknowledge).
/// SIGHUP calls `reopen_logs`. Uses the checkpoint store while it lives; nobody else does.
class Acknowledger {
 public:
  struct Settings {
    std::string name;
    CheckpointStore& store;
    std::chrono::milliseconds checkpoint_interval;
    std::chrono::milliseconds shutdown_timeout;
    std::function<void()> reopen_logs;
    std::chrono::milliseconds prepared_too_long = std::chrono::minutes(10);
  };
  Acknowledger(Settings settings, Control& control);
  ~Acknowledger();
  Acknowledger(const Acknowledger&) = delete;
  Acknowledger& operator=(const Acknowledger&) = delete;

  /// Polls this delivery and saves its checkpoints from now on, until detach(). Reader thread.
  void attach(Delivery& delivery);
  /// When it returns, nothing touches the delivery any more. The last checkpoint taken from it, saved or not, is
  /// returned by newest().
  void detach();
  /// Takes and saves the checkpoint now. Without a delivery: what was not saved yet.
  Result<void> save_now();
  /// Saves this one, before any delivery was attached.
  Result<void> save(Checkpoint checkpoint);
  /// What reading must begin from after a sink failed: the newest checkpoint, durable or not. After detach().
  [[nodiscard]] Checkpoint newest();
  void set_newest(Checkpoint checkpoint);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rowferry
