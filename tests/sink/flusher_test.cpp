#include "sink/flusher.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "sink/kafka_client.hpp"
#include "sink/kafka_properties.hpp"
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

TEST(NextFlush, IsTheLongerTheLongerThereWasNoBacklog) {
  EXPECT_EQ(next_flush(milliseconds(0), true), milliseconds(2));
  EXPECT_EQ(next_flush(milliseconds(40), true), milliseconds(5));
  EXPECT_EQ(next_flush(std::chrono::hours(1), true), milliseconds(16));
  EXPECT_EQ(next_flush(milliseconds(5), false), milliseconds(2)) << "it may only have paused";
  EXPECT_EQ(next_flush(milliseconds(400), false), milliseconds(50));
  EXPECT_EQ(next_flush(std::chrono::hours(1), false), milliseconds(64));
}

// Of a fast nap in which the producer said so, and an empty one behind it: the flow is over.
TEST(StillWaits, UntilSomethingComes) {
  EXPECT_TRUE(still_waits(false, true, 200));
  EXPECT_TRUE(still_waits(true, false, 0));
  EXPECT_FALSE(still_waits(true, false, 1));
  EXPECT_FALSE(still_waits(false, false, 0)) << "it is held up";
}

TEST(GoesOn, UntilTheProducerWaitsOrIsSlowForLong) {
  EXPECT_TRUE(goes_on(true, true, milliseconds(0))) << "it waits now and then";
  EXPECT_TRUE(goes_on(false, false, milliseconds(19))) << "held up";
  EXPECT_FALSE(goes_on(false, true, milliseconds(2)));
  EXPECT_FALSE(goes_on(false, false, milliseconds(20)));
}

/// A client that by itself would send nothing for ten minutes.
class FlusherTest : public testing::Test, private Events {
 protected:
  FlusherTest() : broker_(test::NullBroker::Settings{}) { make({}); }

  void make(const Properties& more) {
    Properties properties{{"bootstrap.servers", broker_.bootstraps()},
                          {"enable.idempotence", "true"},
                          {"message.timeout.ms", "0"},
                          {"linger.ms", "600000"}};
    properties.insert(properties.end(), more.begin(), more.end());
    auto client = Client::create(properties);
    if (!client) throw std::runtime_error(client.error().message);
    client_ = std::move(*client);
    topic_ = client_->open_topic("t");
  }

  /// `value` is borrowed until the report.
  Code try_to_produce(std::string_view value = "value", std::int32_t partition = 0) {
    Message message;
    message.has_key = message.has_value = true;
    message.key = "key";
    message.value = value;
    const Code code = client_->produce(topic_, partition, message, produced_ + 1);
    if (code == Code::ok) ++produced_;
    return code;
  }
  void produce() { ASSERT_EQ(try_to_produce(), Code::ok); }
  void poll(milliseconds timeout) { client_->poll(timeout, *this); }
  bool wait_for_all() {
    const auto hung = std::chrono::steady_clock::now() + test::kHung;
    while (delivered_ < produced_ && std::chrono::steady_clock::now() < hung) client_->poll(milliseconds(20), *this);
    return delivered_ == produced_;
  }

  bool flush_all() {
    const auto hung = std::chrono::steady_clock::now() + test::kHung;
    while (delivered_ < produced_ && std::chrono::steady_clock::now() < hung) {
      client_->flush(milliseconds(5));
      client_->poll(milliseconds(0), *this);
    }
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

TEST_F(FlusherTest, AFlushGoesOnForMessagesToComeWhileAReportIsKept) {
  client_->keep_last_report(true);
  produce();
  std::jthread flush([&] { EXPECT_TRUE(client_->flush(test::kHung)); });
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(wait_for_all());
    produce();
  }
  ASSERT_TRUE(wait_for_all());
  client_->let_report_go();
}

TEST_F(FlusherTest, SleepsWhenNoMoreMessagesCome) {
  Flusher flusher(*client_);
  produce();
  flusher.produced();
  ASSERT_TRUE(wait_for_all());
  EXPECT_TRUE(client_->flush(test::kHung)) << "the report is let go";
}

TEST_F(FlusherTest, KeepsNothingInAQueueOfFewMessages) {
  make({{"queue.buffering.max.messages", "100"}});
  client_->keep_last_report(true);
  produce();
  ASSERT_TRUE(flush_all());
  EXPECT_TRUE(client_->flush(milliseconds(0)));
}

TEST_F(FlusherTest, AKeptReportGivesWayWhereTheQueueIsFull) {
  make({{"queue.buffering.max.kbytes", "1000"}, {"message.max.bytes", "2000000"}});
  client_->keep_last_report(true);
  produce();
  ASSERT_TRUE(flush_all());
  EXPECT_FALSE(client_->flush(milliseconds(0)));
  const std::string large(1000 * 1024 - 1, 'x'); // fits into an empty queue only
  EXPECT_EQ(try_to_produce(large), Code::local_queue_full);
  EXPECT_EQ(try_to_produce(large), Code::ok);
  ASSERT_TRUE(flush_all());
}

TEST_F(FlusherTest, TheEndOfABacklogDoesNotLinger) {
  for (const bool says_so : {true, false}) {
    Flusher flusher(*client_);
    for (int i = 0; i < 100'000; ++i) {
      produce();
      flusher.produced();
    }
    if (says_so) flusher.pausing();
    ASSERT_TRUE(wait_for_all());
  }
  EXPECT_EQ(broker_.counts().records, 200'000U);
}

// A producer that waits after each of its transactions, but makes many a second: more comes all the time.
// No batch is ever full, and the client's queue is where nothing sends it.
TEST_F(FlusherTest, AFastFlowThatIsNoBacklogDoesNotLinger) {
  make({{"batch.num.messages", "1000000"}, {"batch.size", "1000000000"}, {"message.max.bytes", "1000000000"}});
  Flusher flusher(*client_);
  const auto hung = std::chrono::steady_clock::now() + test::kHung;
  while (delivered_ < 100'000 && std::chrono::steady_clock::now() < hung) {
    for (int i = 0; i < 200; ++i) {
      ASSERT_EQ(try_to_produce(), Code::ok) << "after " << delivered_ << " of " << produced_;
      flusher.produced();
    }
    flusher.pausing();
    poll(milliseconds(1));
  }
  EXPECT_GE(delivered_, 100'000U) << "while the flow goes on";
  ASSERT_TRUE(wait_for_all());
}

// librdkafka's thread must wait, not turn, for the answer to the first messages when more of their partitions have
// lingered enough.
TEST_F(FlusherTest, ABrokerThatDoesNotAnswerCostsNoProcessorTime) {
  KafkaSettings settings;
  settings.properties["bootstrap.servers"] = broker_.bootstraps();
  make(effective_properties(settings));
  Flusher flusher(*client_);
  const auto produce_many = [&] {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(try_to_produce("value", i % 4), Code::ok);
      flusher.produced();
    }
  };
  produce_many();
  ASSERT_TRUE(wait_for_all());
  auto frozen = broker_.freeze();
  for (int i = 0; i < 5; ++i) { // some wait behind those under way
    produce_many();
    poll(milliseconds(20));
  }
  const std::clock_t used = std::clock();
  poll(milliseconds(500));
  EXPECT_LT(std::clock() - used, CLOCKS_PER_SEC / 10) << "of half a second";
  EXPECT_GT(produced_, delivered_);
  frozen.unlock();
  ASSERT_TRUE(wait_for_all());
}

TEST_F(FlusherTest, EndsWithMessagesThatNobodyTook) {
  Flusher flusher(*client_);
  produce();
  flusher.produced();
}

} // namespace
} // namespace rowferry::kafka
