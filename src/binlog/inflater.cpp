// Up to the compressed part the events are what they stand for; there comes
//
//   1 byte: 0x80 | algorithm << 4 | n   algorithm 0: zlib
//   n bytes, big-endian: length when decompressed
//   a zlib stream
#include "binlog/inflater.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <rowferry/binlog/table_map.hpp>

#include "binlog/malformed.hpp"
#include "binlog/table_id.hpp"

namespace rowferry::binlog {
namespace {

constexpr std::size_t kFirstCapacity = 64 * 1024;
constexpr std::size_t kKeptCapacity = 1024 * 1024;
constexpr std::size_t kMaxLength = std::size_t{1} << 30;

// Passes over the part of a QUERY before its text.
void skip_query_head(ByteReader& in) {
  in.skip(8); // thread, execution time
  const std::size_t database_length = in.u8();
  in.skip(2); // error
  const std::size_t status_length = in.u16();
  in.skip(status_length + database_length + 1);
}

// Passes over the part of a rows event before its rows.
void skip_rows_head(ByteReader& in, const FormatDescription& format, EventType type) {
  read_table_id(in, format, type);
  in.skip(2); // flags
  const bool extra_data = type >= EventType::write_rows_compressed;
  if (extra_data) {
    const std::uint16_t length = in.u16(); // with itself
    if (length < 2) return in.fail();
    in.skip(length - 2U);
  }
  const std::uint64_t columns = in.lenenc();
  const bool update = type == EventType::update_rows_compressed_v1 || type == EventType::update_rows_compressed;
  if (columns > kMaxColumns) return in.fail();
  in.skip((columns + 7) / 8 * (update ? 2U : 1U));
}

} // namespace

EventType uncompressed_type(EventType type) noexcept {
  switch (type) {
    case EventType::query_compressed:
      return EventType::query;
    case EventType::write_rows_compressed_v1:
      return EventType::write_rows_v1;
    case EventType::update_rows_compressed_v1:
      return EventType::update_rows_v1;
    case EventType::delete_rows_compressed_v1:
      return EventType::delete_rows_v1;
    case EventType::write_rows_compressed:
      return EventType::write_rows;
    case EventType::update_rows_compressed:
      return EventType::update_rows;
    case EventType::delete_rows_compressed:
      return EventType::delete_rows;
    default:
      return type;
  }
}

Inflater::~Inflater() {
  if (open_) inflateEnd(&stream_);
}

Result<Bytes> Inflater::inflate(const FormatDescription& format, EventType type, Bytes body) {
  ByteReader in(body);
  type == EventType::query_compressed ? skip_query_head(in) : skip_rows_head(in, format, type);
  const Bytes head = body.first(in.offset());
  const std::uint8_t mark = in.u8();
  const unsigned length_size = mark & 0x07U;
  std::size_t length = 0;
  for (unsigned i = 0; i < length_size; ++i) length = length << 8 | in.u8();
  if (!in.ok()) return malformed(type, body);
  if ((mark & 0xf0) != 0x80) return malformed(type, body, fmt::format("unknown compression (byte {:02x})", mark));
  if (length > kMaxLength) return malformed(type, body, "more than 1 GiB when decompressed");

  if (capacity_ > kKeptCapacity) {
    buffer_.reset();
    capacity_ = 0;
  }
  size_ = 0;
  reserve(std::max(head.size(), kFirstCapacity));
  std::memcpy(buffer_.get(), head.data(), head.size());
  size_ = head.size();
  if (auto appended = append(type, in.rest(), length); !appended) return fail(std::move(appended.error()));
  return Bytes{buffer_.get(), size_};
}

// The buffer doubles only when it is full of decompressed bytes.
Result<void> Inflater::append(EventType type, Bytes compressed, std::size_t length) {
  if (!open_ && inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  open_ = true;
  inflateReset(&stream_);
  stream_.next_in = const_cast<Bytef*>(compressed.data()); // NOLINT(cppcoreguidelines-pro-type-const-cast): zlib reads
  stream_.avail_in = static_cast<uInt>(compressed.size());
  const std::size_t end = size_ + length;
  for (;;) {
    // One byte more than promised, so that a longer stream is noticed.
    if (size_ == capacity_) reserve(std::min(std::max(capacity_ * 2, kFirstCapacity), end + 1));
    const std::size_t room = std::min(capacity_, end + 1) - size_;
    stream_.next_out = buffer_.get() + size_;
    stream_.avail_out = static_cast<uInt>(room);
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    size_ += room - stream_.avail_out;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (size_ > end) return malformed(type, compressed, "more bytes than promised when decompressed");
    if (status == Z_STREAM_END) break;
    if (status != Z_OK) {
      return malformed(type, compressed,
                       fmt::format("cannot be decompressed ({})", stream_.msg ? stream_.msg : "cut short"));
    }
  }
  if (size_ != end) return malformed(type, compressed, "fewer bytes than promised when decompressed");
  return {};
}

void Inflater::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  if (size_ > 0) std::memcpy(buffer.get(), buffer_.get(), size_);
  buffer_ = std::move(buffer);
  capacity_ = capacity;
}

} // namespace rowferry::binlog
