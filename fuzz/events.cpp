// modules: binlog
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/binlog/mariadb_events.hpp>
#include <rowferry/binlog/rows.hpp>

#include <cstdlib>

#include "log_mutator.hpp"

using namespace rowferry;
using namespace rowferry::binlog;

namespace {

void require(bool invariant) {
  if (!invariant) std::abort();
}

/// The short way to know a BEGIN and the long one agree.
void decode_query_both_ways(const FormatDescription& format, Bytes body) {
  const bool begin = is_begin(format, body);
  const auto query = decode_query(format, body);
  require(!query || begin == (query->text == "BEGIN" && format.post_header_length(EventType::query) == 13));
}

/// By its type alone: a decoder that fails on another's bytes only costs time.
void decode(EventStream& stream, const EventView& event) {
  const auto plain = stream.plain(event);
  if (!plain) return;
  const EventType type = plain->header.type;
  const Bytes body = plain->body;
  switch (type) {
    case EventType::rotate:
      return (void)decode_rotate(body);
    case EventType::gtid:
    case EventType::anonymous_gtid:
    case EventType::gtid_tagged:
      return (void)decode_gtid(type, body);
    case EventType::query:
      return decode_query_both_ways(stream.format(), body);
    case EventType::incident:
      return (void)decode_incident(body);
    case EventType::xa_prepare:
      return (void)decode_xa_prepare(body);
    case EventType::rows_query:
      return (void)decode_rows_query(body);
    case EventType::previous_gtids:
      return (void)decode_previous_gtids(body);
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
      return (void)decode_heartbeat(stream.format(), plain->header, body);
    case EventType::mariadb_gtid:
      return (void)decode_mariadb_gtid(plain->header.server_id, body);
    case EventType::mariadb_gtid_list:
      return (void)decode_gtid_list(body);
    case EventType::mariadb_binlog_checkpoint:
      return (void)decode_binlog_checkpoint(body);
    case EventType::table_map:
      return (void)decode_table_map(stream.format(), body);
    default:
      return (void)decode_rows(stream.format(), type, body);
  }
}

} // namespace

/// The input is a binlog file, cut by the sizes of its events.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static EventStream stream(EventStream::Options{.verify_checksum = false}); // its decompressor is dear to make
  stream.start({"fuzz.000001", 4});
  Bytes rest = fuzz::without_magic({data, size});
  while (const auto header = decode_event_header(rest)) {
    const Bytes event = rest.first(std::min<std::size_t>(header->size, rest.size()));
    rest = rest.subspan(event.size());
    if (!stream.push(event)) return 0;
    for (;;) {
      const auto next = stream.next();
      if (!next) return 0;
      if (*next == nullptr) break;
      require((*next)->begin <= (*next)->end);
      require((*next)->inner || (*next)->header.type != EventType::transaction_payload);
      decode(stream, **next);
    }
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return fuzz::mutate_log(data, size, max_size, seed);
}
