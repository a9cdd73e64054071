#include <gmock/gmock.h>

#include <rowferry/sink/sinks.hpp>

#include "sink/kafka_code.hpp"
#include "sink/null_broker.hpp"
#include "sink/sink_driver.hpp"

namespace rowferry {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class TopicCreationTest : public testing::Test {
 protected:
  void start(std::int16_t create_error = 0) {
    broker_ = std::make_unique<test::NullBroker>(test::NullBroker::Settings{0, 4, false, create_error});
    settings_.client_name = "test";
    settings_.properties = {{"bootstrap.servers", broker_->bootstraps()}};
  }
  Result<void> send_one() {
    if (!sink_) sink_ = std::move(*make_kafka_sink(settings_, topics_, listener_));
    Message message = maker_.make("k", "v");
    message.topic = topics_.intern("shop.orders");
    auto sent = test::submit(*sink_, message, ++token_);
    if (!sent) return sent;
    test::poll_until(*sink_, [&] { return listener_.tokens.size() == token_ || !listener_.failures.empty(); });
    return {};
  }

  std::unique_ptr<test::NullBroker> broker_;
  KafkaSettings settings_;
  Topics topics_;
  test::Listener listener_;
  test::MessageMaker maker_;
  std::unique_ptr<Sink> sink_;
  Token token_ = 0;
};

TEST_F(TopicCreationTest, AMissingTopicIsCreatedWithTheBrokersDefaults) {
  start();
  ASSERT_TRUE(send_one());
  ASSERT_TRUE(send_one());
  EXPECT_THAT(broker_->created(), ElementsAre(Pair("shop.orders", -1)));
  EXPECT_EQ(broker_->counts().records, 2);
}

TEST_F(TopicCreationTest, AMissingTopicIsCreatedAsConfigured) {
  start();
  settings_.topics.partitions = 12;
  settings_.topics.replication = 1;
  ASSERT_TRUE(send_one());
  EXPECT_THAT(broker_->created(), ElementsAre(Pair("shop.orders", 12)));
}

TEST_F(TopicCreationTest, ATopicThatMayNotBeCreatedIsNot) {
  start();
  settings_.topics.create = false;
  const auto sent = send_one();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().status, ExitStatus::sink);
  EXPECT_FALSE(sent.error().retriable);
  EXPECT_THAT(sent.error().message,
              AllOf(HasSubstr("topic shop.orders does not exist"), HasSubstr("sink.topics.create")));
  EXPECT_THAT(broker_->created(), IsEmpty());
}

// A topic deleted under a running connector: the sink is to be made anew, which creates the topic again.
TEST_F(TopicCreationTest, ATopicDeletedLaterIsRetriable) {
  start();
  settings_.properties["topic.metadata.refresh.interval.ms"] = "50";
  settings_.properties["topic.metadata.propagation.max.ms"] = "0";
  ASSERT_TRUE(send_one());
  broker_->forget_topics();
  Result<void> sent;
  while (sent && listener_.failures.empty()) sent = send_one();
  const Error& error = sent ? listener_.failures.front().second : sent.error();
  EXPECT_TRUE(error.retriable);
  EXPECT_THAT(error.message, HasSubstr("shop.orders"));
  sink_.reset();
  listener_ = {};
  token_ = 0;
  ASSERT_TRUE(send_one());
  EXPECT_THAT(broker_->created(), ElementsAre(Pair("shop.orders", -1)));
}

struct CreationCase {
  const char* name;
  kafka::Code code;
  const char* says;
};
class TopicRefusalTest : public TopicCreationTest, public testing::WithParamInterface<CreationCase> {};

TEST_P(TopicRefusalTest, IsFinalAndNamesTheTopicAndTheCure) {
  start(static_cast<std::int16_t>(GetParam().code));
  const auto sent = send_one();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().status, ExitStatus::sink);
  EXPECT_FALSE(sent.error().retriable);
  EXPECT_THAT(sent.error().message,
              AllOf(HasSubstr("topic shop.orders cannot be created"), HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Errors, TopicRefusalTest,
    testing::Values(CreationCase{"TopicAuthorization", kafka::Code::topic_authorization_failed, "CREATE"},
                    CreationCase{"ClusterAuthorization", kafka::Code::cluster_authorization_failed, "CREATE"},
                    CreationCase{"Replication", kafka::Code::invalid_replication_factor, "sink.topics.replication"},
                    CreationCase{"Partitions", kafka::Code::invalid_partitions, "sink.topics.partitions"},
                    CreationCase{"Policy", kafka::Code::policy_violation, "policy"},
                    CreationCase{"Name", kafka::Code::invalid_topic, "249"}),
    [](const auto& one) { return one.param.name; });

TEST_F(TopicCreationTest, CheckTellsWhatWouldBeCreatedWithoutCreatingIt) {
  start();
  const auto findings = check_kafka(settings_, {"shop.orders"}, milliseconds(10000));
  ASSERT_EQ(findings.size(), 2);
  EXPECT_TRUE(findings[0].ok);
  EXPECT_EQ(findings[0].text, "Kafka answers: 1 broker");
  EXPECT_TRUE(findings[1].ok);
  EXPECT_EQ(findings[1].text, "topic shop.orders will be created");
  EXPECT_THAT(broker_->created(), IsEmpty());
}

TEST_F(TopicCreationTest, CheckTellsOfRefusals) {
  start(static_cast<std::int16_t>(kafka::Code::topic_authorization_failed));
  const auto refused = check_kafka(settings_, {"shop.orders"}, milliseconds(10000));
  ASSERT_EQ(refused.size(), 2);
  EXPECT_FALSE(refused[1].ok);
  EXPECT_TRUE(refused[1].final);
  EXPECT_THAT(refused[1].text, HasSubstr("grant"));

  settings_.topics.create = false;
  const auto missing = check_kafka(settings_, {"shop.orders"}, milliseconds(10000));
  ASSERT_EQ(missing.size(), 2);
  EXPECT_TRUE(missing[1].final);
  EXPECT_THAT(missing[1].text, HasSubstr("sink.topics.create is false"));
}

TEST(CheckKafka, ABrokerThatIsAwayIsNoFinalError) {
  KafkaSettings settings;
  settings.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
  const auto findings = check_kafka(settings, {"t"}, milliseconds(300));
  ASSERT_EQ(findings.size(), 1);
  EXPECT_FALSE(findings[0].ok);
  EXPECT_FALSE(findings[0].final);
  EXPECT_THAT(findings[0].text, AllOf(HasSubstr("no Kafka broker answers"), HasSubstr("Connection refused")));
}

TEST(CheckKafka, TopicsThatAreThereAreNamedWithTheirPartitions) {
  const test::NullBroker broker({});
  KafkaSettings settings;
  settings.properties = {{"bootstrap.servers", broker.bootstraps()}};
  const auto findings = check_kafka(settings, {"a", "b"}, milliseconds(10000));
  ASSERT_EQ(findings.size(), 3);
  EXPECT_EQ(findings[1].text, "topic a exists with 4 partitions");
  EXPECT_EQ(findings[2].text, "topic b exists with 4 partitions");
}

} // namespace
} // namespace rowferry
