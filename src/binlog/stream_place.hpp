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
  /// The event was read: its end is the offset, its fingerprint the fingerprint. Nothing for an event without a place.
  void advance(const EventHeader& header, Span span, std::uint32_t crc);

  /// A ROTATE in the file leads to the next one. An artificial one says where the server reads, at its first event
  /// since start() and when it goes on in another file without a ROTATE; else it says nothing new.
  void rotate(const Rotate& rotate, bool artificial);
  /// Moves forward only, and only within the file.
  void heartbeat(const Heartbeat& heartbeat);

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] const Fingerprint& fingerprint() const noexcept { return fingerprint_; }

 private:
  void move_to(std::uint64_t offset);

  std::string file_;
  std::uint64_t offset_ = 0;
  Fingerprint fingerprint_;
  bool fresh_ = true; // nothing was read since start()
};

/// Events that the server makes up while it sends: no bytes of the file.
bool is_artificial(const EventHeader& header) noexcept;

} // namespace rowferry::binlog
