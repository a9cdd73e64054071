// Table ids at the front of TABLE_MAP and rows events.
#pragma once

#include <rowferry/base/bytes.hpp>
#include <rowferry/binlog/table_map.hpp>

namespace rowferry::binlog {

inline std::uint64_t read_table_id(ByteReader& in, const FormatDescription& format, EventType type) noexcept {
  return table_id_size(format, type) == 4 ? in.u32() : in.u48();
}

} // namespace rowferry::binlog
