// librdkafka's in-process mock cluster, for tests.
#pragma once

#include <librdkafka/rdkafka.h>
// After rdkafka.h, which it needs.
#include <librdkafka/rdkafka_mock.h>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace rowferry::test {

inline constexpr int16_t kProduceRequest = 0;
inline constexpr int16_t kMetadataRequest = 3;
inline constexpr int16_t kInitProducerIdRequest = 22;

/// A record as a consumer sees it.
struct Record {
  std::size_t partition = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::map<std::string, std::string> headers;
  std::int64_t timestamp_ms = 0;
};

/// Topics exist only once they were created here: the sink does not let a broker create them.
class MockCluster {
 public:
  explicit MockCluster(int brokers = 1) {
    owner_ = make(RD_KAFKA_PRODUCER, rd_kafka_conf_new());
    cluster_ = rd_kafka_mock_cluster_new(owner_, brokers);
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(owner_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  [[nodiscard]] std::string bootstraps() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create(const std::string& topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  }
  void set_topic_error(const std::string& topic, rd_kafka_resp_err_t error) {
    rd_kafka_mock_topic_set_error(cluster_, topic.c_str(), error);
  }
  void fail_next(int16_t request, const std::vector<rd_kafka_resp_err_t>& errors) {
    rd_kafka_mock_push_request_errors_array(cluster_, request, errors.size(), errors.data());
  }
  void clear_errors(int16_t request) { rd_kafka_mock_clear_request_errors(cluster_, request); }
  void set_down() { rd_kafka_mock_broker_set_down(cluster_, -1); }
  void set_up() { rd_kafka_mock_broker_set_up(cluster_, -1); }
  /// Answers take this long from now on.
  void set_round_trip_ms(int ms) { rd_kafka_mock_broker_set_rtt(cluster_, -1, ms); }

  /// The first `count` records of the topic, partition by partition in order.
  std::vector<Record> consume(const std::string& topic, int partitions, std::size_t count) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstraps().c_str(), nullptr, 0);
    rd_kafka_t* consumer = make(RD_KAFKA_CONSUMER, conf);
    rd_kafka_topic_t* handle = rd_kafka_topic_new(consumer, topic.c_str(), nullptr);
    rd_kafka_queue_t* queue = rd_kafka_queue_new(consumer);
    for (int p = 0; p < partitions; ++p) rd_kafka_consume_start_queue(handle, p, RD_KAFKA_OFFSET_BEGINNING, queue);
    std::vector<Record> records;
    while (records.size() < count) {
      rd_kafka_message_t* message = rd_kafka_consume_queue(queue, 10000);
      if (message == nullptr) break;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) records.push_back(record_of(*message));
      rd_kafka_message_destroy(message);
    }
    for (int p = 0; p < partitions; ++p) rd_kafka_consume_stop(handle, p);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_destroy(handle);
    rd_kafka_destroy(consumer);
    return records;
  }

 private:
  static rd_kafka_t* make(rd_kafka_type_t type, rd_kafka_conf_t* conf) {
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    rd_kafka_t* handle = rd_kafka_new(type, conf, nullptr, 0);
    if (handle == nullptr) throw std::runtime_error("rd_kafka_new");
    return handle;
  }
  static std::optional<std::string> bytes(const void* data, std::size_t size) {
    if (data == nullptr) return std::nullopt;
    return std::string(static_cast<const char*>(data), size);
  }
  static Record record_of(const rd_kafka_message_t& message) {
    Record record{static_cast<std::size_t>(message.partition),
                  bytes(message.key, message.key_len),
                  bytes(message.payload, message.len),
                  {},
                  0};
    record.timestamp_ms = rd_kafka_message_timestamp(&message, nullptr);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* name = nullptr;
      const void* value = nullptr;
      std::size_t size = 0;
      for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
        record.headers[name] = std::string(static_cast<const char*>(value), size);
      }
    }
    return record;
  }

  rd_kafka_t* owner_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

} // namespace rowferry::test
