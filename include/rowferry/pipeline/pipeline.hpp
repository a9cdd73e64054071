// The connector: source to sink, acknowledgements back, checkpoints, retries.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/checkpoint/checkpoint_file.hpp>
#include <rowferry/route/rules.hpp>
#include <rowferry/sink/sink.hpp>
#include <rowferry/source/event_source.hpp>
#include <string>

namespace rowferry {

struct PipelineSettings {
  std::string name;
  SourceSettings source;
  StartAt start;
  RoutingRules rules;
  StatementPolicy statements = StatementPolicy::fail;
  /// Makes a sink; called again after a sink failed retriably. The pipeline owns what it gets.
  std::function<Result<std::unique_ptr<Sink>>(const Topics&, DeliveryListener&)> make_sink;
  std::unique_ptr<CheckpointStore> checkpoint;
  std::size_t max_in_flight_messages = 1u << 15;
  /// Output chunks that deliveries still borrow; with workers, what is read ahead comes on top.
  std::size_t max_in_flight_bytes = 16u << 20;
  std::size_t workers = 1; ///< threads that encode; 1: the reader's own does
  std::chrono::milliseconds checkpoint_interval{1000};
  std::chrono::milliseconds shutdown_timeout{15000};
  std::function<void()> reopen_logs;                                      ///< SIGHUP
  std::chrono::milliseconds prepared_too_long = std::chrono::minutes(10); ///< an XA transaction is then warned of
};

/// Runs until a signal (SIGTERM, SIGINT: drain; a second one: stop at once) or a final error. Threads: the caller's
/// reads, decodes, routes, encodes and submits (with `workers`, they decode, route and encode larger rows events); one
/// Asio thread runs signals, timers, acknowledgements and checkpoints. Shutdown order: stop reading and drop the
/// source, flush the sink, wait for acknowledgements, save the checkpoint, drop the sink. Logs what happens; the error
/// that ends it is returned, not logged.
Result<void> run_pipeline(PipelineSettings settings);

} // namespace rowferry
