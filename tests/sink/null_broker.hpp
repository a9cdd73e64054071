// A Kafka broker that takes everything, counts it, and keeps nothing: for benchmarks, and for tests of what
// librdkafka's mock cluster cannot do (topics that do not exist, and their creation).
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sink/kafka_wire.hpp"

namespace rowferry::test {

/// What came in. Read from any thread.
struct BrokerCounts {
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint64_t> batches{0};
  std::atomic<std::uint64_t> batch_bytes{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::int64_t> first_ns{0}; ///< of the steady clock: when the first batch came
  std::atomic<std::int64_t> last_ns{0};  ///< and the last
};

/// One thread of its own. Acknowledges at once, checks no sequence and no checksum.
class NullBroker {
 public:
  struct Settings {
    std::uint16_t port = 0; ///< 0: any free one
    std::int32_t partitions = 4;
    bool every_topic_exists = true;
    std::int16_t create_error = 0; ///< answers CreateTopics, when topics do not exist by themselves
  };

  explicit NullBroker(Settings settings) : settings_(settings) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(settings.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0)
      throw std::runtime_error("null broker: port in use");
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~NullBroker() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(stop_, &one, sizeof one);
    thread_.join();
    for (const auto& [fd, connection] : connections_) ::close(fd);
    ::close(listener_);
    ::close(stop_);
  }
  NullBroker(const NullBroker&) = delete;
  NullBroker& operator=(const NullBroker&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string bootstraps() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] const BrokerCounts& counts() const { return counts_; }
  /// Topics that CreateTopics made, with the partitions asked for (-1: the broker's default).
  [[nodiscard]] std::map<std::string, std::int32_t> created() const {
    const std::lock_guard lock(mutex_);
    return created_;
  }
  /// It answers nothing, and reads no more, until this is let go.
  [[nodiscard]] std::unique_lock<std::mutex> freeze() { return std::unique_lock(frozen_); }
  void forget_topics() {
    const std::lock_guard lock(mutex_);
    created_.clear();
  }

 private:
  std::mutex frozen_;

  enum Api : std::int16_t {
    kProduce = 0,
    kFetch = 1,
    kMetadata = 3,
    kApiVersions = 18,
    kCreateTopics = 19,
    kInitProducerId = 22
  };
  static constexpr std::int16_t kUnknownTopic = 3;
  static constexpr std::int16_t kUnsupportedVersion = 35;
  static constexpr std::size_t kRecordCountOffset = 57; // in a RecordBatch of magic 2
  static constexpr std::size_t kReadBytes = 1 << 20;

  /// Bytes of requests that are not complete yet: [begin, end) of the buffer.
  struct Connection {
    std::vector<char> buffer = std::vector<char>(2 * kReadBytes);
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void serve() {
    for (bool running = true; running;) {
      std::vector<pollfd> waits{{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
      for (const auto& [fd, connection] : connections_) waits.push_back({fd, POLLIN, 0});
      ::poll(waits.data(), waits.size(), -1);
      const std::lock_guard lock(frozen_);
      running = waits[0].revents == 0;
      if (waits[1].revents != 0) accept();
      for (std::size_t i = 2; i < waits.size() && running; ++i) {
        if (waits[i].revents == 0 || read(waits[i].fd, *connections_[waits[i].fd])) continue;
        ::close(waits[i].fd);
        connections_.erase(waits[i].fd);
      }
    }
  }

  void accept() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_[fd] = std::make_unique<Connection>();
  }

  bool read(int fd, Connection& c) {
    if (c.buffer.size() - c.end < kReadBytes) {
      std::memmove(c.buffer.data(), c.buffer.data() + c.begin, c.end - c.begin);
      c.end -= c.begin;
      c.begin = 0;
      if (c.buffer.size() - c.end < kReadBytes) c.buffer.resize(2 * c.buffer.size());
    }
    const ssize_t n = ::recv(fd, c.buffer.data() + c.end, kReadBytes, 0);
    if (n <= 0) return false;
    c.end += static_cast<std::size_t>(n);
    while (c.end - c.begin >= 4) {
      const std::string_view have(c.buffer.data() + c.begin, c.end - c.begin);
      const auto size = WireReader(have).number<std::uint32_t>();
      if (have.size() < 4 + std::size_t{size}) break;
      if (!answer(fd, have.substr(4, size))) return false;
      c.begin += 4 + std::size_t{size};
    }
    if (c.begin == c.end) c.begin = c.end = 0;
    return true;
  }

  bool answer(int fd, std::string_view request) {
    WireReader in(request);
    const auto api = in.number<std::int16_t>();
    const auto version = in.number<std::int16_t>();
    const auto correlation = in.number<std::int32_t>();
    in.string(); // client id
    WireWriter out;
    out.number(correlation);
    counts_.requests.fetch_add(1, std::memory_order_relaxed);
    switch (api) {
      case kProduce:
        produce(in, version, out);
        break;
      case kMetadata:
        metadata(in, out);
        break;
      case kApiVersions:
        api_versions(version, out);
        break;
      case kCreateTopics:
        create_topics(in, out);
        break;
      case kInitProducerId:
        out.number<std::int32_t>(0).number<std::int16_t>(0).number(++producers_).number<std::int16_t>(0);
        break;
      default:
        return false;
    }
    const std::string framed =
        WireWriter().number(static_cast<std::uint32_t>(out.bytes().size())).bytes() + out.bytes();
    return in.ok() && ::send(fd, framed.data(), framed.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(framed.size());
  }

  static void api_versions(std::int16_t version, WireWriter& out) {
    struct Range {
      std::int16_t api, from, to;
    };
    // Fetch is never served: without it librdkafka does not believe in record batches.
    static constexpr Range kRanges[] = {{kProduce, 3, 7},     {kFetch, 4, 4},        {kMetadata, 1, 2},
                                        {kApiVersions, 0, 0}, {kCreateTopics, 0, 4}, {kInitProducerId, 0, 1}};
    out.number<std::int16_t>(version == 0 ? 0 : kUnsupportedVersion)
        .number(static_cast<std::int32_t>(std::size(kRanges)));
    for (const Range& range : kRanges) out.number(range.api).number(range.from).number(range.to);
  }

  void metadata(WireReader& in, WireWriter& out) {
    out.number<std::int32_t>(1).number<std::int32_t>(1).string("127.0.0.1").number<std::int32_t>(port_).null_string();
    out.null_string().number<std::int32_t>(1); // cluster id, controller
    const auto topics = std::max(in.number<std::int32_t>(), 0);
    out.number(topics);
    for (std::int32_t i = 0; i < topics && in.ok(); ++i) {
      const std::string name(in.string());
      const bool exists = settings_.every_topic_exists || created().contains(name);
      out.number<std::int16_t>(exists ? 0 : kUnknownTopic).string(name).number<std::int8_t>(0);
      out.number<std::int32_t>(exists ? settings_.partitions : 0);
      for (std::int32_t p = 0; exists && p < settings_.partitions; ++p) {
        out.number<std::int16_t>(0).number(p).number<std::int32_t>(1);
        for (int list = 0; list < 2; ++list)
          out.number<std::int32_t>(1).number<std::int32_t>(1); // replicas, in-sync ones
      }
    }
  }

  void create_topics(WireReader& in, WireWriter& out) {
    const auto topics = in.number<std::int32_t>();
    std::vector<std::pair<std::string, std::int32_t>> wanted;
    for (std::int32_t i = 0; i < topics && in.ok(); ++i) {
      std::string name(in.string());
      const auto partitions = in.number<std::int32_t>();
      in.number<std::int16_t>(); // replication
      in.number<std::int32_t>(); // assignments: none
      in.number<std::int32_t>(); // configuration: none
      wanted.emplace_back(std::move(name), partitions);
    }
    in.number<std::int32_t>(); // timeout
    const bool validate_only = in.number<std::int8_t>() != 0;
    out.number<std::int32_t>(0).number(topics);
    for (const auto& [name, partitions] : wanted) {
      out.string(name).number(settings_.create_error).null_string();
      if (settings_.create_error != 0 || validate_only) continue;
      const std::lock_guard lock(mutex_);
      created_[name] = partitions;
    }
  }

  void produce(WireReader& in, std::int16_t version, WireWriter& out) {
    in.string();               // transactional id
    in.number<std::int16_t>(); // acks
    in.number<std::int32_t>(); // timeout
    const auto topics = in.number<std::int32_t>();
    out.number(topics);
    for (std::int32_t i = 0; i < topics && in.ok(); ++i) {
      out.string(in.string());
      const auto partitions = in.number<std::int32_t>();
      out.number(partitions);
      for (std::int32_t p = 0; p < partitions && in.ok(); ++p) {
        out.number(in.number<std::int32_t>()).number<std::int16_t>(0).number<std::int64_t>(take(in.bytes()));
        out.number<std::int64_t>(-1);
        if (version >= 5) out.number<std::int64_t>(0);
      }
    }
    out.number<std::int32_t>(0);
  }

  /// Counts a batch; its base offset.
  std::int64_t take(std::string_view batch) {
    const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch().count();
    if (counts_.batches.fetch_add(1, std::memory_order_relaxed) == 0) counts_.first_ns.store(now);
    counts_.last_ns.store(now);
    counts_.batch_bytes.fetch_add(batch.size(), std::memory_order_relaxed);
    if (batch.size() < kRecordCountOffset + 4) return 0;
    const auto records = WireReader(batch.substr(kRecordCountOffset)).number<std::uint32_t>();
    return static_cast<std::int64_t>(counts_.records.fetch_add(records));
  }

  Settings settings_;
  int listener_ = -1;
  int stop_ = ::eventfd(0, EFD_CLOEXEC);
  std::uint16_t port_ = 0;
  BrokerCounts counts_;
  mutable std::mutex mutex_;
  std::map<std::string, std::int32_t> created_;
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::int64_t producers_ = 0;
  std::thread thread_;
};

} // namespace rowferry::test
