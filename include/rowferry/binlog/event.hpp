// Event header and types: mysql-server libs/mysql/binlog/event/binlog_event.h; MariaDB sql/log_event.h.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/base/spool.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry::binlog {

enum class EventType : std::uint8_t {
  unknown = 0,
  start_v3 = 1,
  query = 2,
  stop = 3,
  rotate = 4,
  intvar = 5,
  append_block = 9,
  delete_file = 11,
  rand = 13,
  user_var = 14,
  format_description = 15,
  xid = 16,
  begin_load_query = 17,
  execute_load_query = 18,
  table_map = 19,
  pre_ga_write_rows = 20,
  pre_ga_update_rows = 21,
  pre_ga_delete_rows = 22,
  write_rows_v1 = 23,
  update_rows_v1 = 24,
  delete_rows_v1 = 25,
  incident = 26,
  heartbeat = 27,
  ignorable = 28,
  rows_query = 29,
  write_rows = 30,
  update_rows = 31,
  delete_rows = 32,
  gtid = 33,
  anonymous_gtid = 34,
  previous_gtids = 35,
  transaction_context = 36,
  view_change = 37,
  xa_prepare = 38,
  partial_update_rows = 39,
  transaction_payload = 40,
  heartbeat_v2 = 41,
  gtid_tagged = 42,
  mariadb_annotate_rows = 160,
  mariadb_binlog_checkpoint = 161,
  mariadb_gtid = 162,
  mariadb_gtid_list = 163,
  mariadb_start_encryption = 164,
  query_compressed = 165,
  write_rows_compressed_v1 = 166,
  update_rows_compressed_v1 = 167,
  delete_rows_compressed_v1 = 168,
  write_rows_compressed = 169,
  update_rows_compressed = 170,
  delete_rows_compressed = 171,
  partial_row_data = 172,
};

/// The manual's name ("WRITE_ROWS"), or "type 99" for one that we do not know.
std::string event_type_name(EventType type);

namespace event_flag {
inline constexpr std::uint16_t in_use = 0x1;
inline constexpr std::uint16_t artificial = 0x20;
inline constexpr std::uint16_t ignorable = 0x80;
} // namespace event_flag

inline constexpr std::size_t kEventHeaderSize = 19;
inline constexpr std::size_t kChecksumSize = 4;

struct EventHeader {
  std::uint32_t timestamp = 0; ///< seconds since the epoch, UTC
  EventType type = EventType::unknown;
  std::uint32_t server_id = 0;
  std::uint32_t size = 0;    ///< whole event, header and checksum included
  std::uint32_t log_pos = 0; ///< where the event ends, modulo 2^32; 0 when the server does not say
  std::uint16_t flags = 0;
};

/// Of MariaDB's log_bin_compress: EventStream::plain() gives the event that it stands for.
constexpr bool is_compressed(EventType type) noexcept {
  return type >= EventType::query_compressed && type <= EventType::delete_rows_compressed;
}

/// Fails when there are fewer than 19 bytes or the size is less than 19.
Result<EventHeader> decode_event_header(Bytes event);

/// One event as it comes from a server or a file, header and checksum included. Borrowed, as whoever gives it says.
struct RawEvent {
  // NOLINTBEGIN(google-explicit-constructor): most events are nothing but their bytes
  RawEvent(Bytes whole = {}) : bytes(whole) {}
  RawEvent(const std::vector<std::uint8_t>& whole) : bytes(whole) {}
  // NOLINTEND(google-explicit-constructor)
  RawEvent(Bytes begin, Spool& behind) : bytes(begin), rest(&behind) {}

  Bytes bytes; ///< all of it or, with `rest`, its beginning: header and, of a payload, what describes it
  /// Where a TRANSACTION_PAYLOAD goes on that is too large to be held: records of bytes, one behind the other. The
  /// reader rewinds.
  Spool* rest = nullptr;

  [[nodiscard]] bool empty() const noexcept { return bytes.empty(); }
  [[nodiscard]] std::uint64_t size() const noexcept { return bytes.size() + (rest == nullptr ? 0 : rest->size()); }
};

/// One event as the stream hands it out. Views are valid until the next EventStream::next() or push().
struct EventView {
  EventHeader header;
  Bytes body; ///< behind the header, without the checksum
  /// Where the event that the server sent begins and ends in its file: for an event inside a TRANSACTION_PAYLOAD those
  /// of the payload event. 64 bits, whatever log_pos says. Equal for an event that has no place in the file (artificial
  /// ones and HEARTBEAT).
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t checksum = 0; ///< CRC field of the outer event; 0 where the log has none
  bool inner = false;         ///< came out of a TRANSACTION_PAYLOAD
  bool last_inner = false;    ///< the last event of its TRANSACTION_PAYLOAD (only then end was reached)
};

} // namespace rowferry::binlog
