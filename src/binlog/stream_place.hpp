// Where a stream of events stands in the log (PROTOCOL.md 1.4, 4.1).
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/binlog/event.hpp>
#include <rowferry/gtid/position.hpp>
#include <string>

namespace rowferry::binlog {

/// The file and a 64-bit offset in it, kept from headers whose log_pos has 32 bits, may be 0, and may jump where the
/// server leaves out what we already have.
class StreamPlace {
 public:
  struct Span {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  void start(const FileOffset& at);

  /// Where an event stands, given that all before it were applied; begin == end for one that has no place in the file.
  /// Fails when its log_pos lies before what was read.
  [[nodiscard]] Result<Span> locate(const EventHeader& header) const;
  /// True for an event that says it ends where it does when it follows the last one: of one that is neither artificial
  /// nor a FORMAT_DESCRIPTION, locate() says no more than that.
  [[nodiscard]] bool is_next(const EventHeader& header) const noexcept {
    return header.log_pos == static_cast<std::uint32_t>(offset_ + header.size);
  }
  /// The event was read: its end is the offset, its fingerprint the fingerprint. Nothing for an event without a place.
  void advance(const EventHeader& header, Span span, std::uint32_t crc) noexcept {
    if (span.begin == span.end) return;
    move_to(span.end);
    fresh_ = false;
    const bool rewritten = header.type == EventType::format_description && header.log_pos == 0;
    if (rewritten) return; // by the server, for a start in the middle: not the bytes of the file
    fingerprint_ = {.offset = span.begin,
                    .timestamp = header.timestamp,
                    .crc32 = crc,
                    .size = header.size,
                    .type = static_cast<std::uint8_t>(header.type)};
  }

  /// A ROTATE in the file leads to the next one. An artificial one says where the server reads, at its first event
  /// since start() and when it goes on in another file without a ROTATE; else it says nothing new.
  void rotate(const Rotate& rotate, bool artificial);
  /// Moves forward only, and only within the file.
  void heartbeat(const Heartbeat& heartbeat);

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] const Fingerprint& fingerprint() const noexcept { return fingerprint_; }

 private:
  void move_to(std::uint64_t offset) noexcept {
    offset_ = offset;
    fingerprint_ = {};
  }

  std::string file_;
  std::uint64_t offset_ = 0;
  Fingerprint fingerprint_;
  bool fresh_ = true; // nothing was read since start()
};

/// Events that the server makes up while it sends: no bytes of the file.
bool is_artificial(const EventHeader& header) noexcept;

} // namespace rowferry::binlog
