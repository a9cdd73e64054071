#include "sink/kafka_properties.hpp"

#include <gmock/gmock.h>

#include <map>
#include <rowferry/sink/sinks.hpp>

namespace rowferry {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> problems_with(std::map<std::string, std::string> properties) {
  properties.emplace("bootstrap.servers", "127.0.0.1:1");
  return check_kafka_properties(properties);
}

TEST(KafkaProperties, AcceptsWhatKeepsThePromises) {
  for (const auto& [name, value] : std::map<std::string, std::string>{{"acks", "all"},
                                                                      {"request.required.acks", "-1"},
                                                                      {"enable.idempotence", "true"},
                                                                      {"message.timeout.ms", "0"},
                                                                      {"retries", "2147483647"},
                                                                      {"linger.ms", "5"},
                                                                      {"queue.buffering.max.ms", "0.5"},
                                                                      {"compression.type", "lz4"},
                                                                      {"partitioner", "consistent"},
                                                                      {"client.id", "mine"},
                                                                      {"sasl.mechanisms", "SCRAM-SHA-256"},
                                                                      {"max.in.flight", "1"}}) {
    EXPECT_THAT(problems_with({{name, value}}), IsEmpty()) << name;
  }
}

struct Case {
  const char* name;
  const char* value;
  const char* says;
};

TEST(KafkaProperties, RefusesWhatDoesNot) {
  for (const Case& c : {Case{"acks", "1", "must be all"},
                        Case{"request.required.acks", "0", "must be all"},
                        Case{"enable.idempotence", "false", "must be true"},
                        Case{"transactional.id", "x", "must not be set"},
                        Case{"message.timeout.ms", "300000", "must be 0"},
                        Case{"delivery.timeout.ms", "1", "must be 0"},
                        Case{"retries", "3", "for ever"},
                        Case{"message.send.max.retries", "0", "for ever"},
                        Case{"enable.gapless.guarantee", "false", "must be true"},
                        Case{"queuing.strategy", "lifo", "must be fifo"},
                        Case{"delivery.report.only.error", "true", "must be false"},
                        Case{"allow.auto.create.topics", "true", "sink.topics"},
                        Case{"linger.ms", "soon", "Invalid"},
                        Case{"partitioner", "random", "must not be random"},
                        Case{"compression.type", "rar", "compression.type"},
                        Case{"security.protocol", "tls", "security.protocol"},
                        Case{"linger.msec", "5", "did you mean linger.ms?"},
                        Case{"bootstrap.server", "h:9092", "did you mean bootstrap.servers?"},
                        Case{"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "1", "no librdkafka property"},
                        Case{"dr_msg_cb", "x", "dr_msg_cb"},
                        Case{"ssl.truststore.location", "/x.jks", "ssl.ca.location"},
                        Case{"max.in.flight", "6", "max.in.flight: `max.in.flight` must be set <= 5"},
                        Case{"ssl.ca.location", "/does/not/exist.pem", "ssl.ca.location: "}}) {
    std::map<std::string, std::string> properties{{c.name, c.value}};
    if (std::string_view(c.name).starts_with("ssl.ca")) properties["security.protocol"] = "ssl";
    EXPECT_THAT(problems_with(properties), ElementsAre(HasSubstr(c.says))) << c.name;
  }
}

TEST(KafkaProperties, TellsOfAllProblemsAtOnceEachWithItsName) {
  EXPECT_THAT(check_kafka_properties({{"acks", "1"}, {"linger.ms", "soon"}, {"nonsense", "1"}}),
              ElementsAre(HasSubstr("acks: "), HasSubstr("linger.ms: "), HasSubstr("nonsense: "),
                          HasSubstr("bootstrap.servers: missing")));
}

TEST(KafkaProperties, AddressesAreHostsAndPorts) {
  for (const char* good : {"k1", "k1:9092", "k1:9092, k2:9093 ,k3", "PLAINTEXT://k1:9092", "sasl_ssl://[::1]:9094",
                           "[::1]", "127.0.0.1:1"}) {
    EXPECT_THAT(check_kafka_properties({{"bootstrap.servers", good}}), IsEmpty()) << good;
  }
  for (const char* bad : {" ", "", "k1,,k2", "http://k1:9092", "k1:99999", "k1:0", "k1:", ":9092", "k1:port", "k1/x"}) {
    EXPECT_THAT(check_kafka_properties({{"bootstrap.servers", bad}}), Contains(HasSubstr("is no host:port"))) << bad;
  }
}

TEST(KafkaProperties, UsersOverrideDefaultsAlsoByAnotherName) {
  KafkaSettings settings;
  settings.client_name = "shop";
  settings.properties = {{"queue.buffering.max.ms", "7"}, {"client.id", "mine"}};
  const kafka::Properties properties = kafka::effective_properties(settings);
  const auto place = [&](std::string_view name, std::string_view value) {
    return std::find(properties.begin(), properties.end(), std::pair<std::string, std::string>(name, value));
  };
  EXPECT_FALSE(kafka::lingers_by_itself(settings));
  EXPECT_LT(place("linger.ms", "20"), place("queue.buffering.max.ms", "7"));
  EXPECT_LT(place("client.id", "shop"), place("client.id", "mine"));
  EXPECT_NE(place("client.id", "mine"), properties.end());
  EXPECT_NE(place("message.timeout.ms", "0"), properties.end());
  EXPECT_NE(place("partitioner", "murmur2_random"), properties.end());
  EXPECT_TRUE(kafka::lingers_by_itself(KafkaSettings{}));
}

TEST(KafkaProperties, KnowsAliasesAndTopicProperties) {
  EXPECT_THAT(kafka::property_names(),
              AllOf(Contains("bootstrap.servers"), Contains("acks"), Contains("linger.ms"), Contains("partitioner"),
                    Contains("compression.type"), Not(Contains("Property"))));
}

} // namespace
} // namespace rowferry
