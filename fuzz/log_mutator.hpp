// Mutates a binlog file event by event: sizes, positions and checksums are right again behind each change, so that what
// is tried is the decoders and not the three checks in front of them.
#pragma once

#include <zlib.h>

#include <rowferry/binlog/control_events.hpp>
#include <string_view>

#include "mutate.hpp"

namespace rowferry::fuzz {

inline constexpr std::string_view kMagic =
    "\xfe"
    "bin";

/// A file's bytes without the magic in front, which an input may have or not.
inline Bytes without_magic(Bytes log) { return as_text(log).starts_with(kMagic) ? log.subspan(kMagic.size()) : log; }

class LogMutator {
 public:
  explicit LogMutator(Bytes log, std::uint64_t seed) : random_(seed) { cut(without_magic(log)); }

  Buffer mutated() {
    if (!events_.empty()) change();
    Buffer log(kMagic.begin(), kMagic.end());
    for (Buffer& event : events_) {
      repair(event, log.size());
      put_bytes(log, event);
    }
    return log;
  }

 private:
  static constexpr std::size_t kHeader = binlog::kEventHeaderSize;
  static constexpr std::size_t kFooter = binlog::kChecksumSize;
  static constexpr std::uint8_t kTypes[] = {
      1,  2,  3,  4,  5,  9,  11, 13, 14, 15, 16, 17, 18, 19,  20,  21,  22,  23,  24,  25,  26,  27,  28,  29,  30, 31,
      32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 99, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171};

  void cut(Bytes rest) {
    while (const auto header = binlog::decode_event_header(rest)) {
      const Bytes event = rest.first(std::min<std::size_t>(header->size, rest.size()));
      events_.emplace_back(event.begin(), event.end());
      rest = rest.subspan(event.size());
    }
    const auto is_format = [](const Buffer& event) { return event[4] == 15; };
    const auto format = std::find_if(events_.begin(), events_.end(), is_format);
    checksummed_ = format != events_.end() && format->size() > kHeader + 5 && (*format)[format->size() - 5] == 1;
  }

  /// Bytes of a checksum at the event's end.
  [[nodiscard]] std::size_t footer(const Buffer& event) const {
    return (checksummed_ || event[4] == 15) && event.size() >= kHeader + kFooter ? kFooter : 0;
  }

  void change() {
    const std::size_t at = random_.below(events_.size());
    switch (random_.below(12)) {
      case 0:
        events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(random_.below(events_.size())),
                       Buffer(events_[at]));
        return;
      case 1:
        if (events_.size() > 1) events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(at));
        return;
      case 2:
        std::swap(events_[at], events_[random_.below(events_.size())]);
        return;
      case 3:
        events_[at][4] = kTypes[random_.below(std::size(kTypes))];
        return;
      case 4:
        events_[at][17 + random_.below(2)] ^= static_cast<std::uint8_t>(1u << random_.below(8)); // flags
        return;
      case 5:
        wrap(at);
        return;
      case 6:
        shorten(events_[at]);
        return;
      default:
        mutate_body(events_[at]);
    }
  }

  void mutate_body(Buffer& event) {
    const std::size_t footer_size = footer(event);
    event.resize(event.size() - footer_size);
    mutate_tail(event, kHeader);
    event.resize(event.size() + footer_size);
  }

  void shorten(Buffer& event) {
    const std::size_t footer_size = footer(event);
    const std::size_t body = event.size() - kHeader - footer_size;
    if (body > 0) event.resize(kHeader + random_.below(body) + footer_size);
  }

  /// Some events in a TRANSACTION_PAYLOAD without compression.
  void wrap(std::size_t at) {
    const std::size_t count = std::min(events_.size() - at, 1 + random_.below(6));
    Buffer inside;
    for (std::size_t i = at; i < at + count; ++i) {
      Buffer event = events_[i];
      event.resize(event.size() - footer(event));
      set_le(event, 9, event.size(), 4);
      set_le(event, 13, 0, 4);
      put_bytes(inside, event);
    }
    Buffer payload(events_[at].begin(), events_[at].begin() + kHeader);
    payload[4] = 40;
    payload.insert(payload.end(), {2, 3, 0xfc, 255, 0, 1, 9, 0xfe}); // compression: none; size
    put_le(payload, inside.size(), 8);
    payload.push_back(0);
    put_bytes(payload, inside);
    if (checksummed_) payload.resize(payload.size() + kFooter);
    const auto first = events_.begin() + static_cast<std::ptrdiff_t>(at);
    *first = std::move(payload);
    events_.erase(first + 1, first + static_cast<std::ptrdiff_t>(count));
  }

  static void set_le(Buffer& event, std::size_t at, std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) event[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }

  void repair(Buffer& event, std::size_t begin) const {
    set_le(event, 9, event.size(), 4);
    const bool has_position = event[13] != 0 || event[14] != 0 || event[15] != 0 || event[16] != 0;
    if (has_position) set_le(event, 13, begin + event.size(), 4);
    if (const std::size_t size = footer(event)) {
      const auto covered = static_cast<uInt>(event.size() - size);
      set_le(event, covered, ::crc32(0, event.data(), covered), kFooter);
    }
  }

  Random random_;
  std::vector<Buffer> events_;
  bool checksummed_ = false;
};

/// For LLVMFuzzerCustomMutator. Now and then libFuzzer's own mutation of all, so that headers are wrong too.
inline std::size_t mutate_log(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  if (seed % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
  return store(LogMutator({data, size}, seed).mutated(), data, max_size);
}

} // namespace rowferry::fuzz
