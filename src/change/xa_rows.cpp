#include "change/xa_rows.hpp"

#include <cstring>

namespace rowferry {
namespace {

struct RecordHead {
  std::uint64_t begin;
  std::uint32_t schema;
  std::uint32_t type;
};

Bytes bytes_of(const RecordHead& head) noexcept { return {reinterpret_cast<const std::uint8_t*>(&head), sizeof head}; }

} // namespace

XaRows::XaRows(const Group& group, const binlog::FormatDescription& format) : format_(format) {
  prepared.gtid = group.gtid();
  prepared.begin = {group.file(), group.offset()};
  prepared.prepared_us = static_cast<std::int64_t>(group.commit_us());
}

std::uint32_t XaRows::index_of(const std::shared_ptr<const TableSchema>& schema) {
  const auto [known, is_new] = schema_indexes_.try_emplace(schema.get(), static_cast<std::uint32_t>(schemas_.size()));
  if (is_new) {
    const auto [table, is_new_table] =
        table_indexes_.try_emplace(schema->database + '\0' + schema->table, static_cast<std::uint32_t>(tables_.size()));
    if (is_new_table) tables_.emplace_back();
    schemas_.push_back({schema, table->second});
  }
  return known->second;
}

Result<void> XaRows::append(const std::shared_ptr<const TableSchema>& schema, const binlog::EventView& event) {
  if (events_++ == 0) origin_.server_id = event.header.server_id;
  const RecordHead head{event.begin, index_of(schema), static_cast<std::uint32_t>(event.header.type)};
  return rows_.append(bytes_of(head), event.body);
}

void XaRows::replay(const Group& outcome) {
  rows_.rewind();
  origin_.gtid = prepared.gtid;
  origin_.gtid_text = {};
  if (prepared.gtid) origin_.gtid_text = {gtid_text_.data(), prepared.gtid->write_text(gtid_text_.data())};
  origin_.file = origin_.transaction_file = prepared.begin.file;
  origin_.transaction_offset = prepared.begin.offset;
  origin_.commit_us = outcome.commit_us();
  origin_.transaction_number = outcome.number();
}

Result<std::optional<XaRows::Event>> XaRows::next() {
  const auto record = rows_.next();
  if (!record) return fail(record.error());
  if (!*record) return std::optional<Event>();
  RecordHead head;
  std::memcpy(&head, (*record)->data(), sizeof head);
  origin_.offset = head.begin;
  auto decoded =
      binlog::decode_rows(format_, static_cast<binlog::EventType>(head.type), (*record)->subspan(sizeof head));
  if (!decoded) return fail(std::move(decoded.error()));
  const Known& known = schemas_[head.schema];
  TableState& table = tables_[known.table];
  table.schema = known.schema;
  return Event{&table, &origin_, *decoded};
}

} // namespace rowferry
