// modules: encode
// What a value of each type costs from the bytes of the log to those of the plain format: a key and eight columns of
// the type a row.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "stages.hpp"

namespace rowferry {
namespace {

using test::ByteWriter;
using test::EventType;
using test::tlv;

constexpr int kColumns = 8;
constexpr int kRows = 40;   // an event
constexpr int kEvents = 25; // a transaction
constexpr int kUtf8 = 255;  // collations: utf8mb4_0900_ai_ci
constexpr int kLatin1 = 8;
constexpr int kBinary = 63;

struct TypeCase {
  std::string name;
  int type;
  ByteWriter metadata; // of one column, in the TABLE_MAP
  ByteWriter value;    // in the row image
  bool numeric = false;
  int collation = kUtf8;
  std::vector<std::string> labels{};
};

ByteWriter repeated(const ByteWriter& one, int times) {
  ByteWriter all;
  for (int i = 0; i < times; ++i) all.bytes(one);
  return all;
}

ByteWriter labels_of(const std::vector<std::string>& labels) {
  ByteWriter one;
  one.lenenc(labels.size());
  for (const std::string& label : labels) one.lenenc_text(label);
  return repeated(one, kColumns);
}

test::LogBuilder log_of(const TypeCase& c) {
  constexpr int kEnum = 247;
  test::TableMapSpec spec;
  spec.table = "t";
  ByteWriter types{8};
  ByteWriter names;
  names.lenenc_text("id");
  for (int i = 0; i < kColumns; ++i) {
    types.u8(static_cast<std::uint64_t>(c.type));
    names.lenenc_text("c" + std::to_string(i));
  }
  const bool is_enum = c.metadata.size() == 2 && c.metadata.get()[0] == kEnum;
  spec.types = types;
  spec.metadata = repeated(c.metadata, kColumns);
  spec.optional = ByteWriter()
                      .bytes(tlv(1, c.numeric ? ByteWriter{0, 0} : ByteWriter{0}))
                      .bytes(tlv(2, ByteWriter().lenenc(static_cast<std::uint64_t>(c.collation))))
                      .bytes(tlv(4, names))
                      .bytes(tlv(8, ByteWriter().lenenc(0)));
  if (!c.labels.empty()) {
    spec.optional.bytes(tlv(is_enum ? 6 : 5, labels_of(c.labels))).bytes(tlv(10, ByteWriter().lenenc(kUtf8)));
  }
  test::LogBuilder log;
  log.add(EventType::gtid, test::gtid_body(1));
  log.add(EventType::query, test::query_body("BEGIN"));
  log.add(EventType::table_map, test::table_map_body(spec));
  for (int event = 0; event < kEvents; ++event) {
    test::RowsSpec rows;
    rows.columns = 1 + kColumns;
    for (int row = 0; row < kRows; ++row) {
      rows.rows.u16(0).u64(static_cast<std::uint64_t>(event * kRows + row)).bytes(repeated(c.value, kColumns));
    }
    rows.flags = event + 1 == kEvents ? 1 : 0;
    log.add(EventType::write_rows, test::rows_body(rows));
  }
  log.add(EventType::xid, test::xid_body(1));
  return log;
}

ByteWriter sized(unsigned bytes, const std::string& text) { return ByteWriter().le(text.size(), bytes).text(text); }

std::vector<TypeCase> cases() {
  const std::string ascii = "the quick brown fox jumps over the lazy dog and runs away";
  const std::string cyrillic = "съешь же ещё этих мягких французских булок";
  const ByteWriter group{0x07, 0x5b, 0xcd, 0x15}; // 123456789
  const ByteWriter fraction{0x0a, 0xc8, 0x22};
  ByteWriter point = ByteWriter().u32(25).u32(4326).u8(1).u32(1).u64(0x4000000000000000).u64(0x4008000000000000);
  // {"a":1}
  ByteWriter json = ByteWriter().u32(13).u8(0).u16(1).u16(12).u16(11).u16(1).u8(5).u16(1).text("a");
  return {
      {"TINYINT", 1, {}, ByteWriter{0x80}, true},
      {"INT", 3, {}, ByteWriter().u32(1234567), true},
      {"BIGINT", 8, {}, ByteWriter().u64(0x8000000000000000), true},
      {"FLOAT", 4, ByteWriter{4}, ByteWriter().u32(0x40490fdb), true},
      {"DOUBLE", 5, ByteWriter{8}, ByteWriter().u64(0x400921fb54442d18), true},
      {"DECIMAL(10,2)", 246, ByteWriter{10, 2}, ByteWriter{0x80, 0x00, 0x12, 0xd6, 0x57}, true},
      {"DECIMAL(65,30)", 246, ByteWriter{65, 30},
       ByteWriter{0x80, 0x12, 0xd6, 0x57}.bytes(repeated(group, 6)).u16(0x0100), true},
      {"BIT(64)", 16, ByteWriter{0, 8}, ByteWriter().u64(0x8000000000000001)},
      {"DATE", 10, {}, ByteWriter().le(2023U << 9 | 11U << 5 | 14U, 3)},
      {"TIME(6)", 19, ByteWriter{6}, ByteWriter{0x80, 0xc8, 0xb8}.bytes(fraction)},
      {"DATETIME(6)", 18, ByteWriter{6}, ByteWriter{0x99, 0xb2, 0x7a, 0xc8, 0x22}.bytes(fraction)},
      {"TIMESTAMP(6)", 17, ByteWriter{6}, ByteWriter{0x65, 0x53, 0xf1, 0x00}.bytes(fraction)},
      {"VARCHAR, ASCII", 15, ByteWriter().u16(1020), sized(2, ascii)},
      {"VARCHAR, Cyrillic", 15, ByteWriter().u16(1020), sized(2, cyrillic)},
      {"VARCHAR, latin1", 15, ByteWriter().u16(255), sized(1, ascii), false, kLatin1},
      {"TEXT, 1 KB", 252, ByteWriter{2}, sized(2, std::string(1024, 'x'))},
      {"BLOB, 1 KB", 252, ByteWriter{2}, sized(2, std::string(1024, 'x')), false, kBinary},
      {"BINARY(16)", 254, ByteWriter{254, 16}, sized(1, "0123456789abcdef"), false, kBinary},
      {"ENUM", 254, ByteWriter{247, 1}, ByteWriter{2}, false, kUtf8, {"new", "shipped", "returned"}},
      {"SET", 254, ByteWriter{248, 1}, ByteWriter{5}, false, kUtf8, {"new", "shipped", "returned"}},
      {"JSON", 245, ByteWriter{4}, json},
      {"GEOMETRY", 255, ByteWriter{4}, point},
  };
}

void Type(benchmark::State& state, const TypeCase& c) {
  const test::LogBuilder log = log_of(c);
  bench::Stages stages(log);
  std::uint64_t rows = 0;
  for (auto _ : state) {
    stages.pass([&](const Change& change) {
      stages.encode(change);
      ++rows;
    });
  }
  const auto values = static_cast<double>(rows * kColumns);
  state.counters["time/value"] = benchmark::Counter(values, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["in B/value"] = static_cast<double>(c.value.size());
  state.counters["out B/value"] = static_cast<double>(stages.bytes()) / values;
}

const int kRegistered = [] {
  for (const TypeCase& c : cases()) {
    benchmark::RegisterBenchmark(c.name.c_str(), [c](benchmark::State& state) { Type(state, c); });
  }
  return 0;
}();

} // namespace
} // namespace rowferry
