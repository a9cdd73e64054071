#include "sink/kafka_log.hpp"

#include <spdlog/spdlog.h>
#include <syslog.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace rowferry::kafka {

namespace {

constexpr std::chrono::seconds kInterval{10};
constexpr std::size_t kMaxRemembered = 256;

/// The line without its digits: ports, times and counts differ from one repetition to the next.
std::string shape_of(std::string_view facility, std::string_view line) {
  std::string shape(facility);
  std::copy_if(line.begin(), line.end(), std::back_inserter(shape), [](char c) { return c < '0' || c > '9'; });
  return shape;
}

bool is_due(const std::string& shape) {
  static std::mutex mutex;
  static std::map<std::string, std::chrono::steady_clock::time_point> last;
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex);
  if (last.size() > kMaxRemembered) last.clear();
  const auto [entry, is_new] = last.try_emplace(shape, now);
  if (!is_new && now - entry->second < kInterval) return false;
  entry->second = now;
  return true;
}

spdlog::level::level_enum level_of(int syslog_level) {
  if (syslog_level <= LOG_WARNING)
    return spdlog::level::warn; // it goes on trying; what ends us is returned as an Error
  if (syslog_level <= LOG_INFO) return spdlog::level::info;
  return spdlog::level::debug;
}

} // namespace

void log_client_line(int level, std::string_view facility, std::string_view line) {
  // We ask for gapless delivery knowing that its documentation calls it experimental.
  if (facility == "CONFWARN" && line.find("enable.gapless.guarantee") != std::string_view::npos) return;
  // What is left in a producer that we drop is read again; the pipeline tells how much that is.
  if (facility == "TERMINATE") return;
  if (level < LOG_DEBUG && !is_due(shape_of(facility, line))) return;
  spdlog::log(level_of(level), "kafka: {} ({})", line, facility);
}

} // namespace rowferry::kafka
