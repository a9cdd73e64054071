#include <gmock/gmock.h>
#include <poll.h>

#include <array>
#include <memory>
#include <rowferry/sink/sinks.hpp>
#include <thread>

#include "sink/mock_cluster.hpp"
#include "sink/sink_driver.hpp"

namespace rowferry {
namespace {

using std::chrono::milliseconds;
using test::kProduceRequest;
using test::poll_until;
using test::sorted;
using test::submit;
using test::tokens_up_to;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class KafkaSinkTest : public testing::Test {
 protected:
  KafkaSinkTest() {
    cluster_.create("shop.orders", 4);
    orders_ = topics_.intern("shop.orders");
    settings_.client_name = "test";
    settings_.properties = {{"bootstrap.servers", cluster_.bootstraps()}};
    settings_.topics.create = false; // the mock has no CreateTopics
  }
  ~KafkaSinkTest() override {
    sink_.reset();
    EXPECT_EQ(maker_.chunks(), 1) << "chunks still borrowed after the sink is gone";
  }

  Sink& sink() {
    if (!sink_) {
      auto made = make_kafka_sink(settings_, topics_, listener_);
      if (!made) throw std::runtime_error(made.error().message);
      sink_ = std::move(*made);
    }
    return *sink_;
  }
  Message order(std::string_view key, std::string_view value) {
    Message message = maker_.make(key, value);
    message.topic = orders_;
    return message;
  }
  bool wait_for(std::size_t delivered) {
    return poll_until(sink(), [&] { return listener_.tokens.size() >= delivered || !listener_.failures.empty(); });
  }

  test::MockCluster cluster_;
  Topics topics_;
  TopicId orders_ = 0;
  KafkaSettings settings_;
  test::Listener listener_;
  test::MessageMaker maker_;
  std::unique_ptr<Sink> sink_;
};

TEST_F(KafkaSinkTest, DeliversKeyValueHeadersAndNulls) {
  const std::array<Header, 2> headers{Header{"id", "a-1"}, Header{"type", ""}};
  Message with_headers = order("k1", "v1");
  with_headers.headers = headers;
  with_headers.timestamp_ms = 1700000000123;
  Message tombstone = order("k2", "");
  tombstone.has_value = false;
  Message keyless = order("", "v3");
  keyless.has_key = false;
  const Message empty = order("", "");

  Token token = 0;
  for (Message message : {with_headers, tombstone, keyless, empty}) {
    message.partition = static_cast<std::int32_t>(token);
    ASSERT_TRUE(submit(sink(), message, ++token));
  }
  ASSERT_TRUE(wait_for(4));
  EXPECT_EQ(sorted(listener_.tokens), tokens_up_to(4));

  std::array<test::Record, 4> by_partition;
  for (const test::Record& record : cluster_.consume("shop.orders", 4, 4)) by_partition.at(record.partition) = record;
  EXPECT_EQ(by_partition[0].key, "k1");
  EXPECT_EQ(by_partition[0].value, "v1");
  EXPECT_EQ(by_partition[0].timestamp_ms, 1700000000123);
  EXPECT_THAT(by_partition[0].headers, ElementsAre(Pair("id", "a-1"), Pair("type", "")));
  EXPECT_EQ(by_partition[1].key, "k2");
  EXPECT_EQ(by_partition[1].value, std::nullopt);
  EXPECT_EQ(by_partition[2].key, std::nullopt);
  EXPECT_EQ(by_partition[2].value, "v3");
  EXPECT_EQ(by_partition[3].key, "");
  EXPECT_EQ(by_partition[3].value, "");
}

// Partitions that Java's DefaultPartitioner chooses: toPositive(murmur2(key)) % 4.
TEST_F(KafkaSinkTest, PutsKeysWhereJavaProducersPutThem) {
  const std::vector<std::pair<std::string, std::size_t>> expected{
      {"21", 0}, {"foobar", 2}, {"a-little-bit-long-string", 0}, {"abc", 3}};
  Token token = 0;
  for (const auto& [key, partition] : expected) ASSERT_TRUE(submit(sink(), order(key, key), ++token));
  ASSERT_TRUE(wait_for(expected.size()));
  std::map<std::string, std::size_t> placed;
  for (const auto& record : cluster_.consume("shop.orders", 4, expected.size())) placed[*record.key] = record.partition;
  for (const auto& [key, partition] : expected) EXPECT_EQ(placed[key], partition) << key;
}

TEST_F(KafkaSinkTest, KeepsTheOrderOfAKeyAndReleasesEveryChunk) {
  constexpr Token kMessages = 5000;
  for (Token token = 1; token <= kMessages; ++token) {
    ASSERT_TRUE(submit(sink(), order("same", std::to_string(token)), token));
  }
  ASSERT_TRUE(wait_for(kMessages));
  EXPECT_EQ(listener_.tokens, tokens_up_to(kMessages));
  EXPECT_EQ(maker_.chunks(), 1);
  Token next = 0;
  for (const auto& record : cluster_.consume("shop.orders", 4, kMessages))
    EXPECT_EQ(*record.value, std::to_string(++next));
  EXPECT_EQ(next, kMessages);
}

TEST_F(KafkaSinkTest, EveryPartitionIsDeliveredAsOne) {
  Message truncate = order("", "t");
  truncate.has_key = false;
  truncate.every_partition = true;
  ASSERT_TRUE(submit(sink(), truncate, 1));
  ASSERT_TRUE(submit(sink(), order("k", "after"), 2));
  ASSERT_TRUE(wait_for(2));
  EXPECT_EQ(sorted(listener_.tokens), tokens_up_to(2));
  std::vector<int> copies(4);
  for (const auto& record : cluster_.consume("shop.orders", 4, 5))
    copies.at(record.partition) += *record.value == "t" ? 1 : 0;
  EXPECT_THAT(copies, ElementsAre(1, 1, 1, 1));
}

TEST_F(KafkaSinkTest, RetriesWhatMaySucceedLater) {
  settings_.properties["max.in.flight"] = "1"; // the mock would take a later batch for the one that it refused
  ASSERT_TRUE(submit(sink(), order("k", "first"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.fail_next(kProduceRequest,
                     {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                      RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR__TRANSPORT,
                      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT});
  for (Token token = 2; token <= 50; ++token) ASSERT_TRUE(submit(sink(), order("k", std::to_string(token)), token));
  ASSERT_TRUE(wait_for(50));
  EXPECT_TRUE(listener_.failures.empty());
  EXPECT_EQ(listener_.tokens, tokens_up_to(50));
}

TEST_F(KafkaSinkTest, GoesOnWhenTheBrokerComesBack) {
  ASSERT_TRUE(submit(sink(), order("k", "before"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.set_down();
  ASSERT_TRUE(submit(sink(), order("k", "during"), 2));
  ASSERT_TRUE(poll_until(sink(), [&] { return !sink().status().connected; }));
  EXPECT_THAT(sink().status().text, AllOf(HasSubstr("1 messages wait"), HasSubstr("last error")));
  cluster_.set_up();
  ASSERT_TRUE(wait_for(2));
  EXPECT_TRUE(sink().status().connected);
  EXPECT_EQ(sink().status().text, "");
}

struct RefusalCase {
  rd_kafka_resp_err_t error;
  ExitStatus status;
  bool retriable;
  const char* says;
};

class KafkaRefusalTest : public KafkaSinkTest, public testing::WithParamInterface<RefusalCase> {};

TEST_P(KafkaRefusalTest, EndsTheSinkOnceAndIsNeverDelivered) {
  ASSERT_TRUE(submit(sink(), order("k", "first"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.fail_next(kProduceRequest, {GetParam().error});
  for (Token token = 2; token <= 20; ++token) {
    const auto taken = sink().submit(order("k", "refused"), token);
    ASSERT_TRUE(taken) << taken.error().message;
  }
  ASSERT_TRUE(poll_until(sink(), [&] { return !listener_.failures.empty(); }));
  // A batch behind it that was under way may be: the mock takes it where a broker finds a gap in the sequence.
  EXPECT_THAT(listener_.tokens, testing::Not(testing::Contains(2)));
  ASSERT_EQ(listener_.failures.size(), 1);
  const auto& [token, error] = listener_.failures.front();
  EXPECT_EQ(token, 2);
  EXPECT_EQ(error.status, GetParam().status);
  EXPECT_EQ(error.retriable, GetParam().retriable);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("topic shop.orders partition"), HasSubstr("8 bytes"), HasSubstr(GetParam().says)));
  EXPECT_THAT(error.message, testing::Not(HasSubstr("refused\"")));
  EXPECT_EQ(sink().submit(order("k", "dead"), 21), Submit::full);
}

INSTANTIATE_TEST_SUITE_P(
    Errors, KafkaRefusalTest,
    testing::Values(
        RefusalCase{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, ExitStatus::sink, false, "max.message.bytes"},
        RefusalCase{RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, ExitStatus::sink, false, "batch.size"},
        RefusalCase{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ExitStatus::sink, false, "grant WRITE"},
        RefusalCase{RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, ExitStatus::sink, false, "IDEMPOTENT_WRITE"},
        RefusalCase{RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, ExitStatus::sink, false, "timestamp"},
        RefusalCase{RD_KAFKA_RESP_ERR_INVALID_RECORD, ExitStatus::sink, false, "compacted"},
        RefusalCase{RD_KAFKA_RESP_ERR_POLICY_VIOLATION, ExitStatus::sink, false, "policy"},
        RefusalCase{RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, ExitStatus::sink, false, "refused"},
        RefusalCase{RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, ExitStatus::sink, false, "compression.type"},
        RefusalCase{RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, ExitStatus::sink, false, "refused"},
        RefusalCase{RD_KAFKA_RESP_ERR_UNKNOWN, ExitStatus::sink, true, "refused"}),
    [](const auto& one) { return rd_kafka_err2name(one.param.error); });

// A producer that lost its sequence cannot go on; a new one can.
TEST_F(KafkaSinkTest, ADeadProducerIsRetriable) {
  ASSERT_TRUE(submit(sink(), order("k", "first"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.fail_next(kProduceRequest, {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
  ASSERT_TRUE(submit(sink(), order("k", "second"), 2));
  ASSERT_TRUE(poll_until(sink(), [&] { return !listener_.failures.empty(); }));
  EXPECT_TRUE(listener_.failures.front().second.retriable);
  EXPECT_THAT(listener_.tokens, ElementsAre(1));
}

// A broker that knows nothing of a producer takes any first sequence number: the second message, when it refused the
// first a moment before its partition was ready. librdkafka then takes the first for delivered, too. It is lost.
TEST_F(KafkaSinkTest, AMessageThatOnlyTheClientTakesForDeliveredIsNot) {
  settings_.properties["batch.num.messages"] = "1";
  cluster_.set_round_trip_ms(200);
  cluster_.fail_next(kProduceRequest, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  ASSERT_TRUE(submit(sink(), order("k", "first"), 1));
  ASSERT_TRUE(submit(sink(), order("k", "second"), 2));
  ASSERT_TRUE(poll_until(sink(), [&] { return !listener_.failures.empty() || listener_.tokens.size() == 2; }));
  ASSERT_THAT(cluster_.consume("shop.orders", 4, 1).at(0).value, testing::Optional(std::string("second")));
  ASSERT_EQ(listener_.failures.size(), 1);
  EXPECT_EQ(listener_.failures.front().first, 1);
  EXPECT_TRUE(listener_.failures.front().second.retriable);
  EXPECT_THAT(listener_.failures.front().second.message, HasSubstr("topic shop.orders partition"));
  EXPECT_THAT(listener_.tokens, testing::Not(testing::Contains(1)));
}

// Newer clients send the batch again by themselves; older ones give it back, and a new producer sends it again.
TEST_F(KafkaSinkTest, ABatchDamagedOnItsWayIsSentAgain) {
  ASSERT_TRUE(submit(sink(), order("k", "first"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.fail_next(kProduceRequest, {RD_KAFKA_RESP_ERR_INVALID_MSG});
  ASSERT_TRUE(submit(sink(), order("k", "second"), 2));
  ASSERT_TRUE(poll_until(sink(), [&] { return !listener_.failures.empty() || listener_.tokens.size() == 2; }));
  if (listener_.failures.empty()) {
    EXPECT_THAT(listener_.tokens, ElementsAre(1, 2));
  } else {
    EXPECT_TRUE(listener_.failures.front().second.retriable);
    EXPECT_THAT(listener_.failures.front().second.message, HasSubstr("refused"));
    EXPECT_THAT(listener_.tokens, ElementsAre(1));
  }
}

TEST_F(KafkaSinkTest, NoProducerIdForWantOfPermissionIsFinal) {
  cluster_.fail_next(test::kInitProducerIdRequest, {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED});
  ASSERT_TRUE(sink().submit(order("k", "v"), 1));
  ASSERT_TRUE(poll_until(sink(), [&] { return !listener_.failures.empty(); }));
  EXPECT_EQ(listener_.failures.front().second.status, ExitStatus::sink);
  EXPECT_FALSE(listener_.failures.front().second.retriable);
  EXPECT_THAT(listener_.failures.front().second.message, HasSubstr("Cluster authorization failed"));
}

TEST_F(KafkaSinkTest, IsFullAtItsLimitOfMessages) {
  settings_.max_in_flight_messages = 4;
  ASSERT_TRUE(submit(sink(), order("k", "0"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.set_down();
  for (Token token = 2; token <= 5; ++token) ASSERT_EQ(sink().submit(order("k", "x"), token), Submit::accepted);
  ASSERT_EQ(sink().submit(order("k", "x"), 6), Submit::full);
  cluster_.set_up();
  ASSERT_TRUE(submit(sink(), order("k", "x"), 6));
  ASSERT_TRUE(wait_for(6));
  EXPECT_EQ(listener_.tokens, tokens_up_to(6));
}

TEST_F(KafkaSinkTest, IsFullAtItsLimitOfBytesButTakesOneLargerThanThat) {
  settings_.max_in_flight_bytes = 100;
  ASSERT_TRUE(submit(sink(), order("k", std::string(500, 'x')), 1));
  EXPECT_EQ(sink().submit(order("k", "x"), 2), Submit::full);
  ASSERT_TRUE(wait_for(1));
  EXPECT_EQ(sink().submit(order("k", "x"), 2), Submit::accepted);
  ASSERT_TRUE(wait_for(2));
}

TEST_F(KafkaSinkTest, IsFullWhenTheClientsQueueIs) {
  settings_.properties["queue.buffering.max.messages"] = "2";
  ASSERT_TRUE(submit(sink(), order("k", "0"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.set_down();
  ASSERT_EQ(sink().submit(order("k", "x"), 2), Submit::accepted);
  ASSERT_EQ(sink().submit(order("k", "x"), 3), Submit::accepted);
  ASSERT_EQ(sink().submit(order("k", "x"), 4), Submit::full);
  cluster_.set_up();
  ASSERT_TRUE(submit(sink(), order("k", "x"), 4));
  ASSERT_TRUE(wait_for(4));
}

TEST_F(KafkaSinkTest, CopiesForEveryPartitionThatNeverFitAreRefused) {
  settings_.properties["queue.buffering.max.messages"] = "3";
  Message truncate = order("", "t");
  truncate.every_partition = true;
  const auto taken = sink().submit(truncate, 1);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().status, ExitStatus::sink);
  EXPECT_THAT(taken.error().message, HasSubstr("queue.buffering.max"));
}

TEST_F(KafkaSinkTest, AMessageLargerThanTheClientsLimitNamesTopicAndSize) {
  settings_.properties["message.max.bytes"] = "2000";
  const auto taken = sink().submit(order("k", std::string(3000, 'x')), 1);
  ASSERT_FALSE(taken);
  EXPECT_FALSE(taken.error().retriable);
  EXPECT_THAT(taken.error().message,
              AllOf(HasSubstr("shop.orders"), HasSubstr("3001 bytes"), HasSubstr("message.max.bytes")));
}

// A broker closes the connection on a request beyond 100 MB: without a limit it would be tried for ever.
TEST_F(KafkaSinkTest, AMessageThatNoRequestHoldsIsRefused) {
  const auto taken = sink().submit(order("k", std::string(104'857'600, 'x')), 1);
  ASSERT_FALSE(taken);
  EXPECT_FALSE(taken.error().retriable);
  EXPECT_THAT(taken.error().message, AllOf(HasSubstr("104857601 bytes"), HasSubstr("socket.request.max.bytes")));
}

TEST_F(KafkaSinkTest, LargeMessagesAreLeftToTheBroker) {
  const std::string large(3'000'000, 'x');
  ASSERT_TRUE(submit(sink(), order("k", large), 1));
  ASSERT_TRUE(wait_for(1));
  EXPECT_THAT(listener_.tokens, ElementsAre(1));
}

TEST_F(KafkaSinkTest, APartitionThatIsNotThereIsFinal) {
  Message message = order("k", "v");
  message.partition = 4;
  ASSERT_TRUE(submit(sink(), order("k", "v"), 1));
  ASSERT_TRUE(wait_for(1));
  const auto taken = submit(sink(), message, 2);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().status, ExitStatus::sink);
  EXPECT_THAT(taken.error().message, AllOf(HasSubstr("no partition 4"), HasSubstr("has 4")));
}

TEST_F(KafkaSinkTest, AMissingTopicThatMayNotBeCreatedIsFinal) {
  cluster_.set_topic_error("shop.orders", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const auto taken = sink().submit(order("k", "v"), 1);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().status, ExitStatus::sink);
  EXPECT_THAT(taken.error().message, AllOf(HasSubstr("shop.orders"), HasSubstr("sink.topics.create")));
}

TEST_F(KafkaSinkTest, ATopicThatMayNotBeSeenIsFinal) {
  cluster_.set_topic_error("shop.orders", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  const auto taken = sink().submit(order("k", "v"), 1);
  ASSERT_FALSE(taken);
  EXPECT_FALSE(taken.error().retriable);
  EXPECT_THAT(taken.error().message, AllOf(HasSubstr("shop.orders"), HasSubstr("DESCRIBE")));
}

TEST_F(KafkaSinkTest, WaitsForATopicToBecomeReady) {
  cluster_.set_topic_error("shop.orders", RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
  sink();
  std::thread healer([&] {
    while (sink_->status().connected) std::this_thread::yield();
    EXPECT_THAT(sink_->status().text, HasSubstr("topic shop.orders not ready"));
    cluster_.set_topic_error("shop.orders", RD_KAFKA_RESP_ERR_NO_ERROR);
  });
  const auto taken = submit(sink(), order("k", "v"), 1);
  healer.join();
  ASSERT_TRUE(taken) << taken.error().message;
  ASSERT_TRUE(wait_for(1));
}

TEST_F(KafkaSinkTest, InterruptEndsTheWaitForABroker) {
  settings_.properties["bootstrap.servers"] = "127.0.0.1:1";
  sink();
  std::thread interrupter([&] {
    while (sink_->status().connected) std::this_thread::yield();
    sink_->interrupt();
  });
  const auto taken = sink().submit(order("k", "v"), 1);
  interrupter.join();
  ASSERT_FALSE(taken);
  EXPECT_TRUE(taken.error().retriable);
  EXPECT_THAT(taken.error().message, HasSubstr("interrupted"));
}

TEST_F(KafkaSinkTest, DestructorLetsGoOfMessagesUnderWay) {
  ASSERT_TRUE(submit(sink(), order("k", "v"), 1));
  ASSERT_TRUE(wait_for(1));
  cluster_.set_round_trip_ms(3600'000);
  for (Token token = 2; token <= 100; ++token) {
    ASSERT_EQ(sink().submit(order("k", std::string(100'000, 'x')), token), Submit::accepted);
  }
  EXPECT_GT(maker_.chunks(), 50);
  sink_.reset();
  EXPECT_EQ(maker_.chunks(), 1);
  EXPECT_TRUE(listener_.failures.empty());
}

TEST_F(KafkaSinkTest, ReadyFdTurnsReadableForADelivery) {
  sink().poll(milliseconds(0));
  ASSERT_TRUE(submit(sink(), order("k", "v"), 1));
  while (listener_.tokens.empty()) {
    pollfd wait{sink().ready_fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&wait, 1, 60000), 1);
    sink().poll(milliseconds(0));
  }
  EXPECT_THAT(listener_.tokens, ElementsAre(1));
}

TEST_F(KafkaSinkTest, ReaderAndAcknowledgerAreTwoThreads) {
  constexpr Token kMessages = 20000;
  settings_.max_in_flight_messages = 256;
  sink();
  std::thread acknowledger([&] { EXPECT_TRUE(wait_for(kMessages)); });
  for (Token token = 1; token <= kMessages; ++token) {
    while (true) {
      const auto taken = sink_->submit(order(std::to_string(token % 7), std::to_string(token)), token);
      ASSERT_TRUE(taken);
      if (*taken == Submit::accepted) break;
      std::this_thread::yield();
    }
  }
  acknowledger.join();
  EXPECT_EQ(sorted(listener_.tokens), tokens_up_to(kMessages));
}

TEST_F(KafkaSinkTest, BadPropertiesAreAUsageError) {
  settings_.properties["linger.ms"] = "soon";
  const auto made = make_kafka_sink(settings_, topics_, listener_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().status, ExitStatus::usage);
  EXPECT_THAT(made.error().message, HasSubstr("sink.kafka.linger.ms"));
}

} // namespace
} // namespace rowferry
