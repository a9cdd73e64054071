// The events inside a TRANSACTION_PAYLOAD, decompressed as they are asked for (PROTOCOL.md 2.7).
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>

namespace rowferry::binlog {

/// Reads one payload after the other, with one decompressor and one buffer. Memory is bounded by the largest inner
/// event (twice, while it is read) and the compression window, and follows what was really decompressed: sizes that the
/// bytes claim allocate nothing, and an event over 1 GiB is refused. What a big event took is given back soon after it.
class PayloadReader {
 public:
  /// One inner event, without checksum. Valid until the next call of next() or open().
  struct Inner {
    EventHeader header;
    Bytes body;
    bool last = false;
  };

  /// `event` and what it borrows outlive the reading of its inner events; its last `footer` bytes, a checksum, are not
  /// read. Fails for a compression that we do not know and for a payload without any event; as the spool does.
  Result<void> open(const RawEvent& event, std::size_t footer);
  /// True while next() has an event to give.
  [[nodiscard]] bool active() const noexcept { return active_; }
  /// Only while active(). An error ends the payload.
  Result<Inner> next();
  /// Since close().
  [[nodiscard]] bool opened() const noexcept { return opened_; }
  /// Forgets a payload under way and gives back what a big event took.
  void close() noexcept;

  /// Bytes of the buffer now, for tests of the bound.
  [[nodiscard]] std::size_t buffer_capacity() const noexcept { return capacity_; }

 private:
  struct FreeContext {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };

  Result<bool> fill(std::size_t wanted);
  Result<void> next_piece();
  Result<void> decompress();
  Result<void> copy();
  void make_room();
  void resize(std::size_t capacity);

  // What is decompressed and not handed out: [begin_, begin_ + available_). It lies in buffer_, or for an uncompressed
  // payload that is held whole in the event itself.
  const std::uint8_t* begin_ = nullptr;
  std::size_t available_ = 0;

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  Bytes input_;                 // of the payload, as it came
  Spool* rest_ = nullptr;       // where input_ goes on
  std::uint64_t rest_left_ = 0; // bytes of the payload there
  bool compressed_ = false;
  bool frame_open_ = false; // more is to come out of the decompressor even without more input
  bool opened_ = false;
  bool active_ = false;
  std::size_t handed_out_ = 0; // size of the event that the caller still looks at
};

} // namespace rowferry::binlog
