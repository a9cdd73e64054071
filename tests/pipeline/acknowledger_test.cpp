#include "pipeline/acknowledger.hpp"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <future>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

namespace rowferry {
namespace {

using std::chrono::milliseconds;

/// Keeps what is saved in memory; fails while told so.
class MemoryStore final : public CheckpointStore {
 public:
  Result<std::optional<Checkpoint>> load() override { return saved; }
  Result<void> save(const Checkpoint& checkpoint) override {
    if (failure) return rowferry::fail(*failure);
    saved = checkpoint;
    return {};
  }
  std::optional<Checkpoint> saved;
  std::optional<Error> failure;
};

/// Delivers by poll() what it took.
class PolledSink final : public Sink {
 public:
  explicit PolledSink(DeliveryListener& listener) : listener_(listener) {}
  ~PolledSink() override { ::close(fd_); }
  Result<Submit> submit(const Message&, Token token) override {
    newest_ = token;
    return Submit::accepted;
  }
  void flush() noexcept override {}
  void announce() const { ASSERT_EQ(::eventfd_write(fd_, 1), 0); }
  std::size_t poll(std::chrono::milliseconds) override {
    eventfd_t count = 0;
    ::eventfd_read(fd_, &count);
    const Token before = told_;
    while (reachable && told_ < newest_) listener_.delivered(++told_);
    return told_ - before;
  }
  [[nodiscard]] int ready_fd() const noexcept override { return fd_; }
  void interrupt() noexcept override { interrupted = true; }
  [[nodiscard]] SinkStatus status() const override { return {}; }

  std::atomic<bool> reachable = true;
  std::atomic<bool> interrupted = false;

 private:
  DeliveryListener& listener_;
  int fd_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  std::atomic<Token> newest_ = 0;
  Token told_ = 0;
};

class AcknowledgerTest : public testing::Test {
 protected:
  static constexpr milliseconds kNever{3'600'000};

  AcknowledgerTest() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    delivery_ = std::make_unique<Delivery>(Checkpoint{}, InFlightLimits{8, 1000}, usage_, control_);
    auto sink = std::make_unique<PolledSink>(*delivery_);
    sink_ = sink.get();
    delivery_->use(std::move(sink));
  }
  std::unique_ptr<Acknowledger> acknowledger(milliseconds shutdown_timeout = kNever) {
    return std::make_unique<Acknowledger>(Acknowledger::Settings{"shop", store_, kNever, shutdown_timeout, {}},
                                          control_);
  }
  void send(std::uint64_t offset) {
    ASSERT_TRUE(delivery_->submit(std::array<Message, 1>{}, delivery_->table_index("shop", "orders"), 0).has_value());
    ASSERT_TRUE(delivery_->commit(nullptr, {"binlog.000001", offset}, {}));
  }
  /// As a reader does that hangs in a call which nothing interrupts.
  [[noreturn]] static void hang() {
    for (;;) ::pause();
  }

  Control control_;
  OutputUsage usage_;
  MemoryStore store_;
  std::unique_ptr<Delivery> delivery_;
  PolledSink* sink_ = nullptr;
};

TEST_F(AcknowledgerTest, DetachingLeavesTheNewestCheckpointSavedOrNot) {
  auto thread = acknowledger();
  thread->attach(*delivery_);
  store_.failure = Error{ExitStatus::usage, true, "no space left"};
  send(200);
  thread->detach();
  EXPECT_FALSE(store_.saved.has_value());
  EXPECT_EQ(thread->newest().position.at.offset, 200u);
  store_.failure.reset();
  EXPECT_TRUE(thread->save_now().has_value());
  ASSERT_TRUE(store_.saved.has_value());
  EXPECT_EQ(store_.saved->position.at.offset, 200u);
  EXPECT_EQ(store_.saved->name, "shop");
}

TEST_F(AcknowledgerTest, HandlesWhatIsAnnouncedWhileItRests) {
  auto thread = acknowledger();
  const auto delivered = [&] {
    return control_.wait([&] { return delivery_->drained(); }, Control::Clock::now() + std::chrono::minutes(1));
  };
  for (int attached = 0; attached < 2; ++attached) {
    thread->attach(*delivery_);
    for (std::uint64_t i = 1; i < 5; ++i) {
      send(100 * i);
      sink_->announce();
      ASSERT_TRUE(delivered());
    }
    thread->detach();
  }
}

TEST_F(AcknowledgerTest, ACheckpointThatCanNeverBeSavedEndsEveryWait) {
  auto thread = acknowledger();
  thread->attach(*delivery_);
  store_.failure = Error::usage("permission denied");
  send(200);
  EXPECT_FALSE(thread->save_now().has_value());
  EXPECT_TRUE(control_.failed());
  EXPECT_TRUE(sink_->interrupted);
  thread->detach();
}

TEST_F(AcknowledgerTest, ASignalStopsTheReaderAndTheSink) {
  auto thread = acknowledger();
  thread->attach(*delivery_);
  ::kill(::getpid(), SIGTERM);
  control_.wait([] { return false; });
  EXPECT_TRUE(control_.stopping());
  thread->detach();
  EXPECT_TRUE(sink_->interrupted);
}

TEST_F(AcknowledgerTest, ASecondSignalEndsTheProcess) {
  const auto stop_twice = [&] {
    auto thread = acknowledger();
    ::kill(::getpid(), SIGTERM);
    control_.wait([] { return false; });
    ::kill(::getpid(), SIGINT);
    hang();
  };
  EXPECT_EXIT(stop_twice(), testing::ExitedWithCode(1), "");
}

TEST_F(AcknowledgerTest, AReaderThatHangsDoesNotHoldUpAStop) {
  const auto stop = [&](bool reachable) {
    auto thread = acknowledger(milliseconds(1));
    thread->attach(*delivery_);
    sink_->reachable = reachable;
    send(200);
    ::kill(::getpid(), SIGTERM);
    hang();
  };
  EXPECT_EXIT(stop(true), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(stop(false), testing::ExitedWithCode(1), "");
}

/// The first line of the log that holds some words.
class AwaitedLine final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit AwaitedLine(std::string words) : words_(std::move(words)) {}
  std::future<std::string> line() { return line_.get_future(); }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    std::string text(message.payload.data(), message.payload.size());
    if (found_ || text.find(words_) == std::string::npos) return;
    found_ = true;
    line_.set_value(std::move(text));
  }
  void flush_() override {}

  std::string words_;
  std::promise<std::string> line_;
  bool found_ = false;
};

TEST_F(AcknowledgerTest, WarnsOfWhatStaysPrepared) {
  const auto sink = std::make_shared<AwaitedLine>("has been undecided");
  std::future<std::string> line = sink->line();
  spdlog::default_logger()->sinks().push_back(sink);
  {
    Acknowledger acknowledger({"shop", store_, milliseconds(1), kNever, {}, milliseconds(1)}, control_);
    Checkpoint checkpoint;
    PreparedXa xa;
    xa.xid.gtrid = "x";
    xa.begin = {"binlog.000001", 4};
    checkpoint.undecided = {xa};
    acknowledger.set_newest(checkpoint);
    EXPECT_EQ(line.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
  spdlog::default_logger()->sinks().pop_back();
  EXPECT_EQ(line.get().find("XA transaction X'78',X'',1, prepared at binlog.000001:4, has been undecided for "), 0u);
}

} // namespace
} // namespace rowferry
