#include "sink/kafka_code.hpp"

#include <gmock/gmock.h>

namespace rowferry::kafka {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(KafkaCode, ARefusalNamesTopicPartitionSizeAndCure) {
  const Error error = refusal_error({Code::message_too_large, "shop.orders", 3, 1234567, 1});
  EXPECT_EQ(error.status, ExitStatus::sink);
  EXPECT_FALSE(error.retriable);
  EXPECT_EQ(
      error.message,
      "topic shop.orders partition 3: message of 1234567 bytes refused: Broker: Message size too large; raise "
      "max.message.bytes of the topic (message.max.bytes of the broker), or, when single messages are smaller than "
      "that, set sink.kafka.batch.size below it");
}

TEST(KafkaCode, AnUnknownCodeIsRetriable) {
  const Error error = refusal_error({static_cast<Code>(9999), "t", -1, 5, 3});
  EXPECT_TRUE(error.retriable);
  EXPECT_THAT(error.message, AllOf(HasSubstr("in one batch with 2 others"), Not(HasSubstr("partition"))));
}

TEST(KafkaCode, OnlyFinalCodesHaveAdvice) {
  for (int value = -200; value < 120; ++value) {
    const Code code{value};
    EXPECT_TRUE(advice(code).empty() || refuses_for_good(code)) << text(code);
  }
}

struct AuthenticationCase {
  Code code;
  const char* reason;
  bool refusal;
};

TEST(KafkaCode, OnlyTheBrokersOwnWordIsAnAuthenticationRefusal) {
  for (const AuthenticationCase& c : {
           AuthenticationCase{Code::local_authentication,
                              "sasl_plaintext://b:9092/1: SASL authentication error: Authentication failed during "
                              "authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256",
                              true},
           {Code::local_authentication,
            "b/1: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported "
            "mechanisms: SCRAM-SHA-256",
            true},
           {Code::local_authentication,
            "b/1: SASL authentication error: SaslAuthenticateRequest failed: Local: Broker transport failure", false},
           {Code::local_authentication,
            "b/1: SASL PLAIN mechanism handshake failed: Local: Timed out: broker's supported mechanisms: (n/a)",
            false},
           {Code::local_authentication, "Failed to acquire SASL OAUTHBEARER token: connection refused", false},
           {Code::local_transport, "b/1: Connect failed: Connection refused", false},
       }) {
    EXPECT_EQ(is_authentication_refusal(c.code, c.reason), c.refusal) << c.reason;
  }
}

} // namespace
} // namespace rowferry::kafka
