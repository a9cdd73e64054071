// The packets of a dump (MySQL's internals, "Protocol::Packet" and "COM_BINLOG_DUMP"; PROTOCOL.md 1.5), off the wire
// into one buffer, so that an event is looked at where it arrived.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>

#include "source/large_event.hpp"
#include "source/wire.hpp"

namespace rowferry {

/// Reads what follows a command. Memory follows what has come, whatever lengths are claimed: a packet is in
/// the buffer, which is given back after a large one, unless its event is for LargeEvent. One thread.
class PacketReader {
 public:
  /// Nothing of the answer was read before; its first packet has this number.
  explicit PacketReader(std::unique_ptr<Wire> wire, std::uint8_t sequence = 1);

  struct Packet {
    std::uint8_t status = 0; ///< the first byte: 0 in front of an event, 0xfe end, 0xff error
    binlog::RawEvent rest;   ///< what follows it; never spooled but for an event
  };
  /// Valid until the next call. Retriable: the wire's error, packets that are empty or out of order. Final: an event
  /// over 1 GiB. Of no use after an error.
  Result<Packet> next();
  /// The packet behind the last one has come, or the beginning of a small one for whose rest the buffer has no room
  /// while the last one is looked at, and more.
  [[nodiscard]] bool has_more() noexcept;

  /// Bytes of the buffer now, for tests of the bound.
  [[nodiscard]] std::size_t buffer_capacity() const noexcept { return capacity_; }

 private:
  static constexpr std::size_t kFirstCapacity = 256 * 1024;
  static constexpr std::size_t kKeptCapacity = 1024 * 1024;

  Result<std::size_t> next_length();
  Result<bool> begins_large(std::size_t length);
  Result<Packet> read_large(std::size_t length);
  Result<void> take(std::size_t size);
  Result<void> fill(std::size_t wanted);
  void resize(std::size_t capacity);
  [[nodiscard]] bool holds_packet() const noexcept;
  [[nodiscard]] bool began_small() const noexcept;
  void pass(std::size_t size) noexcept { begin_ += size; }
  [[nodiscard]] std::size_t available() const noexcept { return end_ - begin_; }

  std::unique_ptr<Wire> wire_;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;      // of what has come and was not handed out
  std::size_t end_ = 0;        // of what has come
  std::size_t handed_out_ = 0; // bytes from begin_ on that the caller still looks at
  std::uint8_t sequence_;      // of the next packet
  std::optional<Error> lost_;  // found out by has_more()
  LargeEvent large_;
};

} // namespace rowferry
