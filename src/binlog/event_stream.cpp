#include <rowferry/binlog/event_stream.hpp>

#include <fmt/format.h>

#include <utility>

#include "binlog/crc32.hpp"
#include "binlog/event_checksum.hpp"
#include "binlog/event_header.hpp"
#include "binlog/inflater.hpp"
#include "binlog/payload.hpp"
#include "binlog/stream_place.hpp"

namespace rowferry::binlog {
namespace {

tl::unexpected<Error> undrained() {
  return fail(Error::internal("an event is pushed before the last one was drained"));
}

tl::unexpected<Error> wrong_size(const EventHeader& header, std::uint64_t size) {
  return fail(Error::data(fmt::format("the event says it has {} bytes, there are {}", header.size, size)));
}

/// Types that mean nothing for the stream itself.
bool is_mere_content(EventType type) noexcept {
  switch (type) {
    case EventType::format_description:
    case EventType::rotate:
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
    case EventType::transaction_payload:
    case EventType::mariadb_start_encryption:
      return false;
    default:
      return true;
  }
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
  bool ordinary = false;      // the same, and push_ordinary() took it
  EventHeader payload_header; // of the TRANSACTION_PAYLOAD that payload reads
  std::uint32_t fingerprint_crc = 0;

  bool push_ordinary(Bytes event) noexcept;
  Result<void> push(Bytes event);
  Result<void> push_spooled(const RawEvent& event);
  /// False: the last event was not drained.
  bool begin() {
    if (pending || ordinary || payload.active()) return false;
    if (payload.opened()) payload.close();
    span = {place.offset(), place.offset()};
    view = {};
    return true;
  }
  Result<bool> ends_with_checksum(const EventHeader& header, Bytes event);
  Result<void> learn_format(Bytes event);
  Result<void> apply();
  Result<const EventView*> next_inner();
};

/// Takes nearly every event: undamaged content, with a checksum, behind the event before. False: push() looks closer,
/// and says what is wrong if anything is.
bool EventStream::State::push_ordinary(Bytes event) noexcept {
  if (format.checksum != Checksum::crc32 || pending || ordinary || payload.opened()) return false;
  if (event.size() < kEventHeaderSize + kChecksumSize) return false;
  EventHeader& header = view.header;
  load_event_header(header, event.data());
  if (header.size != event.size() || !is_mere_content(header.type) || !place.is_next(header)) return false;
  if ((header.flags & event_flag::artificial) != 0) return false;
  const Bytes covered = event.first(event.size() - kChecksumSize);
  const std::uint32_t checksum = stored_checksum(event);
  if (options.verify_checksum && crc32(covered) != checksum) return false;
  span = {place.offset(), place.offset() + header.size};
  view.body = covered.subspan(kEventHeaderSize);
  view.begin = span.begin;
  view.end = span.end;
  view.checksum = checksum;
  view.inner = view.last_inner = false;
  fingerprint_crc = checksum;
  return ordinary = true;
}

Result<void> EventStream::State::push(Bytes event) {
  if (!begin()) return undrained();
  const Result<EventHeader> decoded = decode_event_header(event);
  if (!decoded) return fail(decoded.error());
  const EventHeader& header = view.header = *decoded;
  if (header.size != event.size()) return wrong_size(header, event.size());
  if (header.type == EventType::format_description) {
    if (const Result<void> learnt = learn_format(event); !learnt) return learnt;
  }
  const Result<bool> checksummed = ends_with_checksum(header, event);
  if (!checksummed) return fail(checksummed.error());
  const Result<StreamPlace::Span> located = place.locate(header);
  if (!located) return fail(located.error());
  span = *located;

  view.body = event.subspan(kEventHeaderSize);
  if (*checksummed) {
    view.body = view.body.first(view.body.size() - kChecksumSize);
    view.checksum = stored_checksum(event);
  }
  view.begin = span.begin;
  view.end = span.end;
  if (format.mariadb && header.type == EventType::format_description) {
    fingerprint_crc = lasting_checksum(event);
  } else {
    fingerprint_crc = *checksummed ? view.checksum : crc32(event);
  }
  if (header.type != EventType::transaction_payload) {
    pending = true;
    return {};
  }
  payload_header = header;
  return payload.open(event, *checksummed ? kChecksumSize : 0);
}

/// An event of which only the beginning is held: a TRANSACTION_PAYLOAD.
Result<void> EventStream::State::push_spooled(const RawEvent& event) {
  if (!begin()) return undrained();
  const Result<EventHeader> decoded = decode_event_header(event.bytes);
  if (!decoded) return fail(decoded.error());
  view.header = *decoded;
  if (view.header.size != event.size()) return wrong_size(view.header, event.size());
  if (view.header.type != EventType::transaction_payload) {
    return fail(Error::internal("an event of this type is spooled"));
  }
  if (!format_known) return fail(Error::data("the event comes before any FORMAT_DESCRIPTION"));
  const Result<Checksums> checksums = spooled_checksums(event);
  if (!checksums) return fail(checksums.error());
  const bool checksummed = format.checksum != Checksum::none;
  if (checksummed && options.verify_checksum && checksums->computed != checksums->stored) return checksum_mismatch();
  const Result<StreamPlace::Span> located = place.locate(view.header);
  if (!located) return fail(located.error());
  span = *located;

  if (checksummed) view.checksum = checksums->stored;
  view.begin = span.begin;
  view.end = span.end;
  fingerprint_crc = checksummed ? checksums->stored : checksums->whole;
  payload_header = view.header;
  return payload.open(event, checksummed ? kChecksumSize : 0);
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
        return fail(Error::data(
            "the file is encrypted from here on (encrypt_binlog): read it through the server (rowferry run), "
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
  state_->pending = state_->ordinary = false;
  state_->span = {state_->place.offset(), state_->place.offset()};
  state_->view = {};
}

Result<void> EventStream::push(const RawEvent& event) {
  if (event.rest == nullptr && state_->push_ordinary(event.bytes)) [[likely]]
    return {};
  return push_any(event);
}

Result<void> EventStream::push_any(const RawEvent& event) {
  const auto located = [this](Error error) { return std::move(error).in(where()); };
  if (event.rest == nullptr) return state_->push(event.bytes).map_error(located);
  return state_->push_spooled(event).map_error(located);
}

const EventView* EventStream::next_ordinary() noexcept {
  State& state = *state_;
  if (!state.ordinary) return nullptr;
  state.ordinary = false;
  state.place.advance(state.view.header, state.span, state.fingerprint_crc);
  return &state.view;
}

Result<const EventView*> EventStream::next() {
  if (const EventView* const event = next_ordinary()) return event;
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
