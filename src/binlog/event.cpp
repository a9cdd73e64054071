#include <rowferry/binlog/event.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "binlog/event_header.hpp"

namespace rowferry::binlog {
namespace {

struct Name {
  EventType type;
  std::string_view text;
};

constexpr Name kNames[] = {
    {EventType::unknown, "UNKNOWN"},
    {EventType::start_v3, "START_V3"},
    {EventType::query, "QUERY"},
    {EventType::stop, "STOP"},
    {EventType::rotate, "ROTATE"},
    {EventType::intvar, "INTVAR"},
    {EventType::append_block, "APPEND_BLOCK"},
    {EventType::delete_file, "DELETE_FILE"},
    {EventType::rand, "RAND"},
    {EventType::user_var, "USER_VAR"},
    {EventType::format_description, "FORMAT_DESCRIPTION"},
    {EventType::xid, "XID"},
    {EventType::begin_load_query, "BEGIN_LOAD_QUERY"},
    {EventType::execute_load_query, "EXECUTE_LOAD_QUERY"},
    {EventType::table_map, "TABLE_MAP"},
    {EventType::pre_ga_write_rows, "PRE_GA_WRITE_ROWS"},
    {EventType::pre_ga_update_rows, "PRE_GA_UPDATE_ROWS"},
    {EventType::pre_ga_delete_rows, "PRE_GA_DELETE_ROWS"},
    {EventType::write_rows_v1, "WRITE_ROWS_V1"},
    {EventType::update_rows_v1, "UPDATE_ROWS_V1"},
    {EventType::delete_rows_v1, "DELETE_ROWS_V1"},
    {EventType::incident, "INCIDENT"},
    {EventType::heartbeat, "HEARTBEAT"},
    {EventType::ignorable, "IGNORABLE"},
    {EventType::rows_query, "ROWS_QUERY"},
    {EventType::write_rows, "WRITE_ROWS"},
    {EventType::update_rows, "UPDATE_ROWS"},
    {EventType::delete_rows, "DELETE_ROWS"},
    {EventType::gtid, "GTID"},
    {EventType::anonymous_gtid, "ANONYMOUS_GTID"},
    {EventType::previous_gtids, "PREVIOUS_GTIDS"},
    {EventType::transaction_context, "TRANSACTION_CONTEXT"},
    {EventType::view_change, "VIEW_CHANGE"},
    {EventType::xa_prepare, "XA_PREPARE"},
    {EventType::partial_update_rows, "PARTIAL_UPDATE_ROWS"},
    {EventType::transaction_payload, "TRANSACTION_PAYLOAD"},
    {EventType::heartbeat_v2, "HEARTBEAT_V2"},
    {EventType::gtid_tagged, "GTID_TAGGED"},
    {EventType::mariadb_annotate_rows, "ANNOTATE_ROWS"},
    {EventType::mariadb_binlog_checkpoint, "BINLOG_CHECKPOINT"},
    {EventType::mariadb_gtid, "MARIADB_GTID"},
    {EventType::mariadb_gtid_list, "GTID_LIST"},
    {EventType::mariadb_start_encryption, "START_ENCRYPTION"},
    {EventType::query_compressed, "QUERY_COMPRESSED"},
    {EventType::write_rows_compressed_v1, "WRITE_ROWS_COMPRESSED_V1"},
    {EventType::update_rows_compressed_v1, "UPDATE_ROWS_COMPRESSED_V1"},
    {EventType::delete_rows_compressed_v1, "DELETE_ROWS_COMPRESSED_V1"},
    {EventType::write_rows_compressed, "WRITE_ROWS_COMPRESSED"},
    {EventType::update_rows_compressed, "UPDATE_ROWS_COMPRESSED"},
    {EventType::delete_rows_compressed, "DELETE_ROWS_COMPRESSED"},
    {EventType::partial_row_data, "PARTIAL_ROW_DATA"},
};

} // namespace

std::string event_type_name(EventType type) {
  const auto* const name = std::ranges::find(kNames, type, &Name::type);
  return name == std::end(kNames) ? fmt::format("type {}", static_cast<unsigned>(type)) : std::string(name->text);
}

Result<EventHeader> decode_event_header(Bytes event) {
  if (event.size() < kEventHeaderSize) {
    return fail(Error::data(fmt::format("event header is cut short: {} of 19 bytes", event.size())));
  }
  EventHeader header;
  load_event_header(header, event.data());
  if (header.size < kEventHeaderSize) {
    return fail(Error::data(fmt::format("{} event claims a size of {} bytes, less than its header",
                                        event_type_name(header.type), header.size)));
  }
  return header;
}

} // namespace rowferry::binlog
