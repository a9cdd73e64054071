// The one wording for bodies that do not fit their format.
#pragma once

#include <fmt/format.h>

#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>
#include <string_view>

namespace rowferry::binlog {

/// "GTID event is malformed: cut short (body of 12 bytes)". Whoever knows file and offset puts them in front.
inline tl::unexpected<Error> malformed(EventType type, Bytes body, std::string_view problem = "cut short") {
  return fail(Error::data(
      fmt::format("{} event is malformed: {} (body of {} bytes)", event_type_name(type), problem, body.size())));
}

} // namespace rowferry::binlog
