// The fields of an event's header, where its 19 bytes are there.
#pragma once

#include <rowferry/base/bytes.hpp>
#include <rowferry/binlog/event.hpp>

namespace rowferry::binlog {

/// Reads kEventHeaderSize bytes; what they say is not checked. Not returned: a caller's copy of a whole that has just
/// been put together waits for its parts.
inline void load_event_header(EventHeader& header, const std::uint8_t* p) noexcept {
  header.timestamp = static_cast<std::uint32_t>(load_le<4>(p));
  header.type = static_cast<EventType>(p[4]);
  header.server_id = static_cast<std::uint32_t>(load_le<4>(p + 5));
  header.size = static_cast<std::uint32_t>(load_le<4>(p + 9));
  header.log_pos = static_cast<std::uint32_t>(load_le<4>(p + 13));
  header.flags = static_cast<std::uint16_t>(load_le<2>(p + 17));
}

} // namespace rowferry::binlog
