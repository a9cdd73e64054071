#include <gtest/gtest.h>

#include <limits>
#include <rowferry/change/value_text.hpp>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using namespace std::string_literals;

struct Case {
  const char* name;
  Column column;
  ByteString bytes;
  std::string value;     ///< append_value_text
  std::string printable; ///< append_printable
};

Case same(const char* name, Column column, ByteString bytes, std::string value) {
  return {name, std::move(column), std::move(bytes), value, value};
}

std::vector<Case> cases() {
  const Column year = fixed("c", ColumnType::year, 1);
  const Column state = labelled("c", ColumnType::enum_, 1, {"new", "paid", "d\u00e9livr\u00e9"});
  const Column tags = labelled("c", ColumnType::set, 1, {"red", "green", "blue"});
  std::vector<std::string> many;
  for (int i = 1; i <= 64; ++i) many.push_back("m" + std::to_string(i));
  const ByteString uuid{0x3e, 0x11, 0xfa, 0x47, 0x71, 0xca, 0x11, 0xe1, 0x9e, 0x33, 0xc8, 0x0a, 0xa9, 0x42, 0x95, 0x62};
  const std::string uuid_text = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  const std::string uuid_raw(uuid.begin(), uuid.end());
  return {
      same("tiny", fixed("c", ColumnType::tiny, 1), {0x80}, "-128"),
      same("tiny unsigned", unsigned_(fixed("c", ColumnType::tiny, 1)), {0xff}, "255"),
      same("short", fixed("c", ColumnType::short_, 2), {0x00, 0x80}, "-32768"),
      same("short unsigned", unsigned_(fixed("c", ColumnType::short_, 2)), {0xff, 0xff}, "65535"),
      same("int24", fixed("c", ColumnType::int24, 3), {0x00, 0x00, 0x80}, "-8388608"),
      same("int24 positive", fixed("c", ColumnType::int24, 3), {0xff, 0xff, 0x7f}, "8388607"),
      same("int24 unsigned", unsigned_(fixed("c", ColumnType::int24, 3)), {0xff, 0xff, 0xff}, "16777215"),
      same("long", int_("c"), {0x00, 0x00, 0x00, 0x80}, "-2147483648"),
      same("long unsigned", unsigned_(int_("c")), {0xff, 0xff, 0xff, 0xff}, "4294967295"),
      same("longlong", bigint("c"), le(1ULL << 63, 8), "-9223372036854775808"),
      same("longlong unsigned", unsigned_(bigint("c")), le(~0ULL, 8), "18446744073709551615"),
      same("float", fixed("c", ColumnType::float_, 4), raw(0.1f), "0.1"),
      same("float beyond its own digits", fixed("c", ColumnType::float_, 4), raw(16777216.0f), "16777216"),
      same("double", fixed("c", ColumnType::double_, 8), raw(0.1), "0.1"),
      same("double of a float", fixed("c", ColumnType::double_, 8), raw(double{0.1f}), "0.10000000149011612"),
      same("bit(17)", fixed("c", ColumnType::bit, 3, 17), {0x01, 0x02, 0x03}, "66051"),
      same("year", year, {124}, "2024"),
      same("year 1901", year, {1}, "1901"),
      same("year 2155", year, {255}, "2155"),
      same("year 0000", year, {0}, "0000"),
      same("decimal(10,2)", decimal("c", 10, 2), {0x80, 0x00, 0x00, 0x01, 0x32}, "1.50"),
      same("inet4", meant(binary("c", 4), ColumnMeaning::inet4), {10}, "10.0.0.0"),
      same("inet4 of zeros", meant(binary("c", 4), ColumnMeaning::inet4), {}, "0.0.0.0"),
      same("inet6", meant(binary("c", 16), ColumnMeaning::inet6),
           {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, "fe80::1:0:0:1"),
      same("inet6 without zeros", meant(binary("c", 16), ColumnMeaning::inet6),
           {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0x0a, 0xb8}, "1:2:3:4:5:6:7:ab8"),
      same("inet6 that ends with zeros", meant(binary("c", 16), ColumnMeaning::inet6), {0, 1, 0, 0, 0, 2}, "1:0:2::"),
      same("inet6 of zeros", meant(binary("c", 16), ColumnMeaning::inet6), {}, "::"),
      same("inet6 that is mapped", meant(binary("c", 16), ColumnMeaning::inet6),
           {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4}, "::ffff:1.2.3.4"),
      same("inet6 that is compatible", meant(binary("c", 16), ColumnMeaning::inet6),
           {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2}, "::0.1.0.2"),
      same("inet6 of the loop", meant(binary("c", 16), ColumnMeaning::inet6),
           {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "::1"),
      same("uuid", meant(binary("c", 16), ColumnMeaning::uuid),
           {0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x55, 0x44},
           "123e4567-e89b-12d3-a456-426655440000"),
      {"compressed",
       sized("c", ColumnType::mariadb_varchar_compressed, 1, 101, "latin1"),
       {0, 'g', 0xfc},
       "g\u00fc",
       "g\u00fc"},
      {"compressed bytes", sized("c", ColumnType::mariadb_blob_compressed, 2, 2, "binary"), {0, 0xfc}, "\xfc", "fc"},
      same("old time with a fraction", fixed("c", ColumnType::time, 4, 1), {0x01, 0xc5, 0xf6, 0xf9}, "-12:34:56.7"),
      same("old time", fixed("c", ColumnType::time, 3), le(0xffffff - 10202, 3), "-01:02:03"),
      same("date", fixed("c", ColumnType::date, 3), le(2024u << 9 | 2u << 5 | 29u, 3), "2024-02-29"),
      same("zero date", fixed("c", ColumnType::date, 3), {0, 0, 0}, "0000-00-00"),
      same("time2", fixed("c", ColumnType::time2, 3, 0), {0x80, 0x10, 0x83}, "01:02:03"),
      same("datetime2 zero", fixed("c", ColumnType::datetime2, 5, 0), {0x80, 0, 0, 0, 0}, "0000-00-00 00:00:00"),
      same("timestamp2(3)", fixed("c", ColumnType::timestamp2, 6, 3), {0x65, 0x53, 0xf1, 0x00, 0x04, 0xce},
           "2023-11-14T22:13:20.123Z"),
      same("timestamp2 zero", fixed("c", ColumnType::timestamp2, 4, 0), {0, 0, 0, 0}, "0000-00-00 00:00:00"),
      same("enum", state, {2}, "paid"),
      same("enum of two bytes", labelled("c", ColumnType::enum_, 2, many), {0x40, 0x00}, "m64"),
      same("enum not ascii", state, {3}, "d\u00e9livr\u00e9"),
      same("enum of a refused value", state, {0}, ""),
      same("enum without labels", labelled("c", ColumnType::enum_, 1, {}), {7}, "7"),
      same("set", tags, {5}, "red,blue"),
      same("empty set", tags, {0}, ""),
      same("set of 64", labelled("c", ColumnType::set, 8, many), le(1ULL << 63 | 1, 8), "m1,m64"),
      same("set without labels", labelled("c", ColumnType::set, 1, {}), {6}, "6"),
      same("varchar", varchar("c"), text("gr\u00fcn \"x\""), "gr\u00fcn \"x\""),
      same("empty varchar", varchar("c"), {}, ""),
      same("unknown charset that is UTF-8", varchar("c", ""), text("gr\u00fcn"), "gr\u00fcn"),
      same("latin1", varchar("c", "latin1"), {0x67, 0xfc, 0x80}, "g\u00fc\u20ac"),
      same("json", json("c"), {0x04, 0x01}, "true"),
      same("json of no bytes", json("c"), {}, "null"),
      {"varbinary", varbinary("c", 20), {0x00, 0xff}, "\x00\xff"s, "00ff"},
      {"empty blob", blob("c"), {}, "", ""},
      {"binary(4), padded", binary("c", 4), {0x01}, "\x01\0\0\0"s, "01000000"},
      {"binary(16)", binary("c", 16), uuid, uuid_raw, uuid_text},
      {"binary(16) that ends in zeros",
       binary("c", 16),
       {0x3e},
       "\x3e"s + std::string(15, '\0'),
       "3e000000-0000-0000-0000-000000000000"},
      {"varbinary(16)", varbinary("c", 16), uuid, uuid_raw, uuid_text},
      {"varbinary(16), shorter", varbinary("c", 16), {0x3e}, "\x3e", "3e"},
      {"varbinary(17) of 16", varbinary("c", 17), uuid, uuid_raw, "3e11fa4771ca11e19e33c80aa9429562"},
      {"geometry",
       sized("c", ColumnType::geometry, 4, 4, ""),
       {0xe6, 0x10, 0, 0, 1},
       "\xe6\x10\0\0\x01"s,
       "e610000001"},
      {"vector", sized("c", ColumnType::vector, 4, 4, "binary"), raw(1.0f), "\0\0\x80\x3f"s, "0000803f"},
  };
}

struct Outcome {
  ValueStatus status;
  std::string text;
};
Outcome append(ValueStatus (*append)(Output&, const Column&, const Cell&), const Column& column,
               const ByteString& bytes) {
  OutputUsage usage;
  Output out(usage, 16);
  out.append("before|");
  const Row row = std::move(Row().value(bytes));
  const ValueStatus status = append(out, column, row.cells()[0]);
  const std::string record(out.record());
  EXPECT_TRUE(record.starts_with("before|"));
  return {status, record.substr(7)};
}

TEST(ValueText, IsWhatSelectShows) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const Outcome value = append(append_value_text, c.column, c.bytes);
    EXPECT_EQ(value.status, ValueStatus::ok);
    EXPECT_EQ(value.text, c.value);
    const Outcome printable = append(append_printable, c.column, c.bytes);
    EXPECT_EQ(printable.status, ValueStatus::ok);
    EXPECT_EQ(printable.text, c.printable);
  }
}

TEST(ValueText, RefusesWhatIsNoValueOfTheType) {
  const struct {
    const char* name;
    Column column;
    ByteString bytes;
    ValueStatus status;
  } refused[] = {
      {"shorter than the type", int_("c"), {1, 2, 3}, ValueStatus::corrupt},
      {"infinity", fixed("c", ColumnType::double_, 8), raw(std::numeric_limits<double>::infinity()),
       ValueStatus::corrupt},
      {"not a number", fixed("c", ColumnType::float_, 4), raw(std::numeric_limits<float>::quiet_NaN()),
       ValueStatus::corrupt},
      {"label that is not there", labelled("c", ColumnType::enum_, 1, {"a", "b"}), {3}, ValueStatus::corrupt},
      {"member that is not there", labelled("c", ColumnType::set, 1, {"a", "b"}), {4}, ValueStatus::corrupt},
      {"no JSON", json("c"), {0x00, 0x01}, ValueStatus::corrupt},
      {"no UTF-8", varchar("c"), {'a', 0xff}, ValueStatus::not_text},
      {"unknown charset, no UTF-8", varchar("c", ""), {'a', 0xff}, ValueStatus::not_text},
      {"unknown type", fixed("c", ColumnType::null, 0), {}, ValueStatus::corrupt},
  };
  for (const auto& c : refused) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = append(append_value_text, c.column, c.bytes);
    EXPECT_EQ(outcome.status, c.status);
    EXPECT_EQ(outcome.text, "");
  }
}

TEST(ValueText, KnowsBinaryFromText) {
  EXPECT_TRUE(is_binary(blob("c")));
  EXPECT_TRUE(is_binary(varchar("c", "binary")));
  EXPECT_FALSE(is_binary(blob("c", "utf8mb4")));
  EXPECT_FALSE(is_binary(varchar("c", "")));
  EXPECT_FALSE(is_binary(json("c")));
}

} // namespace
} // namespace rowferry
