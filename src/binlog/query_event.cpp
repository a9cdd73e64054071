#include <rowferry/binlog/control_events.hpp>

#include "binlog/malformed.hpp"

namespace rowferry::binlog {
namespace {

constexpr std::uint8_t kQueryPostHeader = 13;

/// The client's collation from the status variables, 0 when they do not tell. They carry no lengths: one that we do not
/// know ends the search.
std::uint16_t find_client_collation(ByteReader& vars) {
  while (vars.remaining() > 0) {
    switch (vars.u8()) {
      case 0:
        vars.skip(4);
        break; // FLAGS2
      case 1:
        vars.skip(8);
        break; // SQL_MODE
      case 2:
        vars.skip(vars.u8() + 1U);
        break; // CATALOG, NUL-terminated
      case 3:
        vars.skip(4);
        break; // AUTO_INCREMENT
      case 4:
        return vars.u16(); // CHARSET: client, connection, server
      case 5:
        vars.skip(vars.u8());
        break; // TIME_ZONE
      case 6:
        vars.skip(vars.u8());
        break; // CATALOG_NZ
      case 7:
        vars.skip(2);
        break; // LC_TIME_NAMES
      case 8:
        vars.skip(2);
        break; // CHARSET_DATABASE
      case 9:
        vars.skip(8);
        break; // TABLE_MAP_FOR_UPDATE
      case 10:
        vars.skip(4);
        break; // MASTER_DATA_WRITTEN
      case 13:
        vars.skip(3);
        break; // MICROSECONDS
      case 16:
        vars.skip(1);
        break; // EXPLICIT_DEFAULTS_FOR_TIMESTAMP
      case 17:
        vars.skip(8);
        break; // DDL_XID
      case 18:
        vars.skip(2);
        break; // DEFAULT_COLLATION_FOR_UTF8MB4
      case 19:
        vars.skip(1);
        break; // SQL_REQUIRE_PRIMARY_KEY
      case 20:
        vars.skip(1);
        break; // DEFAULT_TABLE_ENCRYPTION
      case 128:
        vars.skip(3);
        break; // MariaDB HRNOW
      case 129:
        vars.skip(8);
        break; // MariaDB XID
      case 11: // INVOKER: user and host
        vars.skip(vars.u8());
        vars.skip(vars.u8());
        break;
      default:
        return 0;
    }
  }
  return 0;
}

} // namespace

// thread 4 | execution time 4 | database length 1 | error 2 | status length 2 | … status variables, database, NUL, text
Result<QueryEvent> decode_query(const FormatDescription& format, Bytes body) {
  ByteReader in(body);
  QueryEvent query;
  query.thread_id = in.u32();
  in.skip(4);
  const std::uint8_t database_length = in.u8();
  query.error_code = in.u16();
  const std::uint16_t status_length = in.u16();
  const std::uint8_t post_header = format.post_header_length(EventType::query);
  if (post_header > kQueryPostHeader) in.skip(post_header - kQueryPostHeader);
  ByteReader status(in.bytes(status_length));
  query.database = as_text(in.bytes(database_length));
  const std::uint8_t terminator = in.u8();
  query.text = as_text(in.rest());
  if (!in.ok()) return malformed(EventType::query, body);
  if (terminator != 0) return malformed(EventType::query, body, "database name without its terminator");
  query.client_collation = find_client_collation(status);
  if (!status.ok()) return malformed(EventType::query, body, "status variables cut short");
  return query;
}

bool is_begin(const FormatDescription& format, Bytes body) noexcept {
  constexpr std::string_view kEnd("\0BEGIN", 6); // the database's terminator, the text
  if (format.post_header_length(EventType::query) != kQueryPostHeader || body.size() < kQueryPostHeader + kEnd.size()) {
    return false;
  }
  const std::size_t database_length = body[8];
  const auto status_length = static_cast<std::size_t>(load_le<2>(body.data() + 11));
  return body.size() == kQueryPostHeader + status_length + database_length + kEnd.size() &&
         as_text(body).ends_with(kEnd);
}

} // namespace rowferry::binlog
