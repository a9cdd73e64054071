#include <csignal>
#include <rowferry/sink/sinks.hpp>
#include <string>

#include "sink/fd_writer.hpp"
#include "sink/message_line.hpp"
#include "sink/prompt_reports.hpp"

namespace rowferry {

namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kKeptBytes = 1024 * 1024;

/// Lines gather in a buffer that is written when it is full or when nothing more comes for now; a token is delivered
/// when its whole line was written. The reader waits for whoever reads the pipe, so that memory stays flat.
class StdoutSink final : public Sink {
 public:
  StdoutSink(int fd, StdoutFormat format, const Topics& topics, DeliveryListener& listener)
      : format_(format), topics_(topics), writer_(fd), reports_(listener) {
    buffer_.reserve(2 * kBufferBytes);
  }
  ~StdoutSink() override { StdoutSink::flush(); }

  Result<Submit> submit(const Message& message, Token token) override {
    if (failure_) return fail(*failure_);
    if (buffer_.size() >= kBufferBytes) return Submit::full; // interrupted while the pipe is stalled
    reports_.expect_from(token);
    if (format_ == StdoutFormat::json) {
      append_json_line(buffer_, message, topics_.name(message.topic));
    } else {
      append_payload_line(buffer_, message);
    }
    buffered_ = token;
    if (buffer_.size() >= kBufferBytes) StdoutSink::flush();
    if (failure_) return fail(*failure_);
    return Submit::accepted;
  }

  void flush() noexcept override {
    if (buffer_.empty() || failure_) return;
    const auto written = writer_.write(buffer_);
    if (!written) {
      failure_ = written.error();
      reports_.failed(written.error());
      return;
    }
    buffer_.erase(0, *written);
    if (!buffer_.empty()) return;
    if (buffer_.capacity() > kKeptBytes) std::string().swap(buffer_); // a large message's
    reports_.delivered_up_to(buffered_);
  }

  std::size_t poll(std::chrono::milliseconds timeout) override { return reports_.poll(timeout); }
  [[nodiscard]] int ready_fd() const noexcept override { return reports_.ready_fd(); }
  void interrupt() noexcept override { writer_.interrupt(); }
  [[nodiscard]] SinkStatus status() const override {
    if (!writer_.stalled()) return {};
    return {false, "output: whoever reads it does not keep up; waiting"};
  }

 private:
  StdoutFormat format_;
  const Topics& topics_;
  FdWriter writer_;
  PromptReports reports_;
  std::string buffer_;
  Token buffered_ = 0; ///< the last token whose line is in the buffer
  std::optional<Error> failure_;
};

} // namespace

std::unique_ptr<Sink> make_stdout_sink(int fd, StdoutFormat format, const Topics& topics, DeliveryListener& listener) {
  std::signal(SIGPIPE, SIG_IGN); // a closed pipe is an error of write(), not the end of the process
  return std::make_unique<StdoutSink>(fd, format, topics, listener);
}

} // namespace rowferry
