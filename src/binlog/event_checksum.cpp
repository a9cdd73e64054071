#include "binlog/event_checksum.hpp"

#include <algorithm>

#include "binlog/crc32.hpp"

namespace rowferry::binlog {
namespace {

/// The header's flags field with IN_USE, which the server sets and clears without touching the checksum.
constexpr std::size_t kFlagsOffset = 17;
/// Of the field `created` of FORMAT_DESCRIPTION, which a server clears for a replica that was there before.
constexpr std::size_t kCreatedOffset = kEventHeaderSize + 2 + 50;
constexpr std::size_t kCreatedSize = 4;

} // namespace

std::uint32_t computed_checksum(const EventHeader& header, Bytes event) {
  const Bytes covered = event.first(event.size() - kChecksumSize);
  if (header.type != EventType::format_description) return crc32(covered);
  const auto flags = static_cast<std::uint8_t>(covered[kFlagsOffset] & ~event_flag::in_use);
  const std::uint32_t before = crc32(covered.first(kFlagsOffset));
  return crc32(covered.subspan(kFlagsOffset + 1), crc32({&flags, 1}, before));
}

tl::unexpected<Error> checksum_mismatch() {
  return fail(
      Error::data("checksum mismatch: the event is damaged in the server's file or on its way; mysqlbinlog "
                  "--verify-binlog-checksum on the server tells which"));
}

Result<Checksums> spooled_checksums(const RawEvent& event) {
  std::uint64_t covered = event.size() - kChecksumSize;
  std::uint8_t stored[kChecksumSize];
  std::size_t stored_size = 0;
  Checksums checksums;
  event.rest->rewind();
  for (Bytes piece = event.bytes;;) {
    const Bytes body = piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(covered, piece.size())));
    covered -= body.size();
    checksums.computed = crc32(body, checksums.computed);
    for (const std::uint8_t byte : piece.subspan(body.size())) {
      if (stored_size == kChecksumSize) return fail(Error::internal("a spooled event is longer than it says"));
      stored[stored_size++] = byte;
    }
    auto next = event.rest->next();
    if (!next) return fail(std::move(next.error()));
    if (!*next) break;
    piece = **next;
  }
  if (stored_size != kChecksumSize) return fail(Error::internal("a spooled event is shorter than it says"));
  checksums.stored = static_cast<std::uint32_t>(load_le<kChecksumSize>(stored));
  checksums.whole = crc32(stored, checksums.computed);
  return checksums;
}

std::uint32_t lasting_checksum(Bytes event) {
  const std::uint32_t before = crc32(event.first(kFlagsOffset));
  const Bytes behind = event.subspan(kCreatedOffset + kCreatedSize);
  return crc32(behind.first(behind.size() - std::min(behind.size(), kChecksumSize)), before);
}

} // namespace rowferry::binlog
