// modules: binlog
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/binlog/mariadb_events.hpp>

#include <cstdlib>

using namespace rowferry;
using namespace rowferry::binlog;

namespace {

/// Whatever there is a decoder for.
void decode(EventStream& stream, const EventView& event) {
  const EventType type = event.header.type;
  (void)decode_rotate(event.body);
  (void)decode_gtid(type, event.body);
  (void)decode_gtid(EventType::gtid, event.body);
  (void)decode_gtid(EventType::gtid_tagged, event.body);
  (void)decode_query(stream.format(), event.body);
  (void)decode_incident(event.body);
  (void)decode_xa_prepare(event.body);
  (void)decode_rows_query(event.body);
  (void)decode_previous_gtids(event.body);
  (void)decode_heartbeat(stream.format(), event.header, event.body);
  (void)decode_mariadb_gtid(event.header.server_id, event.body);
  (void)decode_gtid_list(event.body);
  (void)decode_binlog_checkpoint(event.body);
  if (const auto plain = stream.plain(event)) (void)decode_query(stream.format(), plain->body);
}

void require(bool invariant) {
  if (!invariant) std::abort();
}

} // namespace

/// The input is a binlog file without its magic bytes, cut by the sizes of its events.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  EventStream stream(EventStream::Options{.verify_checksum = false});
  stream.start({"fuzz.000001", 4});
  Bytes rest(data, size);
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
