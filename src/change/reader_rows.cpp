// TABLE_MAP and rows events.
#include "change/reader_state.hpp"

namespace rowferry {

ChangeReader::State::Outcome ChangeReader::State::table_map(const EventView& event) {
  if (tables.map_again(binlog::peek_table_shape(stream.format(), event.body))) return std::nullopt;
  const auto map = binlog::decode_table_map(stream.format(), event.body);
  if (!map) return failed(map.error().message);
  const ServerFlavor flavor = stream.format().mariadb ? ServerFlavor::mariadb : ServerFlavor::mysql;
  auto mapped = tables.map(*map, flavor);
  if (!mapped) return failed(mapped.error().message);
  if (*mapped) return std::nullopt;
  ask_shape(*map, event);
  return Step::need_shape;
}

void ChangeReader::State::ask_shape(const binlog::TableMap& map, const EventView& event) {
  unmapped = &event;
  shape_request.database = map.database;
  shape_request.table = map.table;
  shape_request.at = {stream.file(), event.begin};
  shape_request.columns.clear();
  if (const auto layout = binlog::make_row_layout(map)) shape_request.columns = describe_layout(*layout);
}

ChangeReader::State::Outcome ChangeReader::State::rows(const EventView& event) {
  const auto id = binlog::decode_table_id(stream.format(), event.header.type, event.body);
  if (!id) return failed("a rows event that is cut short in front of its table's number");
  TableState* const table = tables.find(*id); // null: no TABLE_MAP of this statement named it
  if (table != nullptr && !table->wanted) {
    ++counters.rows_events_filtered;
    return std::nullopt;
  }
  if (!binlog::is_compressed(event.header.type)) return rows_of(table, event);
  const auto plain = stream.plain(event);
  return plain ? rows_of(table, *plain) : failed(plain.error().message);
}

ChangeReader::State::Outcome ChangeReader::State::rows_of(TableState* table, const EventView& event) {
  const auto decoded = binlog::decode_rows(stream.format(), event.header.type, event.body);
  if (!decoded) return failed(decoded.error().message);
  if ((decoded->flags & binlog::rows_flag::statement_end) != 0) tables.end_statement();
  if (decoded->dummy()) return std::nullopt;
  if (table == nullptr || !group.is_open()) {
    return failed("rows of a table that no TABLE_MAP named, or of no transaction: reading began inside a transaction");
  }
  const TableSchema& schema = *table->schema;
  if (!schema.named && !options.unnamed_tables) {
    return failed(fmt::format(
        "the rows of {} carry no column names: set binlog_row_metadata=FULL in the server, then start behind "
        "this position",
        schema.quoted()));
  }
  if (decoded->column_count != schema.layout.size()) {
    return failed(fmt::format("rows of {} columns under a TABLE_MAP of {} for {}", decoded->column_count,
                              schema.layout.size(), schema.quoted()));
  }
  if (group.in_xa()) return spool(table->schema, event);
  std::uint64_t& counted = table->rows_in(group.number());
  rows_under_way.open(table->schema, counted, *decoded, group.origin_of(event, stream), change);
  if (!options.announce_rows) return first_row();
  rows_event = *decoded;
  rows_counted = &counted;
  rows_are_inner = event.inner;
  return Step::rows;
}

bool ChangeReader::State::take_rows(EventRows& rows) {
  if (rows_event.partial_json) return false;
  const auto count = binlog::count_rows((*change.schema)->layout, rows_event);
  if (!count) return false;
  rows.assign(*change.schema, rows_event, *change.origin, *rows_counted, *count);
  *rows_counted += *count;
  group.count_captured(*count);
  counters.rows_captured += *count;
  rows_under_way.close();
  return true;
}

ChangeReader::State::Outcome ChangeReader::State::first_row() {
  const auto step = rows_under_way.next(change);
  if (step != binlog::RowReader::Step::row) return rows_ended(step);
  count_row();
  return Step::change;
}

ChangeReader::State::Outcome ChangeReader::State::rows_ended(binlog::RowReader::Step step) {
  if (step == binlog::RowReader::Step::end) return std::nullopt;
  if (const Column* column = rows_under_way.unfit(); column != nullptr) {
    return failed(fmt::format("the differences of JSON column {} of {} do not fit the document before them",
                              column->name, change.table->quoted()));
  }
  return failed("a row is cut short or has bytes that fit no column");
}

} // namespace rowferry
