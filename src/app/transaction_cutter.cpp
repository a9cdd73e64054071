#include "app/transaction_cutter.hpp"

#include <rowferry/binlog/mariadb_events.hpp>

namespace rowferry {

using binlog::EventType;

TransactionCutter::Part TransactionCutter::take(Bytes event, const BinlogFiles::Place& place) {
  const auto header = binlog::decode_event_header(event);
  if (!header) return open_ ? Part::inside : Part::outside;
  Bytes body = event.subspan(binlog::kEventHeaderSize);
  if (header->type == EventType::format_description) {
    if (auto format = binlog::decode_format_description(body)) format_ = std::move(*format);
    open_ = by_gtid_ = in_begin_ = false;
    return Part::outside;
  }
  if (format_.checksum == binlog::Checksum::crc32 && body.size() >= binlog::kChecksumSize) {
    body = body.first(body.size() - binlog::kChecksumSize);
  }
  return take_body(*header, body, place);
}

TransactionCutter::Part TransactionCutter::take_body(const binlog::EventHeader& header, Bytes body,
                                                     const BinlogFiles::Place& place) {
  switch (header.type) {
    case EventType::rotate:
    case EventType::stop:
    case EventType::previous_gtids:
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
    case EventType::mariadb_gtid_list:
    case EventType::mariadb_binlog_checkpoint:
    case EventType::mariadb_start_encryption:
      return Part::outside;
    case EventType::gtid:
    case EventType::gtid_tagged:
    case EventType::anonymous_gtid:
      open(header, place);
      by_gtid_ = true;
      if (const auto gtid = binlog::decode_gtid(header.type, body)) {
        transaction_.gtid = gtid->gtid;
        const std::uint64_t commit_us =
            gtid->original_commit_us != 0 ? gtid->original_commit_us : gtid->immediate_commit_us;
        if (commit_us != 0) transaction_.commit_us = static_cast<std::int64_t>(commit_us);
      }
      return Part::first;
    case EventType::mariadb_gtid:
      open(header, place);
      by_gtid_ = true;
      if (const auto gtid = binlog::decode_mariadb_gtid(header.server_id, body)) transaction_.gtid = gtid->gtid;
      return Part::first;
    default:
      break;
  }
  const Part part = open_ ? Part::inside : Part::first;
  if (!open_) open(header, place);
  if (!by_gtid_ && ends_transaction(header.type, body)) open_ = in_begin_ = false;
  return part;
}

void TransactionCutter::open(const binlog::EventHeader& header, const BinlogFiles::Place& place) {
  open_ = true;
  transaction_.place = place;
  transaction_.gtid.reset();
  transaction_.commit_us = std::int64_t{header.timestamp} * 1'000'000;
}

/// Of a log without GTID events. The server writes these three words exactly so.
bool TransactionCutter::ends_transaction(EventType type, Bytes body) {
  switch (type) {
    case EventType::xid:
      return true;
    case EventType::execute_load_query:
      return !in_begin_;
    case EventType::query: {
      const auto query = binlog::decode_query(format_, body);
      if (!query) return false;
      if (query->text == "BEGIN") return !(in_begin_ = true);
      return !in_begin_ || query->text == "COMMIT" || query->text == "ROLLBACK";
    }
    default:
      return false;
  }
}

} // namespace rowferry
