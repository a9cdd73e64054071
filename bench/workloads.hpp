// Logs in memory of the shapes whose cost is kept under watch (bench/instructions).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "binlog/builders.hpp"
#include "binlog/payload_builders.hpp"
#include "ten_columns.hpp"

namespace rowferry::bench {

/// A log and how many rows change in it.
struct Workload {
  test::LogBuilder log;
  std::uint64_t rows = 0;
};

inline Workload bulk(int transactions, int rows) {
  Workload workload;
  for (int i = 0; i < transactions; ++i) append_transaction(workload.log, static_cast<std::uint64_t>(i) + 1, rows);
  workload.rows = static_cast<std::uint64_t>(transactions) * static_cast<std::uint64_t>(rows);
  return workload;
}

/// A transaction of one rows event.
inline void append_one_event(test::LogBuilder& log, std::uint64_t gno, const test::TableMapSpec& table,
                             test::EventType rows, const test::RowsSpec& spec) {
  using test::EventType;
  log.add(EventType::gtid, test::gtid_body(gno));
  log.add(EventType::query, test::query_body("BEGIN"));
  log.add(EventType::table_map, test::table_map_body(table));
  log.add(rows, test::rows_body(spec));
  log.add(EventType::xid, test::xid_body(gno));
}

/// Updates with FULL images: twice ten columns a row.
inline Workload updates(int transactions, int rows) {
  Workload workload;
  for (int i = 0; i < transactions; ++i) {
    const auto gno = static_cast<std::uint64_t>(i) + 1;
    test::RowsSpec spec{.columns = 10, .update = true};
    for (int row = 0; row < rows; ++row, ++workload.rows) {
      append_ten_columns_row(spec.rows, gno * 1000 + static_cast<std::uint64_t>(row));
      append_ten_columns_row(spec.rows, gno * 1000 + static_cast<std::uint64_t>(row));
    }
    append_one_event(workload.log, gno, ten_columns_table(), test::EventType::update_rows, spec);
  }
  return workload;
}

/// One message of 200 bytes a transaction, as an application's outbox has it: key, two headers.
inline Workload outbox(int transactions) {
  using test::ByteWriter;
  ByteWriter names;
  for (const char* name : {"id", "message_id", "message_type", "aggregate_type", "aggregate_id", "payload"}) {
    names.lenenc_text(name);
  }
  test::TableMapSpec table{.table = "outbox"};
  // BIGINT, CHAR(36), VARCHAR(100), VARCHAR(50), VARCHAR(50), TEXT
  table.types = ByteWriter{8, 254, 15, 15, 15, 252};
  table.metadata = ByteWriter{254, 144}.u16(400).u16(200).u16(200).u8(2);
  table.optional = ByteWriter()
                       .bytes(test::tlv(1, ByteWriter{0}))
                       .bytes(test::tlv(2, ByteWriter().lenenc(255)))
                       .bytes(test::tlv(4, names))
                       .bytes(test::tlv(8, ByteWriter().lenenc(0)));
  const std::string payload(200, 'x');
  Workload workload;
  for (int i = 0; i < transactions; ++i, ++workload.rows) {
    const auto gno = static_cast<std::uint64_t>(i) + 1;
    test::RowsSpec spec{.columns = 6};
    spec.rows.u8(0).u64(gno).u8(36).text("3e11fa47-71ca-11e1-9e33-c80aa9429562").u16(11).text("OrderPlaced");
    spec.rows.u8(5).text("order").u8(7).text("1234567").u16(payload.size()).text(payload);
    append_one_event(workload.log, gno, table, test::EventType::write_rows, spec);
  }
  return workload;
}

/// One-row transactions of ten columns in another database than the one that is wanted.
inline Workload unwanted(int transactions) {
  Workload workload;
  for (int i = 0; i < transactions; ++i, ++workload.rows) {
    const auto gno = static_cast<std::uint64_t>(i) + 1;
    test::TableMapSpec table = ten_columns_table();
    table.database = "other";
    table.table_id = 101 + gno % 1000;
    test::RowsSpec spec{.table_id = table.table_id, .columns = 10};
    append_ten_columns_row(spec.rows, gno);
    append_one_event(workload.log, gno, table, test::EventType::write_rows, spec);
  }
  return workload;
}

/// The bulk rows in compressed transactions.
inline Workload compressed(int transactions, int events) {
  using test::EventType;
  Workload workload;
  for (int i = 0; i < transactions; ++i) {
    const auto gno = static_cast<std::uint64_t>(i) + 1;
    std::vector<std::pair<EventType, std::vector<std::uint8_t>>> inner;
    inner.emplace_back(EventType::query, test::query_body("BEGIN").get());
    inner.emplace_back(EventType::table_map, test::table_map_body(ten_columns_table()).get());
    for (int event = 0; event < events; ++event) {
      test::RowsSpec spec{.flags = static_cast<std::uint16_t>(event + 1 == events ? 1 : 0), .columns = 10};
      for (int row = 0; row < kRowsPerEvent; ++row) append_ten_columns_row(spec.rows, ++workload.rows);
      inner.emplace_back(EventType::write_rows, test::rows_body(spec).get());
    }
    inner.emplace_back(EventType::xid, test::xid_body(gno).get());
    workload.log.add(EventType::gtid, test::gtid_body(gno));
    workload.log.add(EventType::transaction_payload, test::zstd_payload(test::inner_events(inner)));
  }
  return workload;
}

} // namespace rowferry::bench
