// A librdkafka producer, as little of it as the sink needs. Only kafka_handles.hpp includes rdkafka.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/encode/message.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sink/kafka_code.hpp"

struct rd_kafka_topic_s;

namespace rowferry::kafka {

/// Set in this order: a later one overrides an earlier one, also under another of its names.
using Properties = std::vector<std::pair<std::string, std::string>>;
/// Borrowed from the Client that made it.
using TopicHandle = rd_kafka_topic_s*;

/// Told by Client::poll(), on its thread.
class Events {
 public:
  virtual ~Events() = default;
  /// A copy of `bytes` (key and value) is durable.
  virtual void on_delivered(std::uint64_t opaque, std::size_t bytes) noexcept = 0;
  /// A copy is not, and will not be tried again. librdkafka lets go of its bytes before this.
  virtual void on_refused(std::uint64_t opaque, const Refusal& refusal) noexcept = 0;
  /// librdkafka takes a copy for delivered although the broker refused it: a later one of its partition was taken. No
  /// broker has said that it is there (docs/adr/0008).
  virtual void on_presumed(std::uint64_t opaque, const Refusal& refusal) noexcept = 0;
  /// A connection failed; librdkafka tries again by itself.
  virtual void on_broker_error(Code code, std::string_view reason) noexcept = 0;
  /// The producer is dead for the reason `code`. With local_gapless the refused message that killed it is reported
  /// apart.
  virtual void on_fatal(Code code, std::string_view reason) noexcept = 0;
};

struct TopicMetadata {
  Code code = Code::ok;
  std::int32_t partitions = 0;
  std::int32_t without_leader = 0;
};

struct NewTopic {
  std::string name;
  std::optional<int> partitions; ///< unset: the broker's default
  std::optional<int> replication;
  bool validate_only = false;
};

/// An answer to an admin request.
struct Answer {
  Code code = Code::ok;
  std::string reason;
};

/// produce() and what asks the brokers on the reader, poll() on the acknowledger, flush() on any thread.
class Client {
 public:
  /// Connects in the background. Fails (status 2) for properties only.
  static Result<std::unique_ptr<Client>> create(const Properties& properties);
  /// Closes connections and joins librdkafka's threads, without waiting for deliveries: messages under way are dropped
  /// without a report, and nobody reads their bytes any more.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The reader:

  TopicHandle open_topic(const std::string& name);
  /// Takes one copy of the message for `partition` (-1: the partitioner's choice). The value is borrowed until the
  /// report of `opaque`; key and headers are copied. Does not wait. local_queue_full: nothing was taken, and so for any
  /// code but ok.
  Code produce(TopicHandle topic, std::int32_t partition, const Message& message, std::uint64_t opaque) noexcept;
  /// Any thread: while it waits, up to `timeout`, for everything produced to be done with (which poll() finds out),
  /// nothing lingers. True when it is.
  bool flush(std::chrono::milliseconds timeout) noexcept;
  /// Any thread: from now on (or no more) poll() leaves the last report that it told of undone in librdkafka until the
  /// next one comes, so that flush() goes on between messages that come one by one. Not where that would take a
  /// hundredth of the client's queue or more; and where the queue is full, it gives way.
  void keep_last_report(bool keep) noexcept;
  /// Any thread: what is kept now is done with.
  void let_report_go() noexcept;
  /// True when `copies` of `bytes` each fit into the queue as configured, or would if it were empty. Else the kept
  /// report is let go.
  [[nodiscard]] bool queue_fits(std::size_t copies, std::size_t bytes, bool if_empty) const noexcept;
  /// What a broker says of the topic. nullopt: no answer within `timeout`; `failure` says why not.
  std::optional<TopicMetadata> ask_topic(TopicHandle topic, std::chrono::milliseconds timeout, Code& failure);
  /// Whether the leader of each of the topic's partitions takes requests for it; nullopt: the brokers cannot be asked.
  std::optional<bool> ask_leaders(const std::string& topic, std::int32_t partitions, std::chrono::milliseconds timeout);
  /// Number of brokers, or nullopt as above.
  std::optional<std::size_t> ask_brokers(std::chrono::milliseconds timeout, Code& failure);
  /// Asks for the topic to be made; the answer comes by take_answer(). Forgets an earlier request.
  void request_topic(const NewTopic& topic, std::chrono::milliseconds timeout);
  std::optional<Answer> take_answer(std::chrono::milliseconds timeout);

  // The acknowledger:

  /// Tells `events` what happened, waiting up to `timeout` for the first. Returns how many copies were delivered or
  /// refused.
  std::size_t poll(std::chrono::milliseconds timeout, Events& events);
  /// Readable when poll() has something to do.
  [[nodiscard]] int ready_fd() const noexcept;

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// librdkafka's own complaint about one property, without contacting a broker; empty: fine. `unknown` is set for a name
/// that it does not know.
std::string property_problem(const std::string& name, const std::string& value, bool& unknown);
/// Its complaint about the whole set (limits that contradict each other, key files that cannot be read); empty: fine.
std::string properties_problem(const Properties& properties);
/// All names it knows, aliases included.
std::vector<std::string> property_names();

} // namespace rowferry::kafka
