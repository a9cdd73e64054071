#include "source/packet_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rowferry {
namespace {

constexpr std::size_t kHeader = 4;            // three bytes of length, one of sequence
constexpr std::size_t kFullPacket = 0xffffff; // another one belongs to it
constexpr std::uint32_t kMaxEvent = 1u << 30; // max_allowed_packet's own limit

} // namespace

PacketReader::PacketReader(std::unique_ptr<Wire> wire, std::uint8_t sequence)
    : wire_(std::move(wire)), sequence_(sequence) {
  resize(kFirstCapacity);
}

Result<PacketReader::Packet> PacketReader::next() {
  pass(std::exchange(handed_out_, 0));
  large_.clear();
  const auto length = next_length();
  if (!length) return fail(length.error());
  if (*length == 0) return fail(Error::source_retriable("an empty packet in the stream"));
  const auto large = begins_large(*length);
  if (!large) return fail(large.error());
  if (*large) return read_large(*length);
  if (auto filled = fill(*length); !filled) return fail(std::move(filled.error()));
  handed_out_ = *length;
  const std::uint8_t* const packet = buffer_.get() + begin_;
  return Packet{packet[0], Bytes(packet + 1, *length - 1)};
}

bool PacketReader::has_more() noexcept {
  while (!holds_packet()) {
    if (lost_ || !wire_->is_ready()) return false;
    if (end_ == capacity_) return began_small(); // the rest is on its way, and has no room while the caller looks
    auto got = wire_->read(buffer_.get() + end_, capacity_ - end_);
    if (got) {
      end_ += *got;
    } else {
      lost_ = std::move(got.error());
    }
  }
  return true;
}

bool PacketReader::holds_packet() const noexcept {
  const std::size_t behind = available() - handed_out_;
  if (behind < kHeader) return false;
  const auto length = static_cast<std::size_t>(load_le<3>(buffer_.get() + begin_ + handed_out_));
  return length < kFullPacket && behind - kHeader >= length;
}

// What has come of the next packet does not say that it is large.
bool PacketReader::began_small() const noexcept {
  if (available() - handed_out_ < kHeader) return true;
  return load_le<3>(buffer_.get() + begin_ + handed_out_) < kFirstCapacity;
}

// Passes over the header of a packet and returns the length that it gives.
Result<std::size_t> PacketReader::next_length() {
  if (auto filled = fill(kHeader); !filled) return fail(std::move(filled.error()));
  const std::uint8_t* const header = buffer_.get() + begin_;
  const auto length = static_cast<std::size_t>(load_le<3>(header));
  if (header[3] != sequence_) return fail(Error::source_retriable("packets in the stream are out of order"));
  ++sequence_;
  pass(kHeader);
  return length;
}

// A full packet is followed by another one, and so can only be an event's.
Result<bool> PacketReader::begins_large(std::size_t length) {
  if (length < LargeEvent::kPayloadFrom || length == kFullPacket) return length == kFullPacket;
  if (auto filled = fill(1 + binlog::kEventHeaderSize); !filled) return fail(std::move(filled.error()));
  const std::uint8_t* const packet = buffer_.get() + begin_;
  const auto header = binlog::decode_event_header({packet + 1, binlog::kEventHeaderSize});
  return packet[0] == 0 && header && LargeEvent::takes(*header);
}

// Of one packet or several; `length` is that of the first.
Result<PacketReader::Packet> PacketReader::read_large(std::size_t length) {
  if (auto filled = fill(1 + binlog::kEventHeaderSize); !filled) return fail(std::move(filled.error()));
  const std::uint8_t* const packet = buffer_.get() + begin_;
  const std::uint8_t status = packet[0];
  const auto header = binlog::decode_event_header({packet + 1, binlog::kEventHeaderSize});
  if (status != 0 || !header) return fail(Error::source_retriable("a malformed packet in the stream"));
  if (header->size > kMaxEvent) return fail(Error::source_fatal("an event is larger than 1 GiB"));
  large_.begin(*header);
  pass(1);
  if (auto taken = take(length - 1); !taken) return fail(std::move(taken.error()));
  while (length == kFullPacket) {
    const auto next = next_length();
    if (!next) return fail(next.error());
    if (auto taken = take(*next); !taken) return fail(std::move(taken.error()));
    length = *next;
  }
  auto event = large_.finish();
  if (!event) return fail(std::move(event.error()));
  return Packet{status, *event};
}

// The next bytes into the large event.
Result<void> PacketReader::take(std::size_t size) {
  while (size > 0) {
    if (auto filled = fill(std::min(size, kFirstCapacity)); !filled) return filled;
    const std::size_t now = std::min(size, available());
    if (auto appended = large_.append({buffer_.get() + begin_, now}); !appended) return appended;
    pass(now);
    size -= now;
  }
  return {};
}

// Waits until `wanted` bytes are available. The buffer doubles only when it is full.
Result<void> PacketReader::fill(std::size_t wanted) {
  while (available() < wanted) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (capacity_ > kKeptCapacity && wanted <= kFirstCapacity && available() <= kFirstCapacity / 2) {
      resize(kFirstCapacity);
    }
    if (begin_ + wanted > capacity_ && begin_ > 0) {
      std::memmove(buffer_.get(), buffer_.get() + begin_, available());
      end_ -= std::exchange(begin_, 0);
    }
    if (end_ == capacity_) resize(capacity_ * 2);
    if (lost_) return fail(*lost_);
    const auto got = wire_->read(buffer_.get() + end_, capacity_ - end_);
    if (!got) return fail(got.error());
    end_ += *got;
  }
  return {};
}

void PacketReader::resize(std::size_t capacity) {
  auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  if (available() > 0) std::memcpy(buffer.get(), buffer_.get() + begin_, available());
  buffer_ = std::move(buffer);
  capacity_ = capacity;
  end_ -= std::exchange(begin_, 0);
}

} // namespace rowferry
