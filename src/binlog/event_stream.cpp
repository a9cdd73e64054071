#include <rowferry/binlog/event_stream.hpp>

#include <fmt/format.h>

#include "binlog/crc32.hpp"
#include "binlog/event_checksum.hpp"
#include "binlog/inflater.hpp"
#include "binlog/payload.hpp"
#include "binlog/stream_place.hpp"

namespace rowferry::binlog {

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

  Result<void> push(const RawEvent& event);
  Result<void> push_spooled(const RawEvent& event);
  Result<bool> ends_with_checksum(const EventHeader& header, Bytes event);
  Result<void> locate(const EventHeader& header);
  Result<void> learn_format(Bytes event);
  Result<void> apply();
  Result<const EventView*> next_inner();
};

Result<void> EventStream::State::push(const RawEvent& raw) {
  const Bytes event = raw.bytes;
  if (pending || payload.active()) return fail(Error::internal("an event is pushed before the last one was drained"));
  payload.close();
  span = {place.offset(), place.offset()};
  view = {};
  const Result<EventHeader> header = decode_event_header(event);
  if (!header) return fail(header.error());
  view.header = *header;
  if (header->size != raw.size()) {
    return fail(Error::data(fmt::format("the event says it has {} bytes, there are {}", header->size, raw.size())));
  }
  if (raw.rest != nullptr) return push_spooled(raw);
  if (header->type == EventType::format_description) {
    if (const Result<void> learnt = learn_format(event); !learnt) return learnt;
  }
  const Result<bool> checksummed = ends_with_checksum(*header, event);
  if (!checksummed) return fail(checksummed.error());
  if (const Result<void> located = locate(*header); !located) return located;

  view.body = event.subspan(kEventHeaderSize);
  if (*checksummed) {
    view.body = view.body.first(view.body.size() - kChecksumSize);
    view.checksum = stored_checksum(event);
  }
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
  return payload.open(raw, *checksummed ? kChecksumSize : 0);
}

/// An event of which only the beginning is held: a TRANSACTION_PAYLOAD.
Result<void> EventStream::State::push_spooled(const RawEvent& event) {
  if (view.header.type != EventType::transaction_payload) return fail(Error::internal("an event of this type is spooled"));
  if (!format_known) return fail(Error::data("the event comes before any FORMAT_DESCRIPTION"));
  const Result<Checksums> checksums = spooled_checksums(event);
  if (!checksums) return fail(checksums.error());
  const bool checksummed = format.checksum != Checksum::none;
  if (checksummed && options.verify_checksum && checksums->computed != checksums->stored) return checksum_mismatch();
  if (const Result<void> located = locate(view.header); !located) return located;
  if (checksummed) view.checksum = checksums->stored;
  fingerprint_crc = checksummed ? checksums->stored : checksums->whole;
  payload_header = view.header;
  return payload.open(event, checksummed ? kChecksumSize : 0);
}

Result<void> EventStream::State::locate(const EventHeader& header) {
  const Result<StreamPlace::Span> located = place.locate(header);
  if (!located) return fail(located.error());
  span = *located;
  view.begin = span.begin;
  view.end = span.end;
  return {};
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
    return checksum_mismatch();
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

Result<void> EventStream::push(const RawEvent& event) {
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
