#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <rowferry/base/backoff.hpp>
#include <rowferry/pipeline/pipeline.hpp>
#include <rowferry/source/source_errors.hpp>
#include <system_error>
#include <utility>

#include "pipeline/acknowledger.hpp"
#include "pipeline/captured_selector.hpp"
#include "pipeline/control.hpp"
#include "pipeline/delivery.hpp"
#include "pipeline/reader.hpp"
#include "pipeline/retry_log.hpp"
#include "pipeline/verify_tables.hpp"

namespace rowferry {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Work goes on within 10 s of a peer's return (CONTRACT section 3): a cap of 3 s leaves room for a slow connect.
constexpr milliseconds kFirstDelay{100};
constexpr milliseconds kDelayCap{3000};
constexpr milliseconds kFlushInterval{50};

/// The supervisor: everything that is made once, and the decisions to try again.
class Supervisor {
 public:
  explicit Supervisor(PipelineSettings settings)
      : settings_(std::move(settings)),
        acknowledger_({settings_.name, *settings_.checkpoint, settings_.checkpoint_interval, settings_.shutdown_timeout,
                       settings_.reopen_logs, settings_.prepared_too_long},
                      control_) {}

  Result<void> run();

 private:
  enum class Next : std::uint8_t { again, drain };

  Result<Checkpoint> load_or_start();
  Result<ReplicationStream> open_stream(Progress& progress);
  Result<void> with_sink(const Checkpoint& start);
  Result<void> stream(Delivery& delivery, Progress& progress, const std::vector<KnownShape>& shapes);
  Result<void> prepare_router(const ReplicationStream& stream);
  Result<void> start_workers();
  Result<void> drain(Delivery& delivery);
  /// Logs and waits before the next attempt; the error itself when it is final.
  Result<void> retry(Error error, std::string_view what);

  PipelineSettings settings_;
  Control control_;
  Acknowledger acknowledger_;
  OutputUsage usage_;
  Topics topics_;
  WarnedOnce warned_once_;
  ServerShapes shapes_{settings_.source};
  EncodeWarnings encode_warnings_{.once = &warned_once_};
  std::unique_ptr<Router> router_;
  std::unique_ptr<CapturedSelector> selector_;
  std::unique_ptr<EncodeWorkers> workers_;
  Backoff backoff_{kFirstDelay, kDelayCap};
  RetryLog retry_log_;
  Backoff sink_backoff_{kFirstDelay, kDelayCap};
  RetryLog sink_retry_log_;
  bool clashed_ = false;
};

Result<void> Supervisor::retry(Error error, std::string_view what) {
  if (is_identity_clash(error)) {
    // It may be our own connection that the server still holds for alive.
    if (std::exchange(clashed_, true)) return fail(Error::source_fatal(std::move(error.message)));
  } else if (!error.retriable) {
    return fail(std::move(error));
  }
  retry_log_.failed(what, error.message);
  control_.pause(backoff_.next());
  return {};
}

Result<Checkpoint> Supervisor::load_or_start() {
  auto loaded = settings_.checkpoint->load();
  if (!loaded) return fail(std::move(loaded.error()));
  if (*loaded) {
    if ((*loaded)->name != settings_.name) {
      return fail(
          Error::usage(fmt::format("{} belongs to the connector '{}', not to '{}': give this connector a "
                                   "checkpoint.file of its own, or its old name",
                                   settings_.checkpoint->text(), (*loaded)->name, settings_.name)));
    }
    return std::move(**loaded);
  }
  while (!control_.interrupted()) {
    auto resolved = resolve_start(settings_.source, settings_.start);
    if (!resolved) {
      if (auto again = retry(std::move(resolved.error()), "source"); !again) return fail(std::move(again.error()));
      continue;
    }
    Checkpoint checkpoint;
    checkpoint.name = settings_.name;
    checkpoint.server_uuid = resolved->server_uuid;
    checkpoint.position = resolved->position;
    checkpoint.fingerprint = resolved->fingerprint;
    // Durable before the first event is read: a crash from here on cannot skip anything.
    while (!control_.interrupted()) {
      auto saved = acknowledger_.save(checkpoint);
      if (saved) return checkpoint;
      if (auto again = retry(std::move(saved.error()), "checkpoint"); !again) return fail(std::move(again.error()));
    }
  }
  return fail(Error::source_retriable("interrupted"));
}

Result<ReplicationStream> Supervisor::open_stream(Progress& progress) {
  while (!control_.interrupted()) {
    auto stream = open_replication(settings_.source, progress.resume());
    if (stream) return stream;
    if (auto again = retry(std::move(stream.error()), "source"); !again) return fail(std::move(again.error()));
  }
  return fail(Error::source_retriable("interrupted"));
}

Result<void> Supervisor::prepare_router(const ReplicationStream& stream) {
  if (router_) return {};
  settings_.rules.fold_case = stream.server.lower_case_table_names != 0;
  router_ = std::make_unique<Router>(settings_.rules, topics_);
  selector_ = std::make_unique<CapturedSelector>(*router_, settings_.source);
  for (const Endpoint& endpoint : settings_.source.endpoints) {
    if (endpoint.text() != stream.endpoint) continue;
    auto connection = Connection::open(settings_.source, endpoint);
    if (!connection) return fail(std::move(connection.error()));
    ServerTables tables(**connection);
    if (auto fit = verify_tables(*router_, tables); !fit) return fit;
  }
  return {};
}

Result<void> Supervisor::stream(Delivery& delivery, Progress& progress, const std::vector<KnownShape>& shapes) {
  Reader* reader = nullptr;
  std::unique_ptr<Reader> made;
  const auto tell_totals = [&] {
    if (control_.failed() && !control_.stopping()) return; // the stream is read again
    if (reader != nullptr) {
      spdlog::info("{}", summary(reader->totals(), reader->counters(), encode_warnings_.invalid_text));
    }
  };
  while (!control_.interrupted()) {
    auto stream = open_stream(progress);
    if (!stream) return fail(std::move(stream.error()));
    if (auto prepared = prepare_router(*stream); !prepared) {
      router_.reset();
      if (auto again = retry(std::move(prepared.error()), "source"); !again) return again;
      continue;
    }
    selector_->set_endpoint(stream->endpoint);
    shapes_.reader().use(stream->endpoint, stream->server);
    delivery.set_server(stream->server.uuid);
    progress.set_server(stream->server.uuid);
    if (reader == nullptr) {
      ChangeReader::Options options;
      options.statements = settings_.statements;
      options.ask_shapes = true;
      options.fold_case = stream->server.lower_case_table_names != 0;
      options.shape_advice = kShapeAdvice;
      if (auto started = start_workers(); !started) return started;
      made = std::make_unique<Reader>(*selector_, *router_, encode_warnings_, options, delivery, progress, usage_,
                                      control_, &shapes_, workers_.get());
      reader = made.get();
      if (auto known = reader->know(shapes); !known) return known;
    }
    const Position& place = progress.resume().position;
    spdlog::info("streaming from {}{}{}{}{}", stream->endpoint, place.at.file.empty() ? "" : " at ",
                 place.at.file.empty() ? "" : place.at.text(), place.executed.empty() ? "" : ", behind GTIDs ",
                 place.executed.text());
    if (const auto& undecided = progress.resume().undecided; !undecided.empty()) {
      spdlog::info("reading begins further back, for {} prepared and undecided: the oldest is the {}", undecided.size(),
                   undecided.front().described());
    }
    control_.on_interrupt([this, events = stream->events.get()] {
      events->interrupt();
      shapes_.reader().interrupt();
    });
    Error ended = reader->run(*stream->events, stream->start, stream->by_gtid);
    control_.on_interrupt({});
    if (reader->read_anything()) {
      if (ended.status == ExitStatus::source) { // and not a disk of ours that is full
        backoff_.reset();
        retry_log_.succeeded();
      }
      clashed_ = clashed_ && is_identity_clash(ended);
    }
    if (control_.interrupted()) break;
    if (ended.status == ExitStatus::sink && ended.retriable) {
      control_.fail(std::move(ended));
      break;
    }
    if (auto again = retry(std::move(ended), "source"); !again) {
      tell_totals();
      return again;
    }
  }
  tell_totals();
  return {};
}

Result<void> Supervisor::start_workers() try {
  if (settings_.workers < 2 || workers_ != nullptr) return {};
  workers_ = std::make_unique<EncodeWorkers>(settings_.workers, settings_.rules, topics_, warned_once_, usage_);
  return {};
} catch (const std::system_error& refused) {
  return fail(Error::usage(
      fmt::format("pipeline.workers: {} threads cannot be started ({}): lower it, or raise the limit of threads",
                  settings_.workers, refused.what())));
}

Result<void> Supervisor::drain(Delivery& delivery) {
  const auto begin = control_.stopping() ? control_.stopped_at() : Control::Clock::now();
  const auto end = begin + settings_.shutdown_timeout;
  bool drained = false;
  delivery.interrupt(); // whatever the reason to end is: a receiver that stalls is not waited for beyond the limit
  do {
    delivery.finish(); // a pipe takes what it has room for
    drained = control_.wait_to_drain([&] { return delivery.drained(); },
                                     std::min(end, Control::Clock::now() + kFlushInterval));
  } while (!drained && !control_.failed() && Control::Clock::now() < end);
  auto saved = acknowledger_.save_now();
  if (!drained && !control_.failed()) {
    return fail(
        Error{ExitStatus::unfinished, false,
              fmt::format("{} messages were not acknowledged within {:g} s: they are sent again after a restart",
                          delivery.in_flight(), std::chrono::duration<double>(settings_.shutdown_timeout).count())});
  }
  if (!saved) return fail(Error{ExitStatus::unfinished, false, std::move(saved.error().message)});
  return {};
}

Result<void> Supervisor::with_sink(const Checkpoint& start) {
  const InFlightLimits limits = EncodeWorkers::with_read_ahead(
      {settings_.max_in_flight_messages, settings_.max_in_flight_bytes}, settings_.workers);
  Delivery delivery(start, limits, usage_, control_);
  auto sink = settings_.make_sink(topics_, delivery);
  if (!sink) return fail(std::move(sink.error()));
  delivery.use(std::move(*sink));
  delivery.set_server(start.server_uuid);
  Progress progress(start, [&](const std::string& database, const std::string& table) {
    return delivery.table_index(database, table);
  });
  acknowledger_.attach(delivery);
  auto streamed = stream(delivery, progress, start.shapes);
  Result<void> drained;
  if (!control_.failed()) drained = drain(delivery);
  acknowledger_.detach();
  if (!streamed && !streamed.error().retriable) return streamed; // else it was interrupted
  return drained;
}

Result<void> Supervisor::run() {
  auto checkpoint = load_or_start();
  if (control_.stopping()) return {};
  if (!checkpoint) return fail(std::move(checkpoint.error()));
  acknowledger_.set_newest(*checkpoint);
  Checkpoint failed_at = *checkpoint;
  for (;;) {
    auto ended = with_sink(acknowledger_.newest());
    auto failure = control_.take_failure();
    if (!failure) return ended;
    const Checkpoint reached = acknowledger_.newest();
    const std::string place = reached.position.at.text();
    if (!failure->retriable) {
      return fail(std::move(*failure).in(fmt::format("the position stays at {}", place)));
    }
    if (reached.position != failed_at.position || reached.delivered != failed_at.delivered) {
      sink_backoff_.reset();
      sink_retry_log_.succeeded();
    }
    failed_at = reached;
    if (!control_.stopping()) {
      sink_retry_log_.failed(
          "sink", fmt::format("{}: making the producer anew and reading again from {}", failure->message, place));
      control_.pause(sink_backoff_.next());
    }
    if (control_.stopping()) return fail(Error{ExitStatus::unfinished, false, std::move(failure->message)});
  }
}

} // namespace

Result<void> run_pipeline(PipelineSettings settings) {
  std::signal(SIGPIPE, SIG_IGN);
  return Supervisor(std::move(settings)).run();
}

} // namespace rowferry
