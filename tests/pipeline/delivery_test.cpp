#include "pipeline/delivery.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <thread>

namespace rowferry {
namespace {

/// Takes up to `room` messages and delivers what it is told to.
class FakeSink final : public Sink {
 public:
  explicit FakeSink(DeliveryListener& listener) : listener_(listener) {}

  Result<Submit> submit(const Message&, Token token) override {
    const std::lock_guard lock(mutex_);
    if (refuse) return rowferry::fail(Error::sink_fatal("topic refused"));
    if (taken_.size() >= room) {
      ++refused_;
      changed_.notify_all();
      return Submit::full;
    }
    taken_.push_back(token);
    changed_.notify_all();
    return Submit::accepted;
  }
  void flush() noexcept override {}
  void pause() noexcept override { paused = true; }
  std::size_t poll(std::chrono::milliseconds) override {
    std::deque<Token> done;
    {
      const std::lock_guard lock(mutex_);
      done.swap(taken_);
    }
    for (const Token token : done) listener_.delivered(token);
    return done.size();
  }
  [[nodiscard]] int ready_fd() const noexcept override { return 0; }
  void interrupt() noexcept override { interrupted = true; }
  [[nodiscard]] SinkStatus status() const override { return {}; }

  void wait_until_refused() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return refused_ != 0; });
  }

  std::size_t room = 1000;
  bool refuse = false;
  std::atomic<bool> interrupted = false;
  std::atomic<bool> paused = false; ///< the reader waits

 private:
  DeliveryListener& listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Token> taken_;
  std::size_t refused_ = 0;
};

class DeliveryTest : public testing::Test {
 protected:
  DeliveryTest() {
    start_.server_uuid = "11111111-1111-1111-1111-111111111111";
    start_.position.at = {"binlog.000001", 100};
    delivery_ = std::make_unique<Delivery>(start_, InFlightLimits{8, 1000}, usage_, control_);
    auto sink = std::make_unique<FakeSink>(*delivery_);
    sink_ = sink.get();
    delivery_->use(std::move(sink));
    table_ = delivery_->table_index("shop", "orders");
  }
  bool submit(std::uint64_t rows_done) {
    return delivery_->submit(std::array<Message, 1>{}, table_, rows_done - 1).has_value();
  }

  Checkpoint start_;
  OutputUsage usage_;
  Control control_;
  std::unique_ptr<Delivery> delivery_;
  FakeSink* sink_ = nullptr;
  std::uint32_t table_ = 0;
};

TEST_F(DeliveryTest, ThePositionMovesOnlyOverWhatIsDelivered) {
  ASSERT_TRUE(submit(1));
  ASSERT_TRUE(delivery_->commit(nullptr, {"binlog.000001", 200}, {}));
  EXPECT_FALSE(delivery_->take().has_value());
  delivery_->poll();
  const auto checkpoint = delivery_->take();
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ(checkpoint->position.at.offset, 200u);
  EXPECT_TRUE(checkpoint->delivered.empty());
  EXPECT_TRUE(delivery_->drained());
}

TEST_F(DeliveryTest, TellsTheRowsOfTheTransactionUnderWayWithItsGtidAndServer) {
  const Gtid gtid = MysqlGtid{*Uuid::parse("22222222-2222-2222-2222-222222222222"), {}, 5};
  delivery_->set_server("22222222-2222-2222-2222-222222222222");
  delivery_->begin(&gtid);
  ASSERT_TRUE(submit(1));
  ASSERT_TRUE(submit(2));
  delivery_->poll();
  const auto under_way = delivery_->take();
  ASSERT_TRUE(under_way.has_value());
  EXPECT_EQ(under_way->position.at, start_.position.at);
  EXPECT_EQ(under_way->server_uuid, start_.server_uuid) << "the offset is still the old server's";
  ASSERT_EQ(under_way->delivered.size(), 1u);
  EXPECT_EQ(under_way->delivered[0].rows, 2u);
  EXPECT_EQ(under_way->delivered_of, gtid);

  ASSERT_TRUE(delivery_->commit(&gtid, {"bin.000007", 300}, {}));
  const auto ended = delivery_->take();
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->server_uuid, "22222222-2222-2222-2222-222222222222");
  EXPECT_EQ(ended->position.at.text(), "bin.000007:300");
  EXPECT_TRUE(ended->delivered.empty());
  EXPECT_FALSE(ended->delivered_of.has_value());
  EXPECT_TRUE(ended->position.executed.contains(gtid));
}

TEST_F(DeliveryTest, RowsDeliveredOfATransactionThatComesLaterAreForgottenWhenAnotherBegins) {
  start_.delivered = {{"shop", "orders", 3}};
  start_.delivered_of = MysqlGtid{*Uuid::parse("22222222-2222-2222-2222-222222222222"), {}, 5};
  Delivery delivery(start_, {8, 1000}, usage_, control_);
  auto sink = std::make_unique<FakeSink>(delivery);
  delivery.use(std::move(sink));
  const Gtid other = MysqlGtid{*Uuid::parse("22222222-2222-2222-2222-222222222222"), {}, 6};
  delivery.begin(&other);
  ASSERT_TRUE(delivery.submit(std::array<Message, 1>{}, delivery.table_index("shop", "items"), 0).has_value());
  EXPECT_FALSE(delivery.take().has_value()) << "nothing of the other is delivered";
  delivery.poll();
  const auto checkpoint = delivery.take();
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ(checkpoint->delivered, (std::vector<DeliveredRows>{{"shop", "items", 1}}));
  EXPECT_EQ(checkpoint->delivered_of, other);
}

TEST_F(DeliveryTest, WaitsForRoomUntilSomethingIsDelivered) {
  for (std::uint64_t i = 1; i <= 8; ++i) ASSERT_TRUE(submit(i));
  std::thread acknowledger([&] { delivery_->poll(); });
  EXPECT_TRUE(submit(9));
  acknowledger.join();
}

TEST_F(DeliveryTest, WaitsForASinkThatIsFull) {
  sink_->room = 1;
  ASSERT_TRUE(submit(1));
  std::thread acknowledger([&] {
    sink_->wait_until_refused();
    delivery_->poll();
  });
  EXPECT_TRUE(submit(2));
  acknowledger.join();
  EXPECT_TRUE(sink_->paused);
  EXPECT_EQ(delivery_->in_flight(), 1u);
}

TEST_F(DeliveryTest, ASinkThatIsFullNeverHoldsUpAStop) {
  sink_->room = 0;
  std::thread stopper([&] {
    sink_->wait_until_refused();
    control_.stop();
  });
  EXPECT_FALSE(submit(1));
  stopper.join();
  EXPECT_TRUE(delivery_->drained()) << "what was not taken is not registered";
}

TEST_F(DeliveryTest, AStopDoesNotPartTheHalvesOfAKeyChange) {
  sink_->room = 1;
  std::thread acknowledger([&] {
    sink_->wait_until_refused();
    control_.stop();
    delivery_->poll();
  });
  EXPECT_TRUE(delivery_->submit(std::array<Message, 2>{}, table_, 0).has_value());
  acknowledger.join();
  EXPECT_FALSE(delivery_->take().has_value()) << "one half is delivered";
  delivery_->poll();
  EXPECT_EQ(delivery_->take().value().delivered.at(0).rows, 1u);
}

// Once the reader is told to stop, a wait ends without the room that it waited for: what is refused then had none.
TEST_F(DeliveryTest, BytesInFlightAreBounded) {
  ASSERT_TRUE(submit(1));
  usage_.bytes = 1001;
  control_.stop();
  EXPECT_FALSE(submit(2));
  usage_.bytes = 1000;
  EXPECT_TRUE(submit(2));
}

TEST_F(DeliveryTest, MessagesInFlightAreBounded) {
  for (std::uint64_t i = 1; i <= 8; ++i) ASSERT_TRUE(submit(i));
  EXPECT_FALSE(sink_->paused);
  control_.stop();
  EXPECT_FALSE(submit(9));
  EXPECT_TRUE(sink_->paused) << "what it holds back is what there could be room from";
  delivery_->poll();
  EXPECT_TRUE(submit(9));
}

TEST_F(DeliveryTest, OneMessageOverTheBytesGoesAlone) {
  usage_.bytes = 5000;
  EXPECT_TRUE(submit(1));
}

TEST_F(DeliveryTest, WhatNoCheckpointHoldsCountsWhenSavingFails) {
  for (std::uint64_t i = 1; i <= 8; ++i) ASSERT_TRUE(submit(i));
  delivery_->poll();
  delivery_->set_durable(0, true);
  control_.stop();
  EXPECT_FALSE(submit(9));
  delivery_->set_durable(1, false);
  EXPECT_TRUE(submit(9));
}

TEST_F(DeliveryTest, ARefusalIsReturnedAndNothingIsRegistered) {
  sink_->refuse = true;
  auto refused = delivery_->submit(std::array<Message, 1>{}, table_, 0);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "topic refused");
  EXPECT_TRUE(delivery_->drained());
}

TEST_F(DeliveryTest, AFailureInterruptsTheReader) {
  delivery_->failed(0, Error::sink_retriable("dead producer"));
  EXPECT_TRUE(control_.interrupted());
  EXPECT_TRUE(sink_->interrupted) << "the reader may wait inside submit() for a topic";
  const auto failure = control_.take_failure();
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->message, "dead producer");
  EXPECT_FALSE(control_.interrupted());
}

} // namespace
} // namespace rowferry
