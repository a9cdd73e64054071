// MariaDB's compressed events (log_bin_compress), as the events that they stand for (PROTOCOL.md 2.5).
#pragma once

#include <zlib.h>

#include <cstdint>
#include <memory>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/binlog/event.hpp>

namespace rowferry::binlog {

/// The event that a compressed one stands for; itself for every other type.
EventType uncompressed_type(EventType type) noexcept;

/// One decompressor and one buffer for one event after the other: nothing is allocated per event unless it is larger
/// than those before. Memory follows what was really decompressed, whatever length the bytes claim; an event over 1 GiB
/// is refused. What a big event took is given back with the next one.
class Inflater {
 public:
  Inflater() = default;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// The body of uncompressed_type(type), valid until the next call. `body` is that of a QUERY_COMPRESSED or of a
  /// compressed rows event.
  Result<Bytes> inflate(const FormatDescription& format, EventType type, Bytes body);

  /// Bytes of the buffer now, for tests of the bound.
  [[nodiscard]] std::size_t buffer_capacity() const noexcept { return capacity_; }

 private:
  Result<void> append(EventType type, Bytes compressed, std::size_t length);
  void reserve(std::size_t capacity);

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  z_stream stream_{};
  bool open_ = false;
};

} // namespace rowferry::binlog
