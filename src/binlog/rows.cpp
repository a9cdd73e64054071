#include <rowferry/binlog/rows.hpp>

#include "binlog/malformed.hpp"
#include "binlog/table_id.hpp"

namespace rowferry::binlog {

bool RowsEvent::dummy() const noexcept {
  const bool reserved = table_id == 0xffffff || table_id == 0xffffffff || table_id == 0xffffffffffff;
  return column_count == 0 || (reserved && column_count == 1 && rows.empty());
}

// table id 6 | flags 2 | extra data length 2 (with itself) | extra data | column count | present bits | (UPDATE: those
// of the after image) | rows
Result<RowsEvent> decode_rows(const FormatDescription& format, EventType type, Bytes body) {
  RowsEvent event;
  switch (type) {
    case EventType::write_rows:
      event.operation = RowsOperation::insert;
      break;
    case EventType::update_rows:
      event.operation = RowsOperation::update;
      break;
    case EventType::delete_rows:
      event.operation = RowsOperation::remove;
      break;
    default:
      return fail(
          Error::data(fmt::format("this version does not read rows events of type {}{}", event_type_name(type),
                                  type == EventType::partial_update_rows
                                      ? ": SET PERSIST binlog_row_value_options = '', then start behind this position"
                                      : "")));
  }
  ByteReader in(body);
  event.table_id = read_table_id(in, format, type);
  event.flags = in.u16();
  const std::uint16_t extra_length = in.u16();
  if (extra_length < 2) return malformed(type, body, "impossible length of its extra data");
  in.skip(extra_length - 2U);
  event.column_count = in.lenenc();
  if (event.column_count > kMaxColumns) return malformed(type, body, "impossible number of columns");
  const std::uint64_t bitmap_size = (event.column_count + 7) / 8;
  event.present_before = in.bytes(bitmap_size);
  if (event.operation == RowsOperation::update) event.present_after = in.bytes(bitmap_size);
  event.rows = in.rest();
  if (!in.ok()) return malformed(type, body);
  return event;
}

} // namespace rowferry::binlog
