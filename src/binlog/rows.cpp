#include <rowferry/binlog/rows.hpp>

#include <optional>

#include "binlog/malformed.hpp"
#include "binlog/table_id.hpp"

namespace rowferry::binlog {
namespace {

/// How the kinds of rows events differ.
struct Form {
  RowsOperation operation = RowsOperation::insert;
  bool extra_data = false;   ///< v2: a part with its own length behind the flags
  bool after_bitmap = false; ///< an UPDATE whose images may hold different columns
  bool partial_json = false;
};

std::optional<Form> form_of(EventType type) noexcept {
  switch (type) {
    case EventType::write_rows:
      return Form{.operation = RowsOperation::insert, .extra_data = true};
    case EventType::update_rows:
      return Form{.operation = RowsOperation::update, .extra_data = true, .after_bitmap = true};
    case EventType::partial_update_rows:
      return Form{.operation = RowsOperation::update, .extra_data = true, .after_bitmap = true, .partial_json = true};
    case EventType::delete_rows:
      return Form{.operation = RowsOperation::remove, .extra_data = true};
    case EventType::write_rows_v1:
    case EventType::pre_ga_write_rows:
      return Form{.operation = RowsOperation::insert};
    case EventType::update_rows_v1:
      return Form{.operation = RowsOperation::update, .after_bitmap = true};
    case EventType::pre_ga_update_rows: // one bitmap for both images
      return Form{.operation = RowsOperation::update};
    case EventType::delete_rows_v1:
    case EventType::pre_ga_delete_rows:
      return Form{.operation = RowsOperation::remove};
    default:
      return std::nullopt;
  }
}

} // namespace

bool RowsEvent::dummy() const noexcept {
  if (column_count > 1) return false;
  const bool reserved = table_id == 0xffffff || table_id == 0xffffffff || table_id == 0xffffffffffff;
  return column_count == 0 || (reserved && column_count == 1 && rows.empty());
}

// table id 6 | flags 2 | v2: extra data length 2 (with itself), extra data | column count | present bits | (UPDATE:
// those of the after image) | rows. Extra data (NDB's own, a partition's number) says nothing about the rows.
Result<RowsEvent> decode_rows(const FormatDescription& format, EventType type, Bytes body) {
  const std::optional<Form> form = form_of(type);
  if (!form)
    return fail(Error::data(fmt::format("{} is no rows event that this version reads", event_type_name(type))));
  RowsEvent event;
  event.operation = form->operation;
  event.partial_json = form->partial_json;
  ByteReader in(body);
  event.table_id = read_table_id(in, format, type);
  event.flags = in.u16();
  if (form->extra_data) {
    const std::uint16_t extra_length = in.u16();
    if (extra_length < 2) return malformed(type, body, "impossible length of its extra data");
    in.skip(extra_length - 2U);
  }
  event.column_count = in.lenenc();
  if (event.column_count > kMaxColumns) return malformed(type, body, "impossible number of columns");
  const std::uint64_t bitmap_size = (event.column_count + 7) / 8;
  event.present_before = in.bytes(bitmap_size);
  if (form->after_bitmap) {
    event.present_after = in.bytes(bitmap_size);
  } else if (event.operation == RowsOperation::update) {
    event.present_after = event.present_before;
  }
  event.rows = in.rest();
  if (!in.ok()) return malformed(type, body);
  return event;
}

} // namespace rowferry::binlog
