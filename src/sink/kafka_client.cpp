#include "sink/kafka_client.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <librdkafka/rdkafka.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <rowferry/base/owned.hpp>
#include <type_traits>

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

using Conf = Owned<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using Topic = Owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using Queue = Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Producer = Owned<rd_kafka_t, rd_kafka_destroy>;
using Event = Owned<rd_kafka_event_t, rd_kafka_event_destroy>;

Code code_of(rd_kafka_resp_err_t error) noexcept { return static_cast<Code>(error); }
int millis(std::chrono::milliseconds time) noexcept { return static_cast<int>(time.count()); }

class EventFd {
 public:
  EventFd() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~EventFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  EventFd(const EventFd&) = delete;
  EventFd& operator=(const EventFd&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }
  void clear() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto n = ::read(fd_, &count, sizeof count);
  }
  void set() const noexcept { [[maybe_unused]] const auto n = ::write(fd_, &kOne, sizeof kOne); }
  static constexpr std::uint64_t kOne = 1;

 private:
  int fd_;
};

void on_log(const rd_kafka_t*, int level, const char* facility, const char* line) {
  log_client_line(level, facility, line);
}

Result<Conf> make_conf(const Properties& properties) {
  Conf conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) {
      return fail(Error::usage(fmt::format("sink.kafka.{}: {}", name, why.data())));
    }
  }
  return conf;
}

Result<Producer> make_producer(Conf conf) {
  std::array<char, 512> why{};
  rd_kafka_t* const handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size());
  if (handle == nullptr) return fail(Error::usage(why.data()));
  std::ignore = conf.release(); // now the producer's
  return Producer(handle);
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

struct Client::State {
  EventFd ready;
  std::size_t max_messages = 0;
  std::size_t max_bytes = 0;
  Producer producer;
  Queue events;
  Queue answers;

  std::mutex mutex; // of the two below
  bool keeps_report = false;
  Event kept_report; // its messages' values are nobody's any more, and are not read

  void keep(Event report, std::size_t messages, std::size_t bytes);
  void let_go() {
    const std::lock_guard lock(mutex);
    kept_report.reset();
  }
  /// Where the queue is full, what is kept gives way.
  Code not_taken(rd_kafka_resp_err_t error) {
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) let_go();
    return code_of(error);
  }

  std::vector<Topic> topics;
  std::string requested; // the topic of the last request_topic()
};

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

std::optional<TopicMetadata> Client::ask_topic(TopicHandle topic, std::chrono::milliseconds timeout, Code& failure) {
  const rd_kafka_metadata_t* raw = nullptr;
  failure = code_of(rd_kafka_metadata(state_->producer.get(), 0, topic, &raw, millis(timeout)));
  const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata(raw);
  if (failure != Code::ok || metadata->topic_cnt != 1) return std::nullopt;
  const rd_kafka_metadata_topic_t& about = metadata->topics[0];
  TopicMetadata result{code_of(about.err), about.partition_cnt, 0};
  for (int i = 0; i < about.partition_cnt; ++i) result.without_leader += about.partitions[i].leader < 0 ? 1 : 0;
  return result;
}

std::optional<bool> Client::ask_leaders(const std::string& topic, std::int32_t partitions,
                                        std::chrono::milliseconds timeout) {
  const Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy> ends(
      rd_kafka_topic_partition_list_new(partitions));
  for (std::int32_t i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(ends.get(), topic.c_str(), i)->offset = RD_KAFKA_OFFSET_END;
  }
  const auto asked = rd_kafka_offsets_for_times(state_->producer.get(), ends.get(), millis(timeout));
  if (asked == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE || asked == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    return std::nullopt;
  }
  bool all = asked == RD_KAFKA_RESP_ERR_NO_ERROR;
  for (int i = 0; i < ends->cnt; ++i) all &= ends->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR;
  return all;
}

std::optional<std::size_t> Client::ask_brokers(std::chrono::milliseconds timeout, Code& failure) {
  const rd_kafka_metadata_t* raw = nullptr;
  failure = code_of(rd_kafka_metadata(state_->producer.get(), 0, nullptr, &raw, millis(timeout)));
  const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata(raw);
  if (failure != Code::ok) return std::nullopt;
  return static_cast<std::size_t>(metadata->broker_cnt);
}

void Client::request_topic(const NewTopic& topic, std::chrono::milliseconds timeout) {
  state_->requested = topic.name;
  std::array<char, 512> why{};
  const Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy> wanted(rd_kafka_NewTopic_new(
      topic.name.c_str(), topic.partitions.value_or(-1), topic.replication.value_or(-1), why.data(), why.size()));
  const Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy> options(
      rd_kafka_AdminOptions_new(state_->producer.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), millis(timeout), why.data(), why.size());
  rd_kafka_AdminOptions_set_validate_only(options.get(), topic.validate_only ? 1 : 0, why.data(), why.size());
  rd_kafka_NewTopic_t* list = wanted.get();
  rd_kafka_CreateTopics(state_->producer.get(), &list, 1, options.get(), state_->answers.get());
}

std::optional<Answer> Client::take_answer(std::chrono::milliseconds timeout) {
  const Event event(rd_kafka_queue_poll(state_->answers.get(), millis(timeout)));
  if (event == nullptr) return std::nullopt;
  const auto reason = [](const char* text) { return std::string(text == nullptr ? "" : text); };
  if (const auto error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Answer{code_of(error), reason(rd_kafka_event_error_string(event.get()))};
  }
  std::size_t count = 0;
  const auto* const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  // An answer to an earlier request, which nobody waits for any more.
  if (count != 1 || rd_kafka_topic_result_name(results[0]) != state_->requested) return std::nullopt;
  return Answer{code_of(rd_kafka_topic_result_error(results[0])),
                reason(rd_kafka_topic_result_error_string(results[0]))};
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

std::string property_problem(const std::string& name, const std::string& value, bool& unknown) {
  const Conf conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  const rd_kafka_conf_res_t result = rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size());
  unknown = result == RD_KAFKA_CONF_UNKNOWN;
  return result == RD_KAFKA_CONF_OK ? "" : why.data();
}

std::string properties_problem(const Properties& properties) {
  constexpr std::array<std::string_view, 3> kPeers{"bootstrap.servers", "metadata.broker.list",
                                                   "test.mock.num.brokers"};
  Properties nowhere = properties;
  std::erase_if(nowhere,
                [&](const auto& one) { return std::find(kPeers.begin(), kPeers.end(), one.first) != kPeers.end(); });
  auto conf = make_conf(nowhere);
  if (!conf) return conf.error().message;
  rd_kafka_conf_set_log_cb(conf->get(), [](const rd_kafka_t*, int, const char*, const char*) {});
  const auto producer = make_producer(std::move(*conf));
  return producer ? "" : producer.error().message;
}

std::vector<std::string> property_names() {
  char* table = nullptr;
  std::size_t size = 0;
  std::FILE* const file = ::open_memstream(&table, &size);
  if (file == nullptr) return {};
  rd_kafka_conf_properties_show(file);
  std::fclose(file);
  const std::unique_ptr<char, Deleter<std::free>> owner(table);
  // A property a line, its name before the first '|'; headings and rules do not begin with a small letter.
  std::vector<std::string> names;
  for (std::string_view rest(table, size); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view name = line.substr(0, line.find_first_of(" |"));
    const bool is_name = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
    if (is_name && line.find('|') != std::string_view::npos) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

} // namespace rowferry::kafka
