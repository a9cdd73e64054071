// MariaDB's COMPRESSED columns: sql/field_comp.cc. A first byte of 0: the rest is plain. Else its high half is the
// method (8: zlib), bit 3 says that the deflate stream has no zlib header, the low three bits how many bytes of the
// original length follow (big-endian), then the stream. The empty value has no bytes at all.
#include <zlib.h>

#include <memory>
#include <rowferry/binlog/values.hpp>

namespace rowferry::binlog {
namespace {

constexpr std::uint64_t kMaxRatio = 1032; // deflate makes no more of a byte
constexpr std::size_t kKept = 1024 * 1024;

/// A decompressor and what it last gave, for one thread.
class ColumnInflater {
 public:
  ColumnInflater() = default;
  ~ColumnInflater() {
    if (initialised_) inflateEnd(&stream_);
  }
  ColumnInflater(const ColumnInflater&) = delete;
  ColumnInflater& operator=(const ColumnInflater&) = delete;

  std::optional<Bytes> inflate(Bytes deflated, bool raw, std::uint64_t size) {
    const int window_bits = raw ? -MAX_WBITS : MAX_WBITS;
    if (!initialised_ && inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
    initialised_ = true;
    if (inflateReset2(&stream_, window_bits) != Z_OK) return std::nullopt;
    resize(static_cast<std::size_t>(size));
    stream_.next_in = const_cast<Bytef*>(deflated.data()); // zlib's own signature; it does not write there
    stream_.avail_in = static_cast<uInt>(deflated.size());
    stream_.next_out = buffer_.get();
    stream_.avail_out = static_cast<uInt>(size);
    if (::inflate(&stream_, Z_FINISH) != Z_STREAM_END || stream_.avail_out != 0 || stream_.avail_in != 0) {
      return std::nullopt;
    }
    return Bytes(buffer_.get(), static_cast<std::size_t>(size));
  }

 private:
  void resize(std::size_t size) {
    if (size <= capacity_ && (capacity_ <= kKept || size > kKept)) return;
    buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(size);
    capacity_ = size;
  }

  z_stream stream_{};
  bool initialised_ = false;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0;
};

} // namespace

std::optional<Bytes> uncompress_column(Bytes stored) {
  if (stored.empty()) return stored;
  const std::uint8_t head = stored[0];
  if (head == 0) return stored.subspan(1);
  constexpr unsigned kZlib = 8;
  const std::size_t length_bytes = head & 7;
  if (head >> 4 != kZlib || length_bytes > 4 || stored.size() < 1 + length_bytes) return std::nullopt;
  std::uint64_t size = 0;
  for (const std::uint8_t byte : stored.subspan(1, length_bytes)) size = size << 8 | byte;
  const Bytes deflated = stored.subspan(1 + length_bytes);
  if (size == 0 || size > deflated.size() * kMaxRatio) return std::nullopt;
  thread_local ColumnInflater inflater;
  return inflater.inflate(deflated, (head & 8) != 0, size);
}

} // namespace rowferry::binlog
