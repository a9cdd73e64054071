#include "app/log_stats.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowferry {

using binlog::EventType;
using binlog::EventView;

namespace {

/// In a log of MariaDB, where the fraction's bytes may follow.
bool is_of_unknown_length(const binlog::ColumnLayout& column) {
  using binlog::ColumnType;
  return column.type == ColumnType::time || column.type == ColumnType::datetime || column.type == ColumnType::timestamp;
}

} // namespace

Result<void> LogStats::count(RangedEvents& events) {
  stream_.start({});
  for (;;) {
    const Result<binlog::RawEvent> event = events.next();
    Result<void> counted;
    if (!event) {
      counted = fail(event.error());
    } else if (!event->empty()) {
      counted = count_event(events, *event);
      if (counted) continue;
    }
    end_transaction();
    return counted;
  }
}

Result<void> LogStats::count_event(const RangedEvents& events, const binlog::RawEvent& event) {
  if (events.part() == RangedEvents::Part::first) begin_transaction(events.transaction());
  if (Result<void> pushed = stream_.push(event); !pushed) return pushed;
  const bool made_up = events.place().offset == 0; // the ROTATE in front of each file
  const auto type = static_cast<EventType>(event.bytes[4]);
  if (!made_up) {
    LogCounts::Events& of_type = counts_.events[binlog::event_type_name(type)];
    ++of_type.count;
    of_type.bytes += event.size();
    counts_.bytes += event.size();
    if (under_way_ && events.part() != RangedEvents::Part::outside) under_way_->bytes += event.size();
  }
  for (;;) {
    const Result<const EventView*> next = stream_.next();
    if (!next) return fail(next.error());
    if (*next == nullptr) break;
    if (Result<void> counted = count_view(**next); !counted) return counted;
  }
  if (made_up) counts_.files.push_back(stream_.file());
  return {};
}

Result<void> LogStats::count_view(const EventView& event) {
  if (event.inner) {
    LogCounts::Events& of_type = counts_.events[binlog::event_type_name(event.header.type)];
    ++of_type.inner_count;
    of_type.inner_bytes += event.header.size;
  }
  switch (event.header.type) {
    case EventType::table_map:
      return map_table(event);
    case EventType::pre_ga_write_rows:
    case EventType::pre_ga_update_rows:
    case EventType::pre_ga_delete_rows:
    case EventType::write_rows_v1:
    case EventType::update_rows_v1:
    case EventType::delete_rows_v1:
    case EventType::write_rows:
    case EventType::update_rows:
    case EventType::delete_rows:
    case EventType::partial_update_rows:
    case EventType::write_rows_compressed_v1:
    case EventType::update_rows_compressed_v1:
    case EventType::delete_rows_compressed_v1:
    case EventType::write_rows_compressed:
    case EventType::update_rows_compressed:
    case EventType::delete_rows_compressed:
      return count_rows(event);
    default:
      return {};
  }
}

Result<void> LogStats::map_table(const EventView& event) {
  const auto map = binlog::decode_table_map(stream_.format(), event.body);
  if (!map) return fail(error(map.error().message));
  Mapped& mapped = mapped_[map->table_id];
  if (std::equal(map->shape.begin(), map->shape.end(), mapped.shape.begin(), mapped.shape.end())) return {};
  mapped.shape.assign(map->shape.begin(), map->shape.end());
  mapped.table = nullptr;
  if (!selector_.wanted(map->database, map->table)) return {};
  auto layout = binlog::make_row_layout(*map);
  if (!layout) return fail(error(fmt::format("`{}`.`{}`: {}", map->database, map->table, layout.error().message)));
  if (stream_.format().mariadb && std::ranges::any_of(*layout, is_of_unknown_length)) {
    return fail(error(fmt::format(
        "the rows of `{}`.`{}` cannot be counted: it has a TIME, DATETIME or TIMESTAMP in MariaDB's format of before "
        "10.1, whose length the log does not tell; --table chooses others",
        map->database, map->table)));
  }
  mapped.layout = std::move(*layout);
  mapped.table = &counts_.tables[{std::string(map->database), std::string(map->table)}];
  return {};
}

Result<void> LogStats::count_rows(const EventView& event) {
  const auto id = binlog::decode_table_id(stream_.format(), event.header.type, event.body);
  if (!id) return fail(error("a rows event that is cut short in front of its table's number"));
  const auto found = mapped_.find(*id);
  if (found != mapped_.end() && found->second.table == nullptr) return {};
  const auto plain = stream_.plain(event);
  if (!plain) return fail(error(plain.error().message));
  const auto rows = binlog::decode_rows(stream_.format(), plain->header.type, plain->body);
  if (!rows) return fail(error(rows.error().message));
  if (rows->dummy()) return {};
  if (found == mapped_.end() || rows->column_count != found->second.layout.size()) {
    return fail(error("rows that fit no TABLE_MAP before them"));
  }
  LogCounts::Table& table = *found->second.table;
  before_.resize(found->second.layout.size());
  after_.resize(found->second.layout.size());
  binlog::RowReader reader(found->second.layout, *rows);
  auto step = binlog::RowReader::Step::row;
  while (step == binlog::RowReader::Step::row) step = reader.next(before_, after_);
  ++table.events;
  table.bytes += event.header.size;
  (rows->operation == binlog::RowsOperation::insert   ? table.inserts
   : rows->operation == binlog::RowsOperation::update ? table.updates
                                                      : table.deletes) += reader.count();
  if (under_way_) under_way_->rows += reader.count();
  if (step == binlog::RowReader::Step::malformed)
    return fail(error("a row is cut short or has bytes that fit no column"));
  return {};
}

void LogStats::begin_transaction(const LogTransaction& transaction) {
  end_transaction();
  if (counts_.transactions == 0) counts_.first_us = counts_.last_us = transaction.commit_us;
  counts_.first_us = std::min(counts_.first_us, transaction.commit_us);
  counts_.last_us = std::max(counts_.last_us, transaction.commit_us);
  ++counts_.transactions;
  under_way_ = LogCounts::Transaction{.file = stream_.file(),
                                      .offset = transaction.place.offset,
                                      .gtid = transaction.gtid ? transaction.gtid->text() : std::string()};
  mapped_.clear();
}

void LogStats::end_transaction() {
  if (under_way_ && (!counts_.largest || under_way_->bytes > counts_.largest->bytes)) counts_.largest = under_way_;
  under_way_.reset();
}

Error LogStats::error(std::string_view what) const { return Error::data(fmt::format("{}: {}", stream_.where(), what)); }

} // namespace rowferry
