#include "binlog/payload.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "binlog/malformed.hpp"

namespace rowferry::binlog {
namespace {

constexpr EventType kType = EventType::transaction_payload;
constexpr std::size_t kFirstCapacity = 128 * 1024; // what zstd decompresses at a time
constexpr std::size_t kMaxEventSize = 1u << 30;    // max_allowed_packet's own limit: no server sends a larger event
constexpr std::size_t kKeptCapacity = 1024 * 1024; // beyond this the buffer is given back

enum class Compression : std::uint64_t { zstd = 0, none = 255 };

struct Payload {
  Compression compression = Compression::none;
  Bytes bytes;                 // as far as it is held
  std::uint64_t rest_size = 0; // what follows in the spool
};

/// (field, length, value)* up to field 0, then the payload. The claimed uncompressed size is of no use to us. `behind`:
/// bytes of the body that `body` does not hold.
Result<Payload> decode_payload(Bytes body, std::uint64_t behind) {
  enum Field : std::uint64_t { end_mark = 0, payload_size = 1, compression_type = 2 };
  ByteReader in(body);
  Payload payload;
  std::uint64_t size = 0;
  while (const std::uint64_t field = in.lenenc()) {
    const std::uint64_t length = in.lenenc();
    ByteReader value(in.bytes(length));
    if (field == payload_size) size = value.lenenc();
    if (field == compression_type) payload.compression = static_cast<Compression>(value.lenenc());
    if (!value.ok()) in.fail();
  }
  if (size == 0) size = in.remaining() + behind;
  payload.bytes = in.bytes(std::min<std::uint64_t>(size, in.remaining()));
  payload.rest_size = size - payload.bytes.size();
  if (!in.ok() || payload.rest_size > behind) return malformed(kType, body);
  return payload;
}

tl::unexpected<Error> broken(std::string_view problem) {
  return fail(Error::data(fmt::format("contents of a TRANSACTION_PAYLOAD event are damaged: {}", problem)));
}

/// What takes part in the stream's own state stands outside of payloads.
bool belongs_inside(EventType type) {
  return type != EventType::format_description && type != EventType::rotate && type != EventType::transaction_payload &&
         type != EventType::heartbeat && type != EventType::heartbeat_v2;
}

} // namespace

Result<void> PayloadReader::open(const RawEvent& event, std::size_t footer) {
  close();
  opened_ = true;
  const std::size_t held = std::min<std::size_t>(event.bytes.size(), event.size() - footer);
  const Bytes body = event.bytes.first(held).subspan(kEventHeaderSize);
  const Result<Payload> payload = decode_payload(body, event.size() - footer - held);
  if (!payload) return fail(payload.error());
  rest_left_ = payload->rest_size;
  rest_ = event.rest;
  if (rest_ != nullptr) rest_->rewind();
  input_ = payload->bytes;
  begin_ = buffer_.get();
  switch (payload->compression) {
    case Compression::none:
      if (rest_left_ > 0) break;
      begin_ = input_.data();
      available_ = input_.size();
      input_ = {};
      break;
    case Compression::zstd:
      if (!context_) context_.reset(ZSTD_createDCtx());
      if (!context_) throw std::bad_alloc();
      ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
      compressed_ = true;
      break;
    default:
      return fail(Error::data(fmt::format("compression {} of a TRANSACTION_PAYLOAD event is not supported",
                                          static_cast<std::uint64_t>(payload->compression))));
  }
  const Result<bool> some = fill(1);
  if (!some) return fail(some.error());
  if (!*some) return malformed(kType, body, "no event in it");
  active_ = true;
  return {};
}

void PayloadReader::close() noexcept {
  if (capacity_ > kKeptCapacity) {
    buffer_.reset();
    capacity_ = 0;
  }
  begin_ = nullptr;
  available_ = 0;
  handed_out_ = 0;
  input_ = {};
  rest_ = nullptr;
  rest_left_ = 0;
  compressed_ = false;
  frame_open_ = false;
  opened_ = false;
  active_ = false;
}

Result<PayloadReader::Inner> PayloadReader::next() {
  active_ = false; // again below, when all went well and there is more
  begin_ += handed_out_;
  available_ -= handed_out_;
  handed_out_ = 0;

  Result<bool> enough = fill(kEventHeaderSize);
  if (!enough) return fail(enough.error());
  if (!*enough) return broken("the last event is cut short");
  const Result<EventHeader> header = decode_event_header({begin_, available_});
  if (!header) return broken(header.error().message);
  if (!belongs_inside(header->type)) {
    return broken(fmt::format("{} event, which does not stand inside one", event_type_name(header->type)));
  }
  if (header->size > kMaxEventSize) {
    return broken(
        fmt::format("{} event claims {} bytes, more than 1 GiB", event_type_name(header->type), header->size));
  }
  enough = fill(header->size);
  if (!enough) return fail(enough.error());
  if (!*enough) return broken(fmt::format("the last event, {}, is cut short", event_type_name(header->type)));
  const Result<bool> more = fill(std::size_t{header->size} + 1);
  if (!more) return fail(more.error());

  handed_out_ = header->size;
  active_ = *more;
  return Inner{*header, {begin_ + kEventHeaderSize, header->size - kEventHeaderSize}, !*more};
}

/// Decompresses until `wanted` bytes are available. False: the payload ends before.
Result<bool> PayloadReader::fill(std::size_t wanted) {
  while (available_ < wanted) {
    if (input_.empty() && rest_left_ > 0) {
      if (const Result<void> done = next_piece(); !done) return fail(done.error());
    }
    if (input_.empty() && !frame_open_) return false;
    make_room();
    if (const Result<void> done = compressed_ ? decompress() : copy(); !done) return fail(done.error());
  }
  return true;
}

Result<void> PayloadReader::next_piece() {
  Result<std::optional<Bytes>> piece = rest_->next();
  if (!piece) return fail(std::move(piece.error()));
  if (!*piece) return fail(Error::internal("a spooled event ends early"));
  input_ = (*piece)->first(std::min<std::uint64_t>((*piece)->size(), rest_left_));
  rest_left_ -= input_.size();
  return {};
}

/// Room behind what is available. The buffer doubles only when it is full of decompressed bytes.
void PayloadReader::make_room() {
  if (available_ == capacity_) return resize(std::max(kFirstCapacity, capacity_ * 2));
  if (capacity_ > kKeptCapacity && available_ <= kFirstCapacity / 2) return resize(kFirstCapacity);
  const bool room = begin_ + available_ < buffer_.get() + capacity_;
  if (room) return;
  std::memmove(buffer_.get(), begin_, available_);
  begin_ = buffer_.get();
}

void PayloadReader::resize(std::size_t capacity) {
  auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  if (available_ > 0) std::memcpy(buffer.get(), begin_, available_);
  buffer_ = std::move(buffer);
  capacity_ = capacity;
  begin_ = buffer_.get();
}

/// One step of the decompressor into the room behind what is available.
Result<void> PayloadReader::decompress() {
  const auto used = static_cast<std::size_t>(begin_ - buffer_.get()) + available_;
  ZSTD_inBuffer in{input_.data(), input_.size(), 0};
  ZSTD_outBuffer out{buffer_.get() + used, capacity_ - used, 0};
  const std::size_t left_in_frame = ZSTD_decompressStream(context_.get(), &out, &in);
  if (ZSTD_isError(left_in_frame) != 0) return broken(ZSTD_getErrorName(left_in_frame));
  if (out.pos == 0 && in.pos == 0) return broken("the compressed bytes are cut short");
  input_ = input_.subspan(in.pos);
  frame_open_ = left_in_frame != 0;
  available_ += out.pos;
  return {};
}

/// The same for what is not compressed.
Result<void> PayloadReader::copy() {
  const auto used = static_cast<std::size_t>(begin_ - buffer_.get()) + available_;
  const std::size_t size = std::min(input_.size(), capacity_ - used);
  std::memcpy(buffer_.get() + used, input_.data(), size);
  input_ = input_.subspan(size);
  available_ += size;
  return {};
}

} // namespace rowferry::binlog
