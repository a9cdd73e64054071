#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <rowferry/pipeline/pipeline.hpp>
#include <thread>

#include "app/commands.hpp"
#include "app/help.hpp"
#include "app/logging.hpp"
#include "app/setup.hpp"

namespace rowferry {
namespace {

using Kind = Config::Sink::Kind;
using SinkMaker = std::function<Result<std::unique_ptr<Sink>>(const Topics&, DeliveryListener&)>;

SinkMaker sink_maker(const Setup& setup) {
  const StdoutFormat format = setup.config.sink.stdout_format == "payload" ? StdoutFormat::payload : StdoutFormat::json;
  switch (setup.config.sink.kind) {
    case Kind::kafka:
      return [kafka = setup.kafka](const Topics& topics, DeliveryListener& listener) {
        return make_kafka_sink(kafka, topics, listener);
      };
    case Kind::standard_output:
      return [format](const Topics& topics, DeliveryListener& listener) -> Result<std::unique_ptr<Sink>> {
        return make_stdout_sink(STDOUT_FILENO, format, topics, listener);
      };
    case Kind::none:
    case Kind::discard:
      break;
  }
  return [](const Topics&, DeliveryListener& listener) -> Result<std::unique_ptr<Sink>> {
    return make_discard_sink(listener);
  };
}

std::string_view sink_name(Kind kind) noexcept {
  return kind == Kind::kafka ? "kafka" : kind == Kind::standard_output ? "stdout" : "discard";
}

/// docs/adr/0013-workers.md: what the reader's own thread can keep busy.
std::size_t default_workers(unsigned cores) noexcept {
  if (cores < 4) return 1;
  return cores < 8 ? 2 : 4;
}

void announce(const Setup& setup) {
  std::string version = version_text();
  version.pop_back();
  spdlog::info("{}: connector {}, configuration {}, source {}, sink {}, checkpoint {}", version, setup.config.name,
               setup.file.empty() ? "(none)" : setup.file, setup.config.source.url, sink_name(setup.config.sink.kind),
               setup.config.checkpoint_file);
}

Result<void> run_with_log(Setup setup, std::function<void()> reopen_logs) {
  announce(setup);
  Result<CheckpointFile> checkpoint = CheckpointFile::open(setup.config.checkpoint_file);
  if (!checkpoint) return fail(std::move(checkpoint.error()));
  PipelineSettings settings;
  settings.name = setup.config.name;
  settings.make_sink = sink_maker(setup);
  settings.source = std::move(setup.source);
  settings.start = std::move(setup.start);
  settings.rules = std::move(setup.rules);
  settings.statements = setup.config.source.statements == "warn" ? StatementPolicy::warn : StatementPolicy::fail;
  settings.checkpoint = std::make_unique<CheckpointFile>(std::move(*checkpoint));
  settings.max_in_flight_messages = setup.kafka.max_in_flight_messages;
  settings.max_in_flight_bytes = setup.kafka.max_in_flight_bytes;
  settings.workers = setup.config.workers.value_or(default_workers(std::thread::hardware_concurrency()));
  settings.shutdown_timeout = setup.config.shutdown_timeout;
  settings.reopen_logs = std::move(reopen_logs);
  return run_pipeline(std::move(settings));
}

} // namespace

Result<void> run(const RunCommand& command) {
  std::signal(SIGHUP, SIG_IGN); // until the pipeline listens: a log rotation must not end what is just starting
  Result<Setup> setup = require_setup(command.config);
  if (!setup) return fail(std::move(setup.error()));
  const bool to_file = !setup->config.log_file.empty();
  auto reopen_logs = start_logging(setup->config.log_level, setup->config.log_file);
  if (!reopen_logs) return fail(std::move(reopen_logs.error()));
  Result<void> ended = run_with_log(std::move(*setup), std::move(*reopen_logs));
  if (ended) {
    spdlog::info("stopped: everything that was read is delivered and checkpointed");
  } else if (to_file) {
    spdlog::error("{}", ended.error().message); // on standard error it is the last line anyway
  }
  return ended;
}

} // namespace rowferry
