// Decoders of the events that delimit and describe (PROTOCOL.md 2.1 to 2.3). Each takes an event's body (behind the
// header, without the checksum); views borrow from it. Every decoder fails on a body that is too short.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>
#include <rowferry/gtid/gtid.hpp>
#include <rowferry/gtid/gtid_set.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry::binlog {

enum class Checksum : std::uint8_t { none = 0, crc32 = 1 };

struct FormatDescription {
  std::uint16_t binlog_version = 0;
  std::string server_version;
  std::uint32_t created = 0; ///< not 0: the server was restarted before this file
  Checksum checksum = Checksum::none;
  std::vector<std::uint8_t> post_header_lengths; ///< index: type - 1
  bool mariadb = false;

  /// 0 where the list is too short to say.
  [[nodiscard]] std::uint8_t post_header_length(EventType type) const noexcept {
    const auto index = static_cast<std::size_t>(type) - 1; // wraps for type 0
    return index < post_header_lengths.size() ? post_header_lengths[index] : std::uint8_t{0};
  }
};
/// `body_and_checksum`: this event alone is decoded with its checksum field, because it says whether there is one.
Result<FormatDescription> decode_format_description(Bytes body_and_checksum);

struct Rotate {
  std::uint64_t offset = 0;
  std::string_view file;
};
Result<Rotate> decode_rotate(Bytes body);

/// GTID, ANONYMOUS_GTID and GTID_TAGGED.
struct GtidEvent {
  std::optional<Gtid> gtid; ///< empty: anonymous
  bool may_have_statements = false;
  std::uint64_t immediate_commit_us = 0; ///< 0: not in the event (before 8.0)
  std::uint64_t original_commit_us = 0;  ///< 0: not in the event; where first executed
  std::uint64_t transaction_length = 0;  ///< bytes of the group in the log, this event included; 0: unknown
  std::uint64_t last_committed = 0;
  std::uint64_t sequence_number = 0;
  std::uint32_t immediate_server_version = 0;
  std::uint32_t original_server_version = 0;
};
Result<GtidEvent> decode_gtid(EventType type, Bytes body);

struct QueryEvent {
  std::uint32_t thread_id = 0;
  std::uint16_t error_code = 0;
  std::string_view database;
  std::string_view text;              ///< in the session's character set; never logged whole: it may hold values
  std::uint16_t client_collation = 0; ///< status variable 4; 0: not in the event
};
Result<QueryEvent> decode_query(const FormatDescription& format, Bytes body);
/// True for the BEGIN that the server itself writes in front of every transaction, without a look at what is told
/// beside.
bool is_begin(const FormatDescription& format, Bytes body) noexcept;

Result<std::uint64_t> decode_xid(Bytes body);

struct Incident {
  std::uint16_t number = 0; ///< 1: LOST_EVENTS
  std::string_view message;
};
Result<Incident> decode_incident(Bytes body);

/// HEARTBEAT (file name; the offset is the header's log_pos, or from 4 GiB on MariaDB's 8 bytes in front of the name)
/// and HEARTBEAT_V2.
struct Heartbeat {
  std::string_view file;
  std::uint64_t offset = 0;
  bool whole = false; ///< all 64 bits of the offset are known; else the lowest 32
};
Result<Heartbeat> decode_heartbeat(const FormatDescription& format, const EventHeader& header, Bytes body);

struct XaPrepare {
  bool one_phase = false;
  std::uint32_t format_id = 0;
  std::string_view gtrid;
  std::string_view bqual;
};
Result<XaPrepare> decode_xa_prepare(Bytes body);

/// ROWS_QUERY: the statement's text.
Result<std::string_view> decode_rows_query(Bytes body);
Result<MysqlGtidSet> decode_previous_gtids(Bytes body);

} // namespace rowferry::binlog
