// What the files of the Kafka client share: the one file that includes rdkafka.h, and only kafka_client.cpp,
// kafka_admin.cpp and kafka_conf.cpp include it.
#pragma once

#include <librdkafka/rdkafka.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <rowferry/base/owned.hpp>
#include <string>
#include <vector>

#include "sink/kafka_client.hpp"

namespace rowferry::kafka {

using Conf = Owned<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using Topic = Owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using Queue = Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Producer = Owned<rd_kafka_t, rd_kafka_destroy>;
using Event = Owned<rd_kafka_event_t, rd_kafka_event_destroy>;

inline Code code_of(rd_kafka_resp_err_t error) noexcept { return static_cast<Code>(error); }
inline int millis(std::chrono::milliseconds time) noexcept { return static_cast<int>(time.count()); }

/// Fails (status 2) with librdkafka's complaint about the first property that it does not take.
Result<Conf> make_conf(const Properties& properties);
/// Starts librdkafka's threads. Fails (status 2) where properties contradict each other.
Result<Producer> make_producer(Conf conf);

/// Readable from set() to clear().
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

} // namespace rowferry::kafka
