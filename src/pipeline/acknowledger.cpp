#include "pipeline/acknowledger.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "pipeline/old_prepares.hpp"

namespace rowferry {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = Control::Clock;

constexpr auto kStateLogInterval = std::chrono::seconds(20); // CONTRACT section 3: at least every 30 s
/// After few acknowledgements, which then do not wake the thread one by one.
constexpr auto kRest = std::chrono::milliseconds(5);
constexpr auto kGrace = std::chrono::seconds(1); // for a reader that ends by itself at the limit

/// Blocks, or lets through again, in this thread and in those that it starts, the signals that State waits for.
void block_signals(bool block) noexcept {
  sigset_t ours;
  sigemptyset(&ours);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ours, number);
  pthread_sigmask(block ? SIG_BLOCK : SIG_UNBLOCK, &ours, nullptr);
}

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

} // namespace

// Everything here runs on the Asio thread; call() brings the reader's requests there.
struct Acknowledger::State {
  State(Settings s, Control& c)
      : settings(std::move(s)),
        control(c),
        old_prepares(settings.prepared_too_long),
        signals(context, SIGTERM, SIGINT, SIGHUP),
        tick(context),
        limit(context),
        rest(context),
        ready(context) {}

  template <class Action>
  auto call(Action action) {
    std::packaged_task<decltype(action())()> task(std::move(action));
    auto result = task.get_future();
    asio::post(context, [&task] { task(); });
    return result.get();
  }

  /// A bug here must end the process as one in the reader's thread does.
  void run() {
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& bug) {
        control.fail(Error::internal(bug.what()));
        if (delivery != nullptr) delivery->interrupt();
      }
    }
  }

  void wait_for_signal() {
    signals.async_wait([this](error_code failed, int number) {
      if (failed) return;
      if (number == SIGHUP) {
        if (settings.reopen_logs) settings.reopen_logs();
        spdlog::info("SIGHUP: logs reopened");
      } else if (control.stopping()) {
        spdlog::warn("second signal: stopping at once; what is unacknowledged is sent again after a restart");
        end_now(ExitStatus::unfinished);
      } else {
        spdlog::info("{}: stopping: delivering what was read", number == SIGTERM ? "SIGTERM" : "SIGINT");
        control.stop();
        if (delivery != nullptr) delivery->interrupt();
        end_at_limit();
      }
      wait_for_signal();
    });
  }

  [[noreturn]] static void end_now(ExitStatus status) {
    spdlog::default_logger()->flush();
    std::_Exit(static_cast<int>(status));
  }

  // The reader may be in a call that nothing interrupts: a login, a name look-up, a query. A stop does not wait for it.
  void end_at_limit() {
    limit.expires_after(settings.shutdown_timeout + kGrace);
    limit.async_wait([this](error_code failed) {
      if (failed) return;
      if (delivery != nullptr) delivery->poll();
      const auto saved = take_and_save();
      if (!saved) spdlog::error("{}", saved.error().message); // nobody is left to return it to
      const std::uint64_t unacknowledged = delivery == nullptr ? 0 : delivery->in_flight();
      spdlog::warn("shutdown.timeout is over: not waiting for MySQL any longer; {} messages were not acknowledged",
                   unacknowledged);
      end_now(saved && unacknowledged == 0 ? ExitStatus::done : ExitStatus::unfinished);
    });
  }

  void wait_for_tick() {
    tick.expires_after(settings.checkpoint_interval);
    tick.async_wait([this](error_code failed) {
      if (failed) return;
      if (delivery != nullptr) {
        delivery->poll();
        report_sink();
      }
      static_cast<void>(take_and_save());
      for (const std::string& line : old_prepares.look(newest.undecided, now_us())) spdlog::warn("{}", line);
      wait_for_tick();
    });
  }

  void wait_until_ready() {
    ready.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code failed) {
      if (failed || delivery == nullptr) return;
      if (delivery->poll()) return wait_until_ready();
      rest.expires_after(kRest);
      rest.async_wait([this](error_code ended) {
        if (!ended && delivery != nullptr) wait_until_ready();
      });
    });
  }

  void report_sink() {
    const SinkStatus status = delivery->status();
    const auto now = Clock::now();
    if (!status.connected && (sink_connected || now - sink_reported >= kStateLogInterval)) {
      spdlog::warn("{}", status.text);
      sink_reported = now;
    } else if (status.connected && !sink_connected) {
      spdlog::info("the sink is reachable again");
    }
    sink_connected = status.connected;
  }

  Result<void> take_and_save() {
    std::uint64_t delivered = 0;
    if (delivery != nullptr) {
      if (auto taken = delivery->take()) {
        newest = std::move(*taken);
        unsaved = true;
      }
      delivered = delivery->delivered_count();
    }
    if (!unsaved) return {};
    newest.name = settings.name;
    newest.saved_at_us = now_us();
    auto saved = settings.store.save(newest);
    if (delivery != nullptr) delivery->set_durable(delivered, !saved.has_value());
    control.notify();
    if (saved) {
      if (std::exchange(save_fails, false)) {
        spdlog::info("the checkpoint is saved again at {}", newest.position.at.text());
      }
      unsaved = false;
      return {};
    }
    if (!saved.error().retriable) {
      control.fail(saved.error());
      if (delivery != nullptr) delivery->interrupt();
      return saved;
    }
    const auto now = Clock::now();
    if (!save_fails || now - save_reported >= kStateLogInterval) {
      spdlog::warn("{}; trying again; reading goes on until the in-flight limit is reached", saved.error().message);
      save_reported = now;
    }
    save_fails = true;
    return saved;
  }

  Settings settings;
  Control& control;
  OldPrepares old_prepares;
  asio::io_context context{1};
  asio::signal_set signals;
  asio::steady_timer tick;
  asio::steady_timer limit; // of a stop
  asio::steady_timer rest;
  asio::posix::stream_descriptor ready;
  Delivery* delivery = nullptr;
  Checkpoint newest;
  bool unsaved = false;
  bool save_fails = false;
  bool sink_connected = true;
  Clock::time_point save_reported{};
  Clock::time_point sink_reported{};
  std::thread thread;
};

Acknowledger::Acknowledger(Settings settings, Control& control)
    : state_(std::make_unique<State>(std::move(settings), control)) {
  state_->wait_for_signal();
  state_->wait_for_tick();
  // A signal that reaches the reader interrupts its read, which the client library takes for a broken connection.
  block_signals(true);
  state_->thread = std::thread([state = state_.get()] {
    ::pthread_setname_np(::pthread_self(), "acknowledger"); // for whoever looks at it: top -H, bench/drain
    block_signals(false);
    state->run();
  });
}

Acknowledger::~Acknowledger() {
  asio::post(state_->context, [state = state_.get()] { state->context.stop(); });
  state_->thread.join();
  block_signals(false);
}

void Acknowledger::attach(Delivery& delivery) {
  State& s = *state_;
  s.call([&s, &delivery] {
    s.delivery = &delivery;
    s.sink_connected = true;
    s.ready.assign(::dup(delivery.ready_fd()));
    s.wait_until_ready();
  });
}

void Acknowledger::detach() {
  State& s = *state_;
  s.call([&s] {
    if (s.delivery == nullptr) return;
    s.delivery->poll();
    static_cast<void>(s.take_and_save());
    s.delivery = nullptr;
    s.rest.cancel();
    if (s.ready.is_open()) s.ready.close();
  });
}

Result<void> Acknowledger::save_now() {
  State& s = *state_;
  return s.call([&s]() -> Result<void> {
    if (s.delivery != nullptr) s.delivery->poll();
    return s.take_and_save();
  });
}

Result<void> Acknowledger::save(Checkpoint checkpoint) {
  State& s = *state_;
  return s.call([&s, &checkpoint]() -> Result<void> {
    s.newest = std::move(checkpoint);
    s.unsaved = true;
    return s.take_and_save();
  });
}

Checkpoint Acknowledger::newest() {
  State& s = *state_;
  return s.call([&s] { return s.newest; });
}

void Acknowledger::set_newest(Checkpoint checkpoint) {
  State& s = *state_;
  s.call([&s, &checkpoint] { s.newest = std::move(checkpoint); });
}

} // namespace rowferry
