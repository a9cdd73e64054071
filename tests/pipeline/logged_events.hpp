// What a source of a log in memory sends.
#pragma once

#include <cstdint>
#include <deque>
#include <rowferry/source/event_source.hpp>

#include "binlog/builders.hpp"

namespace rowferry::test {

/// FORMAT_DESCRIPTION and the events from an offset on. They are the log's.
inline std::deque<Bytes> events_from(const LogBuilder& log, std::uint64_t from) {
  std::deque<Bytes> events;
  std::uint64_t offset = 4;
  for (const auto& event : log.events()) {
    if (offset >= from || events.empty()) events.emplace_back(event);
    offset += event.size();
  }
  return events;
}

/// events_from(), to the last or to where the connection breaks: behind `count` of them.
class LoggedEvents final : public EventSource {
 public:
  LoggedEvents(const LogBuilder& log, std::uint64_t from, std::size_t count)
      : events_(events_from(log, from)), left_(count) {}
  Result<binlog::RawEvent> next() override {
    if (left_-- == 0 || events_.empty()) return rowferry::fail(Error::source_retriable("cut"));
    const Bytes event = events_.front();
    events_.pop_front();
    return event;
  }
  void interrupt() noexcept override {}

 private:
  std::deque<Bytes> events_;
  std::size_t left_;
};

} // namespace rowferry::test
