// MariaDB's own events (PROTOCOL.md 2.3; MariaDB sql/log_event.h).
#include <rowferry/binlog/mariadb_events.hpp>

#include "binlog/malformed.hpp"

namespace rowferry::binlog {
namespace {

enum Flag : std::uint8_t {
  standalone = 0x01,
  group_commit_id = 0x02,
  transactional = 0x04,
  allow_parallel = 0x08,
  waited = 0x10,
  ddl = 0x20,
  prepared_xa = 0x40,
  completed_xa = 0x80,
};

enum ExtraFlag : std::uint8_t {
  multi_engine = 0x01,
  start_alter = 0x02,
  commit_alter = 0x04,
  rollback_alter = 0x08,
  thread_id = 0x10,
};

constexpr std::size_t kMaxXidPart = 64;

} // namespace

// seq 8 | domain 4 | flags 1 | [commit id 8] | [xid] | [extra flags 1 …] | zeros, as many as the server likes
Result<MariadbGtidEvent> decode_mariadb_gtid(std::uint32_t server_id, Bytes body) {
  constexpr EventType kType = EventType::mariadb_gtid;
  ByteReader in(body);
  MariadbGtidEvent event;
  event.gtid.server_id = server_id;
  event.gtid.seq = in.u64();
  event.gtid.domain = in.u32();
  const std::uint8_t flags = in.u8();
  event.standalone = (flags & standalone) != 0;
  event.transactional = (flags & transactional) != 0;
  event.ddl = (flags & ddl) != 0;
  event.xa_prepared = (flags & prepared_xa) != 0;
  event.xa_completed = (flags & completed_xa) != 0;
  if ((flags & group_commit_id) != 0) event.commit_id = in.u64();
  if (event.xa_prepared || event.xa_completed) {
    event.xid.format_id = in.u32();
    const std::uint8_t gtrid_length = in.u8();
    const std::uint8_t bqual_length = in.u8();
    if (gtrid_length > kMaxXidPart || bqual_length > kMaxXidPart) return malformed(kType, body, "impossible XID");
    event.xid.gtrid = as_text(in.bytes(gtrid_length));
    event.xid.bqual = as_text(in.bytes(bqual_length));
  }
  if (!in.ok()) return malformed(kType, body);
  if (event.gtid.seq == 0) return malformed(kType, body, "number out of range");
  if (in.remaining() == 0) return event;
  const std::uint8_t extra = in.u8(); // or padding, which is 0
  if ((extra & multi_engine) != 0) in.skip(1);
  event.start_alter = (extra & start_alter) != 0;
  event.commit_alter = (extra & commit_alter) != 0;
  event.rollback_alter = (extra & rollback_alter) != 0;
  if (event.commit_alter || event.rollback_alter) event.start_alter_seq = in.u64();
  if ((extra & thread_id) != 0) event.thread_id = in.u32();
  if (!in.ok()) return malformed(kType, body);
  return event;
}

// count 4, of which the highest bits are flags | (domain 4, server 4, seq 8)*
Result<MariadbGtidSet> decode_gtid_list(Bytes body) {
  constexpr EventType kType = EventType::mariadb_gtid_list;
  constexpr std::uint32_t kCountBits = 0x0fffffff;
  constexpr std::size_t kEntrySize = 16;
  ByteReader in(body);
  const std::uint32_t count = in.u32() & kCountBits;
  if (!in.ok()) return malformed(kType, body);
  if (count > in.remaining() / kEntrySize) return malformed(kType, body, "more entries than bytes");
  MariadbGtidSet set;
  for (std::uint32_t i = 0; i < count; ++i) {
    MariadbGtid gtid;
    gtid.domain = in.u32();
    gtid.server_id = in.u32();
    gtid.seq = in.u64();
    set.add(gtid);
  }
  return set;
}

Result<std::string_view> decode_binlog_checkpoint(Bytes body) {
  ByteReader in(body);
  const std::uint32_t length = in.u32();
  const std::string_view file = as_text(in.bytes(length));
  if (!in.ok()) return malformed(EventType::mariadb_binlog_checkpoint, body);
  return file;
}

} // namespace rowferry::binlog
