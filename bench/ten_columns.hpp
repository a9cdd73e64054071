// The row of PERFORMANCE.md's "row test": ten columns, a 195-byte image, written into binlogs as a server would.
#pragma once

#include <string>
#include <string_view>

#include "binlog/builders.hpp"

namespace rowferry::bench {

/// Rows of one ROWS event that the server fills up to binlog_row_event_max_size (8 KB).
inline constexpr int kRowsPerEvent = 41;

inline test::TableMapSpec ten_columns_table() {
  using test::ByteWriter;
  using test::tlv;
  constexpr std::string_view kNames[] = {"id",         "customer_id", "uuid",     "status", "amount",
                                         "created_at", "updated_at",  "priority", "score",  "note"};
  ByteWriter names;
  for (const std::string_view name : kNames) names.lenenc_text(name);
  test::TableMapSpec spec;
  spec.table = "orders";
  // BIGINT, INT, VARCHAR(36), VARCHAR(20), DECIMAL(10,2), DATETIME(3), TIMESTAMP, TINYINT, DOUBLE, VARCHAR(255)
  spec.types = ByteWriter{8, 3, 15, 15, 246, 18, 17, 1, 5, 15};
  spec.metadata = ByteWriter().u16(144).u16(80).u8(10).u8(2).u8(3).u8(0).u8(8).u16(1020);
  spec.optional = ByteWriter()
                      .bytes(tlv(1, ByteWriter{0}))            // signedness: all signed
                      .bytes(tlv(2, ByteWriter().lenenc(255))) // default collation: utf8mb4_0900_ai_ci
                      .bytes(tlv(4, names))                    // column names
                      .bytes(tlv(8, ByteWriter().lenenc(0)));  // primary key: the first column
  return spec;
}

inline void append_ten_columns_row(test::ByteWriter& rows, std::uint64_t id) {
  static constexpr std::string_view kNote =
      "the quick brown fox jumps over the lazy dog and runs away from the \"hounds\" that sleep in the afternoon sun, "
      "ok";
  rows.u16(0).u64(id).u32(static_cast<std::uint32_t>(id * 7 % 100000));
  rows.u8(36).text("3e11fa47-71ca-11e1-9e33-c80aa9429562").u8(7).text("shipped");
  rows.u8(0x80).bytes(test::ByteWriter{0x00, 0x12, 0xd6, 0x57});          // 12345.67: four bytes of integer…
  rows.bytes(test::ByteWriter{0x99, 0xb2, 0x7a, 0xc8, 0x22, 0x1e, 0xd4}); // DATETIME(3)
  rows.bytes(test::ByteWriter{0x65, 0x53, 0xf1, 0x00}).u8(3);
  rows.bytes(test::ByteWriter{0x00, 0x00, 0x00, 0x00, 0x00, 0x48, 0x93, 0x40}); // 1234.0
  rows.u16(kNote.size()).text(kNote);
}

/// A transaction of `rows` rows in ROWS events of at most `per_event`.
inline void append_transaction(test::LogBuilder& log, std::uint64_t gno, int rows, int per_event = kRowsPerEvent) {
  using test::EventType;
  log.add(EventType::gtid, test::gtid_body(gno));
  log.add(EventType::query, test::query_body("BEGIN"));
  const test::TableMapSpec table = ten_columns_table();
  log.add(EventType::table_map, test::table_map_body(table));
  for (int done = 0; done < rows;) {
    test::RowsSpec spec;
    spec.columns = 10;
    for (int i = 0; i < per_event && done < rows; ++i, ++done) {
      append_ten_columns_row(spec.rows, gno * 1000 + static_cast<std::uint64_t>(done));
    }
    spec.flags = done == rows ? 1 : 0;
    log.add(EventType::write_rows, test::rows_body(spec));
  }
  log.add(EventType::xid, test::xid_body(gno));
}

} // namespace rowferry::bench
