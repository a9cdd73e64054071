#include <algorithm>
#include <rowferry/binlog/control_events.hpp>

#include "binlog/malformed.hpp"
#include "binlog/serialization.hpp"

namespace rowferry::binlog {
namespace {

constexpr std::uint8_t kMayHaveStatements = 0x1;
constexpr std::uint8_t kLogicalTimestamp = 2;
constexpr std::uint64_t kOriginalTimestampFollows = std::uint64_t{1} << 55;
constexpr std::uint32_t kOriginalVersionFollows = 0x80000000;
constexpr std::uint32_t kUndefinedVersion = 999999;

std::uint32_t known_version(std::uint32_t version) { return version == kUndefinedVersion ? 0 : version; }

/// GTID and ANONYMOUS_GTID. 5.6 ends behind the gno, 5.7 behind the sequence number, 8.0 has all; each later part is
/// there only when bytes are left.
Result<GtidEvent> decode_untagged(EventType type, Bytes body) {
  ByteReader in(body);
  GtidEvent event;
  event.may_have_statements = (in.u8() & kMayHaveStatements) != 0;
  const Bytes uuid = in.bytes(16);
  const std::uint64_t gno = in.u64();
  if (in.remaining() > 0 && in.u8() == kLogicalTimestamp) {
    event.last_committed = in.u64();
    event.sequence_number = in.u64();
    if (in.remaining() > 0) {
      const std::uint64_t immediate = in.uint_le<7>();
      event.immediate_commit_us = immediate & ~kOriginalTimestampFollows;
      event.original_commit_us =
          (immediate & kOriginalTimestampFollows) != 0 ? in.uint_le<7>() : event.immediate_commit_us;
    }
    if (in.remaining() > 0) event.transaction_length = in.lenenc();
    if (in.remaining() > 0) {
      const std::uint32_t immediate = in.u32();
      event.immediate_server_version = known_version(immediate & ~kOriginalVersionFollows);
      event.original_server_version =
          (immediate & kOriginalVersionFollows) != 0 ? known_version(in.u32()) : event.immediate_server_version;
    }
  }
  if (!in.ok()) return malformed(type, body);
  if (type == EventType::anonymous_gtid) return event;
  if (gno == 0 || gno >= kMaxGno) return malformed(type, body, "number out of range");
  MysqlGtid gtid;
  std::copy(uuid.begin(), uuid.end(), gtid.uuid.bytes.begin());
  gtid.gno = gno;
  event.gtid = gtid;
  return event;
}

/// GTID_TAGGED: a message of mysql::serialization (PROTOCOL.md 2.3). Field numbers rise; fields with a default may be
/// left out.
Result<GtidEvent> decode_tagged(Bytes body) {
  constexpr EventType kType = EventType::gtid_tagged;
  enum Field : std::uint64_t {
    flags,
    uuid,
    gno,
    tag,
    last_committed,
    sequence_number,
    immediate_timestamp,
    original_timestamp,
    transaction_length,
    immediate_version,
    original_version,
    commit_group_ticket
  };
  ByteReader frame(body);
  const std::uint64_t version = read_varint(frame);
  const std::uint64_t size = read_varint(frame); // of the whole message
  const std::uint64_t end_of_mandatory = read_varint(frame);
  if (!frame.ok() || size < frame.offset() || size > body.size()) return malformed(kType, body);
  if (version != 1) return malformed(kType, body, fmt::format("serialization version {}", version));

  ByteReader in(frame.bytes(size - frame.offset()));
  GtidEvent event;
  MysqlGtid gtid;
  bool known = true;
  while (known && in.remaining() > 0) {
    const std::uint64_t field = read_varint(in);
    switch (field) {
      case flags:
        event.may_have_statements = (read_varint(in) & kMayHaveStatements) != 0;
        break;
      case uuid:
        for (std::uint8_t& byte : gtid.uuid.bytes) byte = static_cast<std::uint8_t>(read_varint(in));
        break;
      case gno:
        gtid.gno = static_cast<std::uint64_t>(read_signed_varint(in));
        break;
      case tag: {
        const std::string_view text = as_text(in.bytes(read_varint(in)));
        const std::optional<Tag> parsed = text.empty() ? Tag() : Tag::parse(text);
        if (!parsed) return malformed(kType, body, "not a tag");
        gtid.tag = *parsed;
        break;
      }
      case last_committed:
        event.last_committed = static_cast<std::uint64_t>(read_signed_varint(in));
        break;
      case sequence_number:
        event.sequence_number = static_cast<std::uint64_t>(read_signed_varint(in));
        break;
      case immediate_timestamp:
        event.original_commit_us = event.immediate_commit_us = read_varint(in);
        break;
      case original_timestamp:
        event.original_commit_us = read_varint(in);
        break;
      case transaction_length:
        event.transaction_length = read_varint(in);
        break;
      case immediate_version:
        event.original_server_version = event.immediate_server_version =
            known_version(static_cast<std::uint32_t>(read_varint(in)));
        break;
      case original_version:
        event.original_server_version = known_version(static_cast<std::uint32_t>(read_varint(in)));
        break;
      case commit_group_ticket:
        read_varint(in);
        break;
      default: // a newer server's field: without its type, nothing behind it can be read either
        if (field < end_of_mandatory) return malformed(kType, body, fmt::format("unknown mandatory field {}", field));
        known = false;
    }
  }
  if (!in.ok()) return malformed(kType, body);
  if (gtid.gno == 0 || gtid.gno >= kMaxGno) return malformed(kType, body, "number out of range");
  event.gtid = gtid;
  return event;
}

} // namespace

Result<GtidEvent> decode_gtid(EventType type, Bytes body) {
  switch (type) {
    case EventType::gtid:
    case EventType::anonymous_gtid:
      return decode_untagged(type, body);
    case EventType::gtid_tagged:
      return decode_tagged(body);
    default:
      return fail(Error::data(fmt::format("{} is not a GTID event that can be read", event_type_name(type))));
  }
}

} // namespace rowferry::binlog
