#include <rowferry/binlog/table_map.hpp>

#include "binlog/malformed.hpp"
#include "binlog/table_id.hpp"

namespace rowferry::binlog {

// table id 6 | flags 2 | database, NUL | table, NUL | column count | types | metadata | nullable bits | TLVs.
// Counts and lengths are length-encoded integers: more than one byte from 251 columns on.
Result<TableMap> decode_table_map(const FormatDescription& format, Bytes body) {
  ByteReader in(body);
  TableMap map;
  map.table_id = read_table_id(in, format, EventType::table_map);
  map.flags = in.u16();
  map.shape = in.rest();
  map.database = as_text(in.bytes(in.lenenc()));
  const std::uint8_t database_end = in.u8();
  map.table = as_text(in.bytes(in.lenenc()));
  const std::uint8_t table_end = in.u8();
  map.types = in.bytes(in.lenenc());
  map.metadata = in.bytes(in.lenenc());
  map.nullable = in.bytes((map.types.size() + 7) / 8);
  map.optional = in.rest();
  if (!in.ok()) return malformed(EventType::table_map, body);
  if (map.types.size() > kMaxColumns) return malformed(EventType::table_map, body, "impossible number of columns");
  if (database_end != 0 || table_end != 0) return malformed(EventType::table_map, body, "name without its terminator");
  return map;
}

} // namespace rowferry::binlog
