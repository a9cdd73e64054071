#include <rowferry/binlog/event_stream.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "binlog/crc32.hpp"
#include "binlog/inflater.hpp"
#include "binlog/payload.hpp"
#include "binlog/stream_place.hpp"

namespace rowferry::binlog {
namespace {

/// The header's flags field with IN_USE, which the server sets and clears without touching the checksum.
constexpr std::size_t kFlagsOffset = 17;
/// Of the field `created` of FORMAT_DESCRIPTION, which a server clears for a replica that was there before.
constexpr std::size_t kCreatedOffset = kEventHeaderSize + 2 + 50;
constexpr std::size_t kCreatedSize = 4;

std::uint32_t stored_checksum(Bytes event) {
  return static_cast<std::uint32_t>(load_le<kChecksumSize>(event.data() + event.size() - kChecksumSize));
}

std::uint32_t computed_checksum(const EventHeader& header, Bytes event) {
  const Bytes covered = event.first(event.size() - kChecksumSize);
  if (header.type != EventType::format_description) return crc32(covered);
  const auto flags = static_cast<std::uint8_t>(covered[kFlagsOffset] & ~event_flag::in_use);
  const std::uint32_t before = crc32(covered.first(kFlagsOffset));
  return crc32(covered.subspan(kFlagsOffset + 1), crc32({&flags, 1}, before));
}

/// Of a FORMAT_DESCRIPTION of MariaDB without what differs by the way it is asked for: IN_USE, `created`, the checksum.
std::uint32_t lasting_checksum(Bytes event) {
  const std::uint32_t before = crc32(event.first(kFlagsOffset));
  const Bytes behind = event.subspan(kCreatedOffset + kCreatedSize);
  return crc32(behind.first(behind.size() - std::min(behind.size(), kChecksumSize)), before);
}

} // namespace

struct EventStream::State {
  Options options;
  StreamPlace place;
  FormatDescription format;
  bool format_known = false;
  PayloadReader payload;
  Inflater inflater;
  StreamPlace::Span span; // of the event under way
  EventView view;
  bool pending = false;       // view was not handed out yet
  EventHeader payload_header; // of the TRANSACTION_PAYLOAD that payload reads
  std::uint32_t fingerprint_crc = 0;

  Result<void> push(Bytes event);
  Result<bool> ends_with_checksum(const EventHeader& header, Bytes event);
  Result<void> learn_format(Bytes event);
  Result<void> apply();
  Result<const EventView*> next_inner();
};

Result<void> EventStream::State::push(Bytes event) {
  if (pending || payload.active()) return fail(Error::internal("an event is pushed before the last one was drained"));
  payload.close();
  span = {place.offset(), place.offset()};
  view = {};
  const Result<EventHeader> header = decode_event_header(event);
  if (!header) return fail(header.error());
  view.header = *header;
  if (header->size != event.size()) {
    return fail(Error::data(fmt::format("the event says it has {} bytes, there are {}", header->size, event.size())));
  }
  if (header->type == EventType::format_description) {
    if (const Result<void> learnt = learn_format(event); !learnt) return learnt;
  }
  const Result<bool> checksummed = ends_with_checksum(*header, event);
  if (!checksummed) return fail(checksummed.error());
  const Result<StreamPlace::Span> located = place.locate(*header);
  if (!located) return fail(located.error());
  span = *located;

  view.body = event.subspan(kEventHeaderSize);
  if (*checksummed) {
    view.body = view.body.first(view.body.size() - kChecksumSize);
    view.checksum = stored_checksum(event);
  }
  view.begin = span.begin;
  view.end = span.end;
  if (format.mariadb && header->type == EventType::format_description) {
    fingerprint_crc = lasting_checksum(event);
  } else {
    fingerprint_crc = *checksummed ? view.checksum : crc32(event);
  }
  if (header->type != EventType::transaction_payload) {
    pending = true;
    return {};
  }
  payload_header = *header;
  return payload.open(view.body);
}

/// Whether there is a checksum field, after checking it. Before the first FORMAT_DESCRIPTION nobody says: an event that
/// ends with the CRC of the rest has one.
Result<bool> EventStream::State::ends_with_checksum(const EventHeader& header, Bytes event) {
  const bool has_field = event.size() >= kEventHeaderSize + kChecksumSize;
  if (!format_known) {
    switch (header.type) {
      case EventType::rotate:
      case EventType::heartbeat:
      case EventType::heartbeat_v2:
        return has_field && computed_checksum(header, event) == stored_checksum(event);
      default:
        return fail(Error::data("the event comes before any FORMAT_DESCRIPTION"));
    }
  }
  if (format.checksum == Checksum::none) return false; // what FORMAT_DESCRIPTION has then belongs to its body
  if (!has_field) return fail(Error::data("the event is too short for its checksum"));
  if (options.verify_checksum && computed_checksum(header, event) != stored_checksum(event)) {
    return fail(
        Error::data("checksum mismatch: the event is damaged in the server's file or on its way; mysqlbinlog "
                    "--verify-binlog-checksum "
                    "on the server tells which"));
  }
  return true;
}

Result<void> EventStream::State::learn_format(Bytes event) {
  Result<FormatDescription> learnt = decode_format_description(event.subspan(kEventHeaderSize));
  if (!learnt) return fail(std::move(learnt.error()));
  format = std::move(*learnt);
  format_known = true;
  return {};
}

/// What the event that is handed out means for the stream itself.
Result<void> EventStream::State::apply() {
  place.advance(view.header, span, fingerprint_crc);
  switch (view.header.type) {
    case EventType::rotate: {
      const Result<Rotate> rotate = decode_rotate(view.body);
      if (!rotate) return fail(rotate.error());
      place.rotate(*rotate, is_artificial(view.header));
      span = {place.offset(), place.offset()};
      break;
    }
    case EventType::heartbeat:
    case EventType::heartbeat_v2: {
      const Result<Heartbeat> heartbeat = decode_heartbeat(format, view.header, view.body);
      if (!heartbeat) return fail(heartbeat.error());
      place.heartbeat(*heartbeat);
      span = {place.offset(), place.offset()};
      view.begin = view.end = span.end;
      break;
    }
    case EventType::mariadb_start_encryption:
      // A server decrypts what it sends, and then calls the event ignorable.
      if ((view.header.flags & event_flag::ignorable) == 0) {
        return fail(Error::data("the file is encrypted from here on (encrypt_binlog): read it through the server (rowferry run), "
                                "or have the server copy it in clear with mariadb-binlog --read-from-remote-server --raw"));
      }
      break;
    default:
      break;
  }
  return {};
}

Result<const EventView*> EventStream::State::next_inner() {
  const Result<PayloadReader::Inner> inner = payload.next();
  if (!inner) {
    view.header = payload_header;
    return fail(inner.error());
  }
  view.header = inner->header;
  view.body = inner->body;
  view.inner = true;
  view.last_inner = inner->last;
  if (inner->last) place.advance(payload_header, span, fingerprint_crc);
  return &view;
}

EventStream::EventStream() : EventStream(Options{}) {}
EventStream::EventStream(Options options) : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->place.start({});
}
EventStream::~EventStream() = default;
EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&&) noexcept = default;

void EventStream::start(const FileOffset& at) {
  state_->place.start(at);
  state_->format = {};
  state_->format_known = false;
  state_->payload.close();
  state_->pending = false;
  state_->span = {state_->place.offset(), state_->place.offset()};
  state_->view = {};
}

Result<void> EventStream::push(Bytes event) {
  return state_->push(event).map_error([this](Error error) { return std::move(error).in(where()); });
}

Result<const EventView*> EventStream::next() {
  State& state = *state_;
  if (state.payload.active()) {
    return state.next_inner().map_error([this](Error error) { return std::move(error).in(where()); });
  }
  if (!state.pending) return nullptr;
  state.pending = false;
  if (Result<void> applied = state.apply(); !applied) return fail(std::move(applied.error()).in(where()));
  return &state.view;
}

Result<EventView> EventStream::plain(const EventView& event) {
  EventView plain = event;
  plain.header.type = uncompressed_type(event.header.type);
  if (plain.header.type == event.header.type) return plain;
  auto body = state_->inflater.inflate(state_->format, event.header.type, event.body);
  if (!body) return fail(std::move(body.error()));
  plain.body = *body;
  return plain;
}

const FormatDescription& EventStream::format() const noexcept { return state_->format; }
const std::string& EventStream::file() const noexcept { return state_->place.file(); }
std::uint64_t EventStream::offset() const noexcept { return state_->place.offset(); }
const Fingerprint& EventStream::fingerprint() const noexcept { return state_->place.fingerprint(); }

std::string EventStream::where() const {
  const std::string& file = state_->place.file();
  return fmt::format("{}:{} ({})", file.empty() ? "(file unknown)" : file, state_->span.begin,
                     event_type_name(state_->view.header.type));
}

} // namespace rowferry::binlog
