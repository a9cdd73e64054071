// An event that is too large for its reader's buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/base/spool.hpp>
#include <rowferry/binlog/event.hpp>
#include <vector>

namespace rowferry {

/// Takes an event's bytes as they come. A TRANSACTION_PAYLOAD, which is read in pieces, goes to a spool, unless it is
/// below kFrom and there is no room for a file; any other goes into memory, because a row has to be whole. Either is
/// given back when the next one begins, or by clear(). One thread.
class LargeEvent {
 public:
  /// Readers hold smaller events in a buffer of their own. A payload is spooled as soon as that saves memory; any other
  /// event comes in several packets from here on.
  static constexpr std::uint32_t kFrom = 0xffffff;
  static constexpr std::uint32_t kPayloadFrom = 1024 * 1024;
  [[nodiscard]] static bool takes(const binlog::EventHeader& header) noexcept {
    return header.size >= (header.type == binlog::EventType::transaction_payload ? kPayloadFrom : kFrom);
  }

  LargeEvent() = default;
  ~LargeEvent() { clear(); }
  LargeEvent(const LargeEvent&) = delete;
  LargeEvent& operator=(const LargeEvent&) = delete;

  /// Memory follows what is appended, not what the header claims.
  void begin(const binlog::EventHeader& header);
  /// Fails with status 5 for more than the header claims; as the spool does.
  Result<void> append(Bytes bytes);
  /// What was appended; fewer bytes than the header claims are the stream's to refuse. Valid until begin() or clear().
  Result<binlog::RawEvent> finish();
  void clear() noexcept;

 private:
  void grow();

  std::uint64_t claimed_ = 0;
  std::uint64_t size_ = 0;
  std::uint8_t* memory_ = nullptr; // null for a spooled event
  std::size_t capacity_ = 0;
  std::vector<std::uint8_t> head_; // of a spooled one
  std::optional<Spool> rest_;
};

} // namespace rowferry
