#include "binlog/stream_place.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowferry::binlog {
namespace {

constexpr std::uint64_t kFileHeaderSize = 4; // the magic bytes; no event begins before

/// How far behind `from` a position lies of which the lowest 32 bits are known. Nothing when it rather lies before:
/// groups that the server skips may take more than 2 GiB, so the line is drawn at 3.
std::optional<std::uint64_t> distance(std::uint64_t from, std::uint32_t log_pos) {
  constexpr std::uint32_t kBehind = 0xc0000000;
  const std::uint32_t gap = log_pos - static_cast<std::uint32_t>(from);
  if (gap >= kBehind) return std::nullopt;
  return gap;
}

} // namespace

bool is_artificial(const EventHeader& header) noexcept {
  switch (header.type) {
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
      return true;
    case EventType::rotate:
      return (header.flags & event_flag::artificial) != 0 || header.log_pos == 0;
    default:
      return (header.flags & event_flag::artificial) != 0;
  }
}

void StreamPlace::start(const FileOffset& at) {
  file_ = at.file;
  offset_ = std::max(at.offset, kFileHeaderSize);
  fingerprint_ = {};
  fresh_ = true;
}

Result<StreamPlace::Span> StreamPlace::locate(const EventHeader& header) const {
  // A FORMAT_DESCRIPTION stands at the beginning of its file; in front of a start further on it is only repeated.
  // MariaDB's START_ENCRYPTION comes with it and then says no position.
  const bool repeated = (header.type == EventType::format_description && offset_ != kFileHeaderSize) ||
                        (header.type == EventType::mariadb_start_encryption && header.log_pos == 0);
  if (repeated || is_artificial(header)) return Span{offset_, offset_};
  const std::uint64_t next = offset_ + header.size;
  if (header.log_pos == 0 || header.type == EventType::format_description) return Span{offset_, next};
  const std::optional<std::uint64_t> skipped = distance(next, header.log_pos);
  if (!skipped) {
    return fail(Error::data(
        fmt::format("the event of {} bytes says that it ends at {} (modulo 4 GiB), before its place in the log",
                    header.size, header.log_pos)));
  }
  return Span{offset_ + *skipped, next + *skipped};
}

void StreamPlace::rotate(const Rotate& rotate, bool artificial) {
  if (artificial && !fresh_ && rotate.file == file_) return;
  file_ = rotate.file;
  offset_ = rotate.offset;
  fingerprint_ = {};
  fresh_ = false;
}

void StreamPlace::heartbeat(const Heartbeat& heartbeat) {
  if (heartbeat.file != file_) return;
  if (heartbeat.whole) {
    if (heartbeat.offset > offset_) move_to(heartbeat.offset);
  } else if (const auto ahead = distance(offset_, static_cast<std::uint32_t>(heartbeat.offset)); ahead && *ahead > 0) {
    move_to(offset_ + *ahead);
  }
}

} // namespace rowferry::binlog
