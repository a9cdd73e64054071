// The checksum at an event's end, and what is made of it.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>

namespace rowferry::binlog {

/// The last four bytes; the event has them.
inline std::uint32_t stored_checksum(Bytes event) noexcept {
  return static_cast<std::uint32_t>(load_le<kChecksumSize>(event.data() + event.size() - kChecksumSize));
}
/// Of the bytes before them, as the server computed it.
std::uint32_t computed_checksum(const EventHeader& header, Bytes event);
/// Of a FORMAT_DESCRIPTION of MariaDB without what differs by the way it is asked for: IN_USE, `created`, the checksum.
std::uint32_t lasting_checksum(Bytes event);

struct Checksums {
  std::uint32_t computed = 0; ///< of all bytes but the last four
  std::uint32_t stored = 0;   ///< those
  std::uint32_t whole = 0;    ///< of all bytes
};
/// Of an event whose bytes are not all held. Reads its spool to the end.
Result<Checksums> spooled_checksums(const RawEvent& event);

tl::unexpected<Error> checksum_mismatch();

} // namespace rowferry::binlog
