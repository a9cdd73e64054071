// Table ids at the front of TABLE_MAP and rows events.
#pragma once

#include <rowferry/base/bytes.hpp>
#include <rowferry/binlog/control_events.hpp>

namespace rowferry::binlog {

/// 6 bytes; 4 where the format says that the whole post-header has 6 (5.0 and early 5.1).
inline std::uint64_t read_table_id(ByteReader& in, const FormatDescription& format, EventType type) noexcept {
  return format.post_header_length(type) == 6 ? in.u32() : in.u48();
}

} // namespace rowferry::binlog
