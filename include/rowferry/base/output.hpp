// Where encoders write: reference-counted chunks that the sink may borrow until a message is delivered.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rowferry {

/// Live output bytes of one Output or more, for back-pressure and for the status: chunks that some message still
/// borrows count whole. Read from any thread.
struct OutputUsage {
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> chunks{0};
};

/// A block of output bytes that lives until the last reference is dropped. Thread-safe reference count; the bytes are
/// written by the owner of the Output only, and never again once a record in them was handed out.
class Chunk {
 public:
  static Chunk* create(std::size_t capacity, OutputUsage& usage);
  void retain(std::uint32_t times = 1) noexcept { references_.fetch_add(times, std::memory_order_relaxed); }
  /// May free the chunk. Any thread.
  void release(std::uint32_t times = 1) noexcept;

  [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  Chunk(std::size_t capacity, OutputUsage& usage) noexcept : usage_(usage), capacity_(capacity) {}

  std::atomic<std::uint32_t> references_{1};
  OutputUsage& usage_;
  std::size_t capacity_;
};

/// Appends records one after the other. A record is contiguous: when it outgrows its chunk it moves, so keep offsets
/// from its beginning and not pointers while it is being written. One thread.
///
///   out.begin();
///   char* p = out.ensure(20);      // room for at least 20 bytes
///   p = write_uint(p, value);
///   out.advance(p);
///   out.append(",");
///   std::string_view record = out.record();   // valid until begin(); retain chunk() to keep it longer
class Output {
 public:
  static constexpr std::size_t kChunkBytes = 256 * 1024; ///< of a chunk of the ordinary size

  /// `usage` outlives this and every chunk.
  explicit Output(OutputUsage& usage, std::size_t chunk_bytes = kChunkBytes);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Ends the record under way and starts an empty one behind it.
  void begin() noexcept { record_ = cursor_; }
  /// Forgets what the record under way holds.
  void discard() noexcept { cursor_ = record_; }
  /// The same, and leaves its chunk for one of the ordinary size.
  void begin_anew();
  /// The cursor, with room for at least n bytes behind it.
  [[nodiscard]] char* ensure(std::size_t n) {
    if (static_cast<std::size_t>(end_ - cursor_) < n) grow(n);
    return cursor_;
  }
  /// `end` is at most n bytes behind what ensure(n) returned.
  void advance(char* end) noexcept { cursor_ = end; }

  /// Both: `end` as for advance(), then room for at least n bytes behind it.
  [[nodiscard]] char* ensure_behind(char* end, std::size_t n) {
    if (static_cast<std::size_t>(end_ - end) >= n) [[likely]]
      return end;
    cursor_ = end;
    grow(n);
    return cursor_;
  }

  [[nodiscard]] std::size_t room_behind(const char* end) const noexcept { return static_cast<std::size_t>(end_ - end); }

  void push(char c) {
    *ensure(1) = c;
    ++cursor_;
  }
  void append(std::string_view text) {
    if (text.empty()) return; // memcpy of an empty view's null pointer is undefined
    char* p = ensure(text.size());
    std::memcpy(p, text.data(), text.size());
    cursor_ = p + text.size();
  }

  /// Bytes of the record under way.
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(cursor_ - record_); }
  [[nodiscard]] std::string_view record() const noexcept { return {record_, size()}; }
  /// For writing again over a part of the record under way.
  [[nodiscard]] char* record_data() noexcept { return record_; }
  void truncate(std::size_t size) noexcept { cursor_ = record_ + size; }
  /// The chunk that holds the record under way.
  [[nodiscard]] Chunk& chunk() noexcept { return *chunk_; }

 private:
  void grow(std::size_t n);

  char* cursor_ = nullptr;
  char* end_ = nullptr;
  char* record_ = nullptr;
  Chunk* chunk_ = nullptr;
  OutputUsage& usage_;
  std::size_t chunk_bytes_;
};

} // namespace rowferry
