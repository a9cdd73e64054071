#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include <memory>
#include <rowferry/sink/sinks.hpp>
#include <thread>

#include "sink/sink_driver.hpp"

namespace rowferry {
namespace {

using std::chrono::milliseconds;
using test::submit;
using test::tokens_up_to;
using testing::HasSubstr;

class Pipe {
 public:
  explicit Pipe(int flags = 0) { EXPECT_EQ(::pipe2(ends_, flags | O_CLOEXEC), 0); }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }
  std::string read_all() {
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(ends_[0], buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(n));
    return text;
  }

 private:
  static void close(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  int ends_[2] = {-1, -1};
};

class StdoutSinkTest : public testing::Test {
 protected:
  std::unique_ptr<Sink> make(int fd, StdoutFormat format = StdoutFormat::payload) {
    topics_.intern("t");
    return make_stdout_sink(fd, format, topics_, listener_);
  }

  Topics topics_;
  test::Listener listener_;
  test::MessageMaker maker_;
};

TEST_F(StdoutSinkTest, DeliversWhenTheLineIsWritten) {
  Pipe pipe;
  auto sink = make(pipe.writer(), StdoutFormat::json);
  ASSERT_TRUE(submit(*sink, maker_.make("k", "v"), 5));
  sink->poll(milliseconds(0));
  EXPECT_TRUE(listener_.tokens.empty());
  sink->flush();
  pollfd ready{sink->ready_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&ready, 1, 60000), 1);
  EXPECT_EQ(sink->poll(milliseconds(0)), 1);
  EXPECT_EQ(listener_.tokens, std::vector<Token>{5});
  EXPECT_EQ(::poll(&ready, 1, 0), 0);
  sink.reset();
  pipe.close_writer();
  EXPECT_EQ(pipe.read_all(), "{\"topic\":\"t\",\"partition\":null,\"key\":\"k\",\"value\":\"v\"}\n");
}

class StdoutSinkPipeTest : public StdoutSinkTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(BlockingOrNot, StdoutSinkPipeTest, testing::Values(0, O_NONBLOCK));

TEST_P(StdoutSinkPipeTest, ASlowReaderGetsEveryByte) {
  constexpr Token kMessages = 3000;
  Pipe pipe;
  ::fcntl(pipe.writer(), F_SETFL, GetParam());
  std::string expected;
  std::string got;
  std::thread reader([&] { got = pipe.read_all(); });
  auto sink = make(pipe.writer());
  for (Token token = 1; token <= kMessages; ++token) {
    const std::string value(token % 300, static_cast<char>('a' + token % 26));
    expected += value + "\n";
    ASSERT_TRUE(submit(*sink, maker_.make("", value), token));
  }
  sink->flush();
  sink->poll(milliseconds(0));
  EXPECT_EQ(listener_.tokens, tokens_up_to(kMessages));
  sink.reset();
  pipe.close_writer();
  reader.join();
  EXPECT_EQ(got, expected);
}

TEST_F(StdoutSinkTest, AClosedPipeIsFinal) {
  Pipe pipe;
  auto sink = make(pipe.writer());
  ASSERT_TRUE(submit(*sink, maker_.make("", "v"), 1));
  pipe.close_reader();
  sink->flush();
  sink->poll(milliseconds(0));
  ASSERT_EQ(listener_.failures.size(), 1);
  EXPECT_EQ(listener_.failures[0].second.status, ExitStatus::sink);
  EXPECT_FALSE(listener_.failures[0].second.retriable);
  EXPECT_THAT(listener_.failures[0].second.message, HasSubstr("nobody reads"));
  EXPECT_TRUE(listener_.tokens.empty());
  EXPECT_FALSE(sink->submit(maker_.make("", "v"), 2));
}

TEST_F(StdoutSinkTest, AFullDiskIsFinal) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    auto sink = make(full);
    ASSERT_TRUE(submit(*sink, maker_.make("", "v"), 1));
    sink->flush();
    sink->poll(milliseconds(0));
    ASSERT_EQ(listener_.failures.size(), 1);
    EXPECT_THAT(listener_.failures[0].second.message, HasSubstr("No space left"));
  }
  ::close(full);
}

TEST_F(StdoutSinkTest, InterruptEndsTheWaitForAStalledReader) {
  Pipe pipe;
  auto sink = make(pipe.writer());
  std::thread interrupter([&] {
    while (sink->status().connected) std::this_thread::yield();
    EXPECT_THAT(sink->status().text, HasSubstr("does not keep up"));
    sink->interrupt();
  });
  Token token = 0;
  const std::string value(10000, 'x');
  while (*sink->submit(maker_.make("", value), ++token) == Submit::accepted) {
  }
  interrupter.join();
  sink->poll(milliseconds(0));
  EXPECT_LT(listener_.tokens.size(), token);
  EXPECT_TRUE(listener_.failures.empty());
}

TEST_F(StdoutSinkTest, DiscardDeliversEverythingInOrder) {
  auto sink = make_discard_sink(listener_);
  std::thread acknowledger([&] { test::poll_until(*sink, [&] { return listener_.tokens.size() == 10000; }); });
  for (Token token = 1; token <= 10000; ++token) ASSERT_EQ(sink->submit(Message{}, token), Submit::accepted);
  acknowledger.join();
  EXPECT_EQ(listener_.tokens, tokens_up_to(10000));
}

} // namespace
} // namespace rowferry
