// TRANSACTION_PAYLOAD bodies made by hand.
#pragma once

#include <gtest/gtest.h>
#include <zstd.h>

#include <vector>

#include "binlog/builders.hpp"

namespace rowferry::test {

/// Inner events one behind the other: no checksum, end position 0.
inline std::vector<std::uint8_t> inner_events(
    const std::vector<std::pair<EventType, std::vector<std::uint8_t>>>& events) {
  ByteWriter out;
  for (const auto& [type, body] : events) out.bytes(make_event(type, body, Checksum::none));
  return out;
}

inline std::vector<std::uint8_t> zstd_frame(Bytes plain, int level = 3) {
  std::vector<std::uint8_t> frame(ZSTD_compressBound(plain.size()));
  frame.resize(ZSTD_compress(frame.data(), frame.size(), plain.data(), plain.size(), level));
  return frame;
}

/// `compression`: 0 zstd, 255 none. `claimed_size` is what the event says of the uncompressed size.
inline ByteWriter payload_body(Bytes payload, std::uint64_t compression, std::uint64_t claimed_size) {
  ByteWriter out;
  out.bytes(tlv(2, ByteWriter().lenenc(compression)));
  out.bytes(tlv(3, ByteWriter().lenenc(claimed_size)));
  out.bytes(tlv(1, ByteWriter().lenenc(payload.size())));
  return out.u8(0).bytes(payload);
}

inline ByteWriter zstd_payload(Bytes plain) { return payload_body(zstd_frame(plain), 0, plain.size()); }
inline ByteWriter plain_payload(Bytes plain) { return payload_body(plain, 255, plain.size()); }

/// An event of which `held` bytes are held and the others lie in a spool, in records of `piece` bytes.
struct SpooledEvent {
  SpooledEvent(Bytes whole, std::size_t held, std::size_t piece) : event(whole.begin(), whole.end()) {
    for (std::size_t at = held; at < event.size(); at += piece) {
      EXPECT_TRUE(spool.append({}, Bytes(event).subspan(at, std::min(piece, event.size() - at))));
    }
    event.resize(held);
    event.shrink_to_fit();
    raw = binlog::RawEvent(event, spool);
  }
  SpooledEvent(const SpooledEvent&) = delete;
  SpooledEvent& operator=(const SpooledEvent&) = delete;

  std::vector<std::uint8_t> event;
  Spool spool{"a test"};
  binlog::RawEvent raw;
};

} // namespace rowferry::test
