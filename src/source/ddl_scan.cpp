#include "source/ddl_scan.hpp"

namespace rowferry {

using binlog::EventType;

// What is compressed by transaction holds no DDL: it is not decompressed. The place catches up with the event behind
// it.
Result<void> DdlScan::push(const binlog::RawEvent& event) {
  const auto header = binlog::decode_event_header(event.bytes);
  if (!header) return fail(header.error());
  if (header->type == EventType::transaction_payload) return {};
  if (auto pushed = stream_.push(event); !pushed) return pushed;
  for (;;) {
    const auto next = stream_.next();
    if (!next) return fail(next.error());
    if (*next == nullptr) return {};
    const EventType type = (*next)->header.type;
    if (type != EventType::query && type != EventType::query_compressed) continue;
    if (auto understood = read(**next); !understood) return understood;
  }
}

Result<void> DdlScan::read(const binlog::EventView& event) {
  const auto query = stream_.plain(event).and_then(
      [&](const binlog::EventView& plain) { return binlog::decode_query(stream_.format(), plain.body); });
  if (!query) {
    Error error = query.error();
    return fail(std::move(error).in(stream_.where()));
  }
  DdlEffect effect = read_ddl(query->text, query->database, query->client_collation,
                              stream_.format().mariadb ? ServerFlavor::mariadb : ServerFlavor::mysql);
  if (effect.scope != DdlEffect::Scope::none) found_.push_back({{stream_.file(), event.begin}, std::move(effect)});
  return {};
}

const FoundDdl* DdlScan::find(const FileOffset& from, std::string_view database, std::string_view table,
                              bool fold_case) const {
  for (const FoundDdl& ddl : found_) {
    if (compare(ddl.at, from) >= 0 && ddl.effect.touches(database, table, fold_case)) return &ddl;
  }
  return nullptr;
}

void DdlScan::forget_before(const FileOffset& place) {
  while (!found_.empty() && compare(found_.front().at, place) < 0) found_.pop_front();
}

} // namespace rowferry
