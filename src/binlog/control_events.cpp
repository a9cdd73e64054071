#include <rowferry/binlog/control_events.hpp>

#include "binlog/malformed.hpp"

namespace rowferry::binlog {
namespace {

/// No file is larger, and an event behind such an offset still ends before the numbers do.
constexpr std::uint64_t kMaxOffset = std::uint64_t{1} << 62;
constexpr std::uint32_t kMaxXidPart = 64;

} // namespace

Result<Rotate> decode_rotate(Bytes body) {
  ByteReader in(body);
  Rotate rotate;
  rotate.offset = in.u64();
  rotate.file = as_text(in.rest());
  if (!in.ok()) return malformed(EventType::rotate, body);
  if (rotate.file.empty()) return malformed(EventType::rotate, body, "no file name");
  if (rotate.offset > kMaxOffset) return malformed(EventType::rotate, body, "impossible offset");
  return rotate;
}

Result<std::uint64_t> decode_xid(Bytes body) {
  ByteReader in(body);
  const std::uint64_t xid = in.u64();
  if (!in.ok()) return malformed(EventType::xid, body);
  return xid;
}

Result<Incident> decode_incident(Bytes body) {
  ByteReader in(body);
  Incident incident;
  incident.number = in.u16();
  incident.message = as_text(in.bytes(in.u8()));
  if (!in.ok()) return malformed(EventType::incident, body);
  return incident;
}

namespace {

/// (type, length, value)*, ended by type 0 or by the end of the body.
Result<Heartbeat> decode_heartbeat_v2(Bytes body) {
  enum Field : std::uint64_t { end_mark = 0, file_name = 1, position = 2 };
  Heartbeat heartbeat;
  heartbeat.whole = true;
  ByteReader in(body);
  while (in.remaining() > 0) {
    const std::uint64_t field = in.lenenc();
    if (!in.ok() || field == end_mark) break;
    const std::uint64_t length = in.lenenc();
    ByteReader value(in.bytes(length));
    if (field == file_name) heartbeat.file = as_text(value.rest());
    if (field == position) heartbeat.offset = value.lenenc();
    if (!in.ok() || !value.ok()) return malformed(EventType::heartbeat_v2, body);
  }
  if (!in.ok()) return malformed(EventType::heartbeat_v2, body);
  if (heartbeat.file.empty()) return malformed(EventType::heartbeat_v2, body, "no file name");
  if (heartbeat.offset > kMaxOffset) return malformed(EventType::heartbeat_v2, body, "impossible offset");
  return heartbeat;
}

} // namespace

Result<Heartbeat> decode_heartbeat(const FormatDescription& format, const EventHeader& header, Bytes body) {
  if (header.type == EventType::heartbeat_v2) return decode_heartbeat_v2(body);
  ByteReader in(body);
  Heartbeat heartbeat;
  heartbeat.offset = header.log_pos;
  constexpr std::size_t kOffsetSize = 8;
  if (format.mariadb && header.log_pos == 0 && body.size() > kOffsetSize) {
    heartbeat.offset = in.u64();
    heartbeat.whole = true;
  }
  heartbeat.file = as_text(in.rest());
  if (heartbeat.file.empty()) return malformed(EventType::heartbeat, body, "no file name");
  if (heartbeat.offset > kMaxOffset) return malformed(EventType::heartbeat, body, "impossible offset");
  return heartbeat;
}

Result<XaPrepare> decode_xa_prepare(Bytes body) {
  ByteReader in(body);
  XaPrepare prepare;
  prepare.one_phase = in.u8() != 0;
  prepare.format_id = in.u32();
  const std::uint32_t gtrid_length = in.u32();
  const std::uint32_t bqual_length = in.u32();
  if (gtrid_length > kMaxXidPart || bqual_length > kMaxXidPart) {
    return malformed(EventType::xa_prepare, body, "impossible XID");
  }
  prepare.gtrid = as_text(in.bytes(gtrid_length));
  prepare.bqual = as_text(in.bytes(bqual_length));
  if (!in.ok()) return malformed(EventType::xa_prepare, body);
  return prepare;
}

Result<std::string_view> decode_rows_query(Bytes body) {
  ByteReader in(body);
  in.u8(); // the length modulo 256, or 0: useless either way
  if (!in.ok()) return malformed(EventType::rows_query, body);
  return as_text(in.rest());
}

Result<MysqlGtidSet> decode_previous_gtids(Bytes body) {
  return MysqlGtidSet::decode(body).map_error(
      [](Error error) { return std::move(error).in(event_type_name(EventType::previous_gtids)); });
}

} // namespace rowferry::binlog
