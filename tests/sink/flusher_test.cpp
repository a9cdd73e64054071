#include "sink/flusher.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "sink/kafka_client.hpp"
#include "sink/null_broker.hpp"
#include "sink/sink_driver.hpp"

namespace rowferry::kafka {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(IsBusy, TellsAFlowFromSingleMessages) {
  EXPECT_FALSE(is_busy(0, milliseconds(1)));
  EXPECT_FALSE(is_busy(32, microseconds(1))) << "too few to tell";
  EXPECT_TRUE(is_busy(33, milliseconds(1)));
  EXPECT_TRUE(is_busy(41, milliseconds(2)));
  EXPECT_FALSE(is_busy(40, milliseconds(2))) << "20,000 a second";
  EXPECT_FALSE(is_busy(100, milliseconds(50)));
  EXPECT_TRUE(is_busy(1u << 30, std::chrono::seconds(1)));
}

/// A client that by itself would send nothing for ten minutes.
class FlusherTest : public testing::Test, private Events {
 protected:
  FlusherTest() : broker_(test::NullBroker::Settings{}) {
    auto client = Client::create({{"bootstrap.servers", broker_.bootstraps()},
                                  {"enable.idempotence", "true"},
                                  {"message.timeout.ms", "0"},
                                  {"linger.ms", "600000"}});
    if (!client) throw std::runtime_error(client.error().message);
    client_ = std::move(*client);
    topic_ = client_->open_topic("t");
  }

  void produce() {
    Message message; // of literals: the value is borrowed until its report
    message.has_key = message.has_value = true;
    message.key = "key";
    message.value = "value";
    ASSERT_EQ(client_->produce(topic_, 0, message, ++produced_), Code::ok);
  }
  bool wait_for_all() {
    const auto hung = std::chrono::steady_clock::now() + test::kHung;
    while (delivered_ < produced_ && std::chrono::steady_clock::now() < hung) client_->poll(milliseconds(20), *this);
    return delivered_ == produced_;
  }

  test::NullBroker broker_;
  std::unique_ptr<Client> client_;
  TopicHandle topic_ = nullptr;
  std::uint64_t produced_ = 0;
  std::uint64_t delivered_ = 0;

 private:
  void on_delivered(std::uint64_t, std::size_t) noexcept override { ++delivered_; }
  void on_refused(std::uint64_t, const Refusal&) noexcept override { ADD_FAILURE() << "refused"; }
  void on_presumed(std::uint64_t, const Refusal&) noexcept override { ADD_FAILURE() << "presumed"; }
  void on_broker_error(Code, std::string_view) noexcept override {}
  void on_fatal(Code, std::string_view) noexcept override { ADD_FAILURE() << "fatal"; }
};

TEST_F(FlusherTest, LoneMessagesDoNotLinger) {
  Flusher flusher(*client_);
  for (int i = 0; i < 5; ++i) { // between them it falls asleep
    produce();
    flusher.produced();
    ASSERT_TRUE(wait_for_all());
  }
  EXPECT_EQ(broker_.counts().records, 5U);
}

TEST_F(FlusherTest, TheEndOfABacklogDoesNotLinger) {
  Flusher flusher(*client_);
  for (int i = 0; i < 100'000; ++i) {
    produce();
    flusher.produced();
  }
  ASSERT_TRUE(wait_for_all());
  EXPECT_EQ(broker_.counts().records, 100'000U);
}

TEST_F(FlusherTest, EndsWithMessagesThatNobodyTook) {
  Flusher flusher(*client_);
  produce();
  flusher.produced();
}

} // namespace
} // namespace rowferry::kafka
