#include "app/logging.hpp"

#include <fmt/format.h>
#include <spdlog/details/file_helper.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

#include "app/printable.hpp"

namespace rowferry {
namespace {

/// A file that can be opened again under its name, for log rotation.
class ReopeningFileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// Throws spdlog::spdlog_ex.
  explicit ReopeningFileSink(std::string path) : path_(std::move(path)), file_(open()) {}

  void reopen() {
    const std::lock_guard lock(mutex_);
    file_ = open(); // when it throws, the old file stays
  }

 private:
  [[nodiscard]] std::unique_ptr<spdlog::details::file_helper> open() const {
    auto file = std::make_unique<spdlog::details::file_helper>();
    file->open(path_, false);
    return file;
  }
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    file_->write(line);
  }
  void flush_() override { file_->flush(); }

  std::string path_;
  std::unique_ptr<spdlog::details::file_helper> file_;
};

/// The message, in one line.
class PrintableText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& line) override {
    const std::string text = printable({message.payload.data(), message.payload.size()});
    line.append(text.data(), text.data() + text.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<PrintableText>();
  }
};

void use(spdlog::sink_ptr sink, const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("rowferry", std::move(sink));
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<PrintableText>('*').set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-7l %*");
  logger->set_formatter(std::move(formatter));
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

} // namespace

Result<std::function<void()>> start_logging(const std::string& level, const std::string& file) {
  if (file.empty()) {
    use(std::make_shared<spdlog::sinks::stderr_sink_mt>(), level);
    return [] {};
  }
  try {
    auto sink = std::make_shared<ReopeningFileSink>(file);
    use(sink, level);
    return [sink] {
      try {
        sink->reopen();
        spdlog::info("log file opened again");
      } catch (const spdlog::spdlog_ex& error) {
        spdlog::error("log.file cannot be opened again: {}", error.what());
      }
    };
  } catch (const spdlog::spdlog_ex& error) {
    return fail(Error::usage(fmt::format("log.file: {}", error.what())));
  }
}

} // namespace rowferry
