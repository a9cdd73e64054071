// Decoders of the events that MariaDB alone writes (PROTOCOL.md 2, types 160 to 164). As in control_events.hpp, each
// takes an event's body, borrows from it and fails on one that is too short.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>
#include <rowferry/gtid/mariadb_gtid_set.hpp>
#include <string_view>

namespace rowferry::binlog {

struct Xid {
  std::uint32_t format_id = 0;
  std::string_view gtrid;
  std::string_view bqual;
};

/// The event that begins every group.
struct MariadbGtidEvent {
  MariadbGtid gtid;
  bool standalone = false; ///< one statement follows, which is the group; else the event itself is the BEGIN
  bool transactional = false;
  bool ddl = false;
  bool xa_prepared = false;    ///< the group prepares `xid`
  bool xa_completed = false;   ///< the group commits or rolls back `xid`
  Xid xid;                     ///< with either of them
  std::uint64_t commit_id = 0; ///< the same for transactions that were committed together; 0: none
  bool start_alter = false;    ///< binlog_alter_two_phase: the ALTER that follows takes effect with commit_alter
  bool commit_alter = false;
  bool rollback_alter = false;
  std::uint64_t start_alter_seq = 0; ///< number of the group that began it
  std::uint32_t thread_id = 0;       ///< 0: not in the event (before 11.x)
};
/// `server_id` as in the event's header.
Result<MariadbGtidEvent> decode_mariadb_gtid(std::uint32_t server_id, Bytes body);

/// GTID_LIST: how far each domain had come when the file was begun. Of a domain's entries the last one counts.
Result<MariadbGtidSet> decode_gtid_list(Bytes body);

/// BINLOG_CHECKPOINT: the oldest file that crash recovery needs.
Result<std::string_view> decode_binlog_checkpoint(Bytes body);

} // namespace rowferry::binlog
