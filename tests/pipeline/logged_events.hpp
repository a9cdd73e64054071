// What a source of a log in memory sends.
#pragma once

#include <cstdint>
#include <deque>

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

} // namespace rowferry::test
