#include "sink/kafka_client.hpp"

#include <array>
#include <cstdlib>
#include <type_traits>

#include "sink/kafka_handles.hpp"
#include "sink/kafka_log.hpp"

namespace rowferry::kafka {

namespace {

static_assert(std::is_same_v<TopicHandle, rd_kafka_topic_t*>);
static_assert(static_cast<int>(Code::message_too_large) == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
static_assert(static_cast<int>(Code::invalid_record) == RD_KAFKA_RESP_ERR_INVALID_RECORD);
static_assert(static_cast<int>(Code::local_transport) == RD_KAFKA_RESP_ERR__TRANSPORT);
static_assert(static_cast<int>(Code::local_queue_full) == RD_KAFKA_RESP_ERR__QUEUE_FULL);
static_assert(static_cast<int>(Code::local_authentication) == RD_KAFKA_RESP_ERR__AUTHENTICATION);
static_assert(static_cast<int>(Code::local_fenced) == RD_KAFKA_RESP_ERR__FENCED);

/// Messages handled in one poll(), so that the thread gets to its timers.
constexpr std::size_t kMaxPerPoll = 20000;
/// A report is kept only where its messages take less than this part of the client's queue, in which they still count.
constexpr std::size_t kKeptPart = 100;
/// produceva's fixed arguments: topic, partition, value, opaque, and key, timestamp, headers where there are.
constexpr std::size_t kMaxProduceArguments = 8;

void on_log(const rd_kafka_t*, int level, const char* facility, const char* line) {
  log_client_line(level, facility, line);
}

std::size_t number(const rd_kafka_conf_t* conf, const char* name) {
  std::array<char, 32> value{};
  std::size_t size = value.size();
  rd_kafka_conf_get(conf, name, value.data(), &size);
  return std::strtoull(value.data(), nullptr, 10);
}

/// A view that is not null: librdkafka takes a null pointer for a Kafka null, an empty text is none.
void* data_of(std::string_view text) noexcept { return const_cast<char*>(text.data() == nullptr ? "" : text.data()); }

} // namespace

// Too large a one is let go, and with it the one before: then messages come fast, and should linger.
void Client::State::keep(Event report, std::size_t messages, std::size_t bytes) {
  const bool small = messages * kKeptPart < max_messages && bytes * kKeptPart < max_bytes;
  const std::lock_guard lock(mutex);
  kept_report = keeps_report && small ? std::move(report) : nullptr;
}

std::string_view text(Code code) noexcept { return rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code)); }

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}

Client::~Client() {
  rd_kafka_queue_io_event_enable(state_->events.get(), -1, nullptr, 0);
  state_->let_go();
  state_->topics.clear();
  state_->answers.reset();
  state_->events.reset();
}

Result<std::unique_ptr<Client>> Client::create(const Properties& properties) {
  auto conf = make_conf(properties);
  if (!conf) return fail(std::move(conf.error()));
  rd_kafka_conf_set_log_cb(conf->get(), on_log);
  rd_kafka_conf_set_events(conf->get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);

  auto state = std::make_unique<State>();
  state->max_messages = number(conf->get(), "queue.buffering.max.messages");
  state->max_bytes = number(conf->get(), "queue.buffering.max.kbytes") * 1024;
  auto producer = make_producer(std::move(*conf));
  if (!producer) return fail(std::move(producer.error()).in("sink.kafka"));
  state->producer = std::move(*producer);
  state->events.reset(rd_kafka_queue_get_main(state->producer.get()));
  state->answers.reset(rd_kafka_queue_new(state->producer.get()));
  rd_kafka_queue_io_event_enable(state->events.get(), state->ready.get(), &EventFd::kOne, sizeof EventFd::kOne);
  state->ready.set(); // what came before the line above was not announced
  return std::unique_ptr<Client>(new Client(std::move(state)));
}

TopicHandle Client::open_topic(const std::string& name) {
  return state_->topics.emplace_back(rd_kafka_topic_new(state_->producer.get(), name.c_str(), nullptr)).get();
}

Code Client::produce(TopicHandle topic, std::int32_t partition, const Message& message, std::uint64_t opaque) noexcept {
  void* const value = message.has_value ? data_of(message.value) : nullptr;
  void* const key = message.has_key ? data_of(message.key) : nullptr;
  void* const tag = reinterpret_cast<void*>(opaque); // NOLINT(performance-no-int-to-ptr): an opaque number
  if (message.headers.empty() && message.timestamp_ms == 0) {
    if (rd_kafka_produce(topic, partition, 0, value, message.value.size(), key, message.key.size(), tag) == 0)
      return Code::ok;
    return state_->not_taken(rd_kafka_last_error());
  }

  std::array<rd_kafka_vu_t, kMaxProduceArguments> arguments; // of which those in use are filled
  std::size_t count = 0;
  const auto next = [&](rd_kafka_vtype_t type) -> auto& {
    arguments[count].vtype = type;
    return arguments[count++].u;
  };
  next(RD_KAFKA_VTYPE_RKT).rkt = topic;
  next(RD_KAFKA_VTYPE_PARTITION).i32 = partition;
  next(RD_KAFKA_VTYPE_OPAQUE).ptr = tag;
  next(RD_KAFKA_VTYPE_VALUE).mem = {value, message.value.size()};
  next(RD_KAFKA_VTYPE_KEY).mem = {key, message.key.size()};
  if (message.timestamp_ms != 0) next(RD_KAFKA_VTYPE_TIMESTAMP).i64 = message.timestamp_ms;
  Owned<rd_kafka_headers_t, rd_kafka_headers_destroy> headers;
  if (!message.headers.empty()) {
    headers.reset(rd_kafka_headers_new(message.headers.size()));
    for (const Header& header : message.headers) {
      rd_kafka_header_add(headers.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                          data_of(header.value), static_cast<ssize_t>(header.value.size()));
    }
    next(RD_KAFKA_VTYPE_HEADERS).headers = headers.get();
  }
  const Owned<rd_kafka_error_t, rd_kafka_error_destroy> error(
      rd_kafka_produceva(state_->producer.get(), arguments.data(), count));
  if (error != nullptr) return state_->not_taken(rd_kafka_error_code(error.get()));
  std::ignore = headers.release(); // now the message's
  return Code::ok;
}

bool Client::flush(std::chrono::milliseconds timeout) noexcept {
  return rd_kafka_flush(state_->producer.get(), millis(timeout)) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Client::keep_last_report(bool keep) noexcept {
  const std::lock_guard lock(state_->mutex);
  state_->keeps_report = keep;
  if (!keep) state_->kept_report.reset();
}

void Client::let_report_go() noexcept { state_->let_go(); }

bool Client::queue_fits(std::size_t copies, std::size_t bytes, bool if_empty) const noexcept {
  // Counts messages whose report was not handled yet, too: never less than librdkafka counts.
  const std::size_t queued = if_empty ? 0 : static_cast<std::size_t>(rd_kafka_outq_len(state_->producer.get()));
  const bool fit =
      (state_->max_messages == 0 || queued + copies <= state_->max_messages) && copies * bytes <= state_->max_bytes;
  if (!fit) state_->let_go();
  return fit;
}

int Client::ready_fd() const noexcept { return state_->ready.get(); }

namespace {

struct Reported {
  std::size_t messages = 0;
  std::size_t bytes = 0;
};

Reported report_deliveries(rd_kafka_event_t* event, Events& events) {
  Reported all{rd_kafka_event_message_count(event), 0};
  while (const rd_kafka_message_t* const message = rd_kafka_event_message_next(event)) {
    const auto opaque = reinterpret_cast<std::uint64_t>(message->_private);
    const std::size_t bytes = message->len + message->key_len;
    all.bytes += bytes;
    const bool refused = message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!refused && message->offset >= 0) {
      events.on_delivered(opaque, bytes);
      continue;
    }
    const Refusal place{code_of(message->err), rd_kafka_topic_name(message->rkt), message->partition, bytes,
                        all.messages};
    if (refused) {
      events.on_refused(opaque, place);
    } else {
      events.on_presumed(opaque, place); // a broker's acknowledgement says at which offset
    }
  }
  return all;
}

void report_error(rd_kafka_event_t* event, Events& events) {
  const Code code = code_of(rd_kafka_event_error(event));
  const char* const reason = rd_kafka_event_error_string(event);
  if (rd_kafka_event_error_is_fatal(event) != 0) {
    events.on_fatal(code, reason);
  } else {
    events.on_broker_error(code, reason);
  }
}

} // namespace

std::size_t Client::poll(std::chrono::milliseconds timeout, Events& events) {
  state_->ready.clear();
  std::size_t done = 0;
  while (done < kMaxPerPoll) {
    Event event(rd_kafka_queue_poll(state_->events.get(), done == 0 ? millis(timeout) : 0));
    if (event == nullptr) return done;
    switch (rd_kafka_event_type(event.get())) {
      case RD_KAFKA_EVENT_DR: {
        const Reported all = report_deliveries(event.get(), events);
        done += all.messages;
        state_->keep(std::move(event), all.messages, all.bytes);
        break;
      }
      case RD_KAFKA_EVENT_ERROR:
        report_error(event.get(), events);
        break;
      default:
        break;
    }
    timeout = std::chrono::milliseconds::zero();
  }
  state_->ready.set(); // there may be more
  return done;
}

} // namespace rowferry::kafka
