#include "sink/kafka_topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace rowferry::kafka {

using std::chrono::milliseconds;

namespace {

/// How soon an interrupt is noticed.
constexpr milliseconds kSlice{200};
/// A broker that is connected may take this long to answer before it is asked again.
constexpr milliseconds kMaxAnswer{5000};
constexpr milliseconds kCreateTimeout{10000};
/// Leaders of a new topic that are not ready by then are left to the producer's own retries.
constexpr milliseconds kLeadersReady{10000};
/// A broker that has just started may not know of a topic yet: asked this often before "missing" is believed.
constexpr int kMissingAnswers = 4;

} // namespace

TopicMaker::TopicMaker(Client& client, TopicSettings settings, std::function<void(std::string)> on_wait)
    : client_(client),
      settings_(settings),
      on_wait_(std::move(on_wait)),
      backoff_(milliseconds(100), milliseconds(2000)) {}

Result<TopicMaker::Ready> TopicMaker::open(const std::string& name) {
  backoff_.reset();
  const TopicHandle handle = client_.open_topic(name);
  bool is_new = false;
  for (int missing = 0;;) {
    const auto about = ask(handle, name);
    if (!about) return fail(about.error());
    if (about->code == Code::ok && about->partitions > 0) {
      if (is_new) {
        if (auto led = await_leaders(name, about->partitions); !led) return fail(std::move(led.error()));
      }
      on_wait_({});
      return Ready{handle, about->partitions};
    }
    if (refuses_for_good(about->code)) {
      return fail(topic_refusal_error(name, about->code));
    }
    if (about->code == Code::unknown_topic_or_partition) {
      if (settings_.create) {
        const auto made = create(name);
        if (!made) return fail(made.error());
        is_new = true;
        if (*made) continue;
      } else if (++missing == kMissingAnswers) {
        return fail(missing_topic_error(name));
      }
    }
    if (auto waited = wait(name, "not ready", text(about->code)); !waited) return fail(std::move(waited.error()));
  }
}

Result<std::int32_t> TopicMaker::count_partitions(TopicHandle handle, const std::string& name) {
  backoff_.reset();
  while (true) {
    const auto about = ask(handle, name);
    if (!about) return fail(about.error());
    if (about->code == Code::ok && about->partitions > 0) {
      on_wait_({});
      return about->partitions;
    }
    if (about->code == Code::unknown_topic_or_partition) {
      return fail(Error::sink_retriable(fmt::format("topic {} is gone", name)));
    }
    if (refuses_for_good(about->code)) {
      return fail(topic_refusal_error(name, about->code));
    }
    if (auto waited = wait(name, "not ready", text(about->code)); !waited) return fail(std::move(waited.error()));
  }
}

Result<TopicMetadata> TopicMaker::ask(TopicHandle handle, const std::string& name) {
  for (milliseconds patience = kSlice;;) {
    if (interrupted()) return fail(interrupted_error(name));
    Code failure = Code::ok;
    if (const auto about = client_.ask_topic(handle, patience, failure)) return *about;
    on_wait_(fmt::format("looking up topic {}: {}", name, text(failure)));
    // No broker to ask: go on looking for one in short slices. A slow one: give it longer.
    if (failure == Code::local_timed_out) patience = std::min(2 * patience, kMaxAnswer);
  }
}

Result<bool> TopicMaker::create(const std::string& name) {
  client_.request_topic({name, settings_.partitions, settings_.replication}, kCreateTimeout);
  const auto answer = await_answer(name);
  if (!answer) return fail(answer.error());
  if (answer->code == Code::ok) return true;
  if (answer->code == Code::topic_already_exists) return false; // the broker we asked does not know of it yet
  if (refuses_for_good(answer->code)) return fail(creation_error(name, *answer));
  on_wait_(fmt::format("topic {} cannot be created yet: {}", name, answer->reason));
  return false;
}

Result<Answer> TopicMaker::await_answer(const std::string& name) {
  while (!interrupted()) {
    if (auto answer = client_.take_answer(kSlice)) return std::move(*answer);
    on_wait_(fmt::format("creating topic {}", name));
  }
  return fail(interrupted_error(name));
}

Result<void> TopicMaker::await_leaders(const std::string& name, std::int32_t partitions) {
  const auto end = std::chrono::steady_clock::now() + kLeadersReady;
  while (std::chrono::steady_clock::now() < end) {
    const auto ready = client_.ask_leaders(name, partitions, kSlice);
    if (!ready || *ready) break;
    if (auto waited = wait(name, "not ready", "its partitions have no leader yet"); !waited) return waited;
  }
  backoff_.reset();
  return {};
}

Result<void> TopicMaker::wait(const std::string& name, std::string_view what, std::string_view why) {
  on_wait_(fmt::format("topic {} {}: {}", name, what, why));
  for (milliseconds left = backoff_.next(); left.count() > 0; left -= kSlice) {
    if (interrupted()) return fail(interrupted_error(name));
    std::this_thread::sleep_for(std::min(left, kSlice));
  }
  return {};
}

Error TopicMaker::interrupted_error(const std::string& name) const {
  return Error::sink_retriable(fmt::format("topic {}: interrupted before it was ready", name));
}

Error creation_error(const std::string& topic, const Answer& answer) {
  std::string message = fmt::format("topic {} cannot be created: {}", topic, text(answer.code));
  if (!answer.reason.empty() && answer.reason != text(answer.code)) message += fmt::format(" ({})", answer.reason);
  if (const std::string_view what = advice(answer.code); !what.empty()) message += fmt::format("; {}", what);
  return Error::sink_fatal(std::move(message));
}

Error topic_refusal_error(const std::string& topic, Code code) {
  const std::string_view what = advice(code);
  return Error::sink_fatal(fmt::format("topic {}: {}{}{}", topic, text(code), what.empty() ? "" : "; ", what));
}

Error missing_topic_error(const std::string& topic) {
  return Error::sink_fatal(fmt::format(
      "topic {} does not exist and sink.topics.create is false; create it, or leave out that option", topic));
}

} // namespace rowferry::kafka
