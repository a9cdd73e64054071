// Every type of the table in CONTRACT section 4, with its edges: the JSON text of one value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <rowferry/encode/encoder.hpp>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::IsEmpty;

struct Case {
  const char* name;
  Column column;
  ByteString bytes;
  std::string json;
};

/// The text of the value of the one column `c`; the error's message when there is none.
std::string value_of(const Column& column, const ByteString& bytes, EncodeWarnings& warnings,
                     InvalidText invalid_text = InvalidText::as_stored) {
  const auto schema = table("d", "t", {column});
  const Row after = std::move(Row().value(bytes));
  const Origin from = origin();
  OutputUsage usage;
  Output out(usage, 16);
  Encoded encoded;
  const auto encoder = make_plain_encoder(schema, false, warnings, invalid_text);
  const auto done = encoder->encode(insert(*schema, after, from), {}, out, encoded);
  if (!done) return done.error().message;
  const std::string line(encoded.messages[0].value);
  const std::string open = R"("after":{"c":)";
  const std::size_t begin = line.find(open);
  return line.substr(begin + open.size(), line.size() - begin - open.size() - 2);
}

std::vector<Case> cases() {
  std::vector<std::string> many;
  for (int i = 1; i <= 300; ++i) many.push_back("m" + std::to_string(i));
  std::vector<std::string> most;
  for (int i = 1; i <= 65535; ++i) most.push_back("m" + std::to_string(i));
  const std::vector<std::string> members(many.begin(), many.begin() + 64);
  std::string every = "\"m1";
  for (int i = 2; i <= 64; ++i) every += ",m" + std::to_string(i);
  every += '"';
  return {
      {"tiny min", fixed("c", ColumnType::tiny, 1), {0x80}, "-128"},
      {"tiny max", fixed("c", ColumnType::tiny, 1), {0x7f}, "127"},
      {"tiny unsigned max", unsigned_(fixed("c", ColumnType::tiny, 1)), {0xff}, "255"},
      {"bool", fixed("c", ColumnType::tiny, 1), {1}, "1"},
      {"short min", fixed("c", ColumnType::short_, 2), {0x00, 0x80}, "-32768"},
      {"int24 min", fixed("c", ColumnType::int24, 3), {0x00, 0x00, 0x80}, "-8388608"},
      {"int24 unsigned max", unsigned_(fixed("c", ColumnType::int24, 3)), {0xff, 0xff, 0xff}, "16777215"},
      {"long min", int_("c"), {0, 0, 0, 0x80}, "-2147483648"},
      {"bigint min", bigint("c"), le(1ULL << 63, 8), "-9223372036854775808"},
      {"bigint unsigned max", unsigned_(bigint("c")), le(~0ULL, 8), "18446744073709551615"},
      {"year", fixed("c", ColumnType::year, 1), {124}, "2024"},
      {"year 0000", fixed("c", ColumnType::year, 1), {0}, "0"},
      {"year 1901", fixed("c", ColumnType::year, 1), {1}, "1901"},
      {"bit(1)", fixed("c", ColumnType::bit, 1, 1), {1}, "1"},
      {"bit(64)", fixed("c", ColumnType::bit, 8, 64), ByteString(8, 0xff), "18446744073709551615"},
      {"float", fixed("c", ColumnType::float_, 4), raw(0.1f), "0.1"},
      {"float max", fixed("c", ColumnType::float_, 4), raw(std::numeric_limits<float>::max()), "3.4028235e+38"},
      {"float min", fixed("c", ColumnType::float_, 4), raw(std::numeric_limits<float>::denorm_min()), "1e-45"},
      {"double", fixed("c", ColumnType::double_, 8), raw(0.1), "0.1"},
      {"double negative zero", fixed("c", ColumnType::double_, 8), raw(-0.0), "-0"},
      {"double max", fixed("c", ColumnType::double_, 8), raw(std::numeric_limits<double>::max()),
       "1.7976931348623157e+308"},
      {"decimal", decimal("c", 10, 2), {0x80, 0x00, 0x00, 0x01, 0x32}, R"("1.50")"},
      {"decimal negative", decimal("c", 10, 2), {0x7f, 0xff, 0xff, 0xfe, 0xcd}, R"("-1.50")"},
      {"decimal(5,0)", decimal("c", 5, 0), {0x80, 0x00, 0x07}, R"("7")"},
      {"varchar", varchar("c"), text("abc"), R"("abc")"},
      {"empty varchar", varchar("c"), {}, R"("")"},
      {"varchar that is escaped", varchar("c"), text("\"\\\b\f\n\r\t\x01\x1f/\x7f"),
       "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\x7f\""},
      {"zero byte", varchar("c"), {'a', 0, 'b'}, R"("a\u0000b")"},
      {"utf8mb4", varchar("c"), text("gr\u00fc\u00df\U0001f600"), "\"gr\u00fc\u00df\U0001f600\""},
      {"utf8mb4, then an escape", varchar("c"), text("0123456789abcdef\u00fc\n"), "\"0123456789abcdef\u00fc\\n\""},
      {"latin1", varchar("c", "latin1"), {'g', 0xfc, '"', 0x80}, "\"g\u00fc\\\"\u20ac\""},
      {"text", blob("c", "utf8mb4"), text("abc"), R"("abc")"},
      {"unknown charset, UTF-8", varchar("c", ""), text("gr\u00fc"), "\"gr\u00fc\""},
      {"enum", labelled("c", ColumnType::enum_, 1, {"a", "b\"c"}), {2}, R"("b\"c")"},
      {"enum of a refused value", labelled("c", ColumnType::enum_, 1, {"a"}), {0}, R"("")"},
      {"enum of two bytes", labelled("c", ColumnType::enum_, 2, many), {0x2c, 0x01}, R"("m300")"},
      {"enum of the most labels", labelled("c", ColumnType::enum_, 2, most), {0xff, 0xff}, R"("m65535")"},
      {"set", labelled("c", ColumnType::set, 1, {"a", "b\"", "c"}), {6}, R"("b\",c")"},
      {"empty set", labelled("c", ColumnType::set, 1, {"a"}), {0}, R"("")"},
      {"set of 64", labelled("c", ColumnType::set, 8, members), ByteString(8, 0xff), every},
      {"enum without labels", labelled("c", ColumnType::enum_, 1, {}), {3}, "3"},
      {"set without labels", labelled("c", ColumnType::set, 1, {}), {6}, "6"},
      {"binary, padded", binary("c", 4), {0x01}, R"("AQAAAA==")"},
      {"binary of zeros", binary("c", 3), {}, R"("AAAA")"},
      {"binary(255)", binary("c", 255), ByteString(255, 0xff), '"' + std::string(340, '/') + '"'},
      {"varbinary", varbinary("c", 10), {0x00, 0xff}, R"("AP8=")"},
      {"blob", blob("c"), {0xfb, 0xff, 0xbf}, R"("+/+/")"},
      {"empty blob", blob("c"), {}, R"("")"},
      {"character set binary", varchar("c", "binary"), text("a"), R"("YQ==")"},
      {"date", fixed("c", ColumnType::date, 3), le(2024u << 9 | 2u << 5 | 29u, 3), R"("2024-02-29")"},
      {"zero date", fixed("c", ColumnType::date, 3), {0, 0, 0}, R"("0000-00-00")"},
      {"partial zero date", fixed("c", ColumnType::date, 3), le(2024u << 9, 3), R"("2024-00-00")"},
      {"time", fixed("c", ColumnType::time2, 3, 0), {0x80, 0x10, 0x83}, R"("01:02:03")"},
      {"time(3) just below zero",
       fixed("c", ColumnType::time2, 5, 3),
       {0x7f, 0xff, 0xff, 0xff, 0xf6},
       R"("-00:00:00.001")"},
      {"datetime(3) zero",
       fixed("c", ColumnType::datetime2, 7, 3),
       {0x80, 0, 0, 0, 0, 0, 0},
       R"("0000-00-00 00:00:00.000")"},
      {"timestamp", fixed("c", ColumnType::timestamp2, 4, 0), {0x65, 0x53, 0xf1, 0x00}, R"("2023-11-14T22:13:20Z")"},
      {"timestamp(3)",
       fixed("c", ColumnType::timestamp2, 6, 3),
       {0x65, 0x53, 0xf1, 0x00, 0x04, 0xce},
       R"("2023-11-14T22:13:20.123Z")"},
      {"timestamp(3) zero",
       fixed("c", ColumnType::timestamp2, 6, 3),
       {0, 0, 0, 0, 0, 0},
       R"("0000-00-00 00:00:00.000")"},
      {"json literal", json("c"), {0x04, 0x01}, "true"},
      {"json number", json("c"), {0x05, 0xff, 0xff}, "-1"},
      {"json string", json("c"), {0x0c, 0x03, 'a', '"', 'b'}, R"("a\"b")"},
      {"json empty object", json("c"), {0x00, 0x00, 0x00, 0x04, 0x00}, "{}"},
      {"point",
       sized("c", ColumnType::geometry, 4, 4, ""),
       {0xe6, 0x10, 0, 0, 1, 1, 0, 0, 0},
       R"({"srid":4326,"wkb":"AQEAAAA="})"},
      {"empty geometry", sized("c", ColumnType::geometry, 4, 4, ""), {}, R"({"srid":0,"wkb":""})"},
      {"vector",
       sized("c", ColumnType::vector, 4, 4, "binary"),
       {0x00, 0x00, 0x80, 0x3f, 0xcd, 0xcc, 0xcc, 0x3d, 0x00, 0x00, 0x20, 0xc0},
       "[1,0.1,-2.5]"},
      {"vector of MariaDB", meant(varbinary("c", 12), ColumnMeaning::vector), {0x00, 0x00, 0x80, 0x3f}, "[1]"},
      {"uuid of zeros", meant(binary("c", 16), ColumnMeaning::uuid), {}, R"("00000000-0000-0000-0000-000000000000")"},
      {"inet4", meant(binary("c", 4), ColumnMeaning::inet4), {1, 2, 3, 4}, R"("1.2.3.4")"},
      {"compressed text",
       sized("c", ColumnType::mariadb_blob_compressed, 2, 2, "latin1"),
       {0, 'g', 0xfc},
       "\"g\u00fc\""},
      {"compressed bytes", sized("c", ColumnType::mariadb_varchar_compressed, 1, 9, "binary"), {0, 0xff}, R"("/w==")"},
      {"compressed and empty", sized("c", ColumnType::mariadb_blob_compressed, 2, 2, "utf8mb4"), {}, R"("")"},
      {"empty vector", sized("c", ColumnType::vector, 4, 4, "binary"), {}, "[]"},
  };
}

TEST(PlainValues, AreWhatTheContractSays) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    EncodeWarnings warnings;
    EXPECT_EQ(value_of(c.column, c.bytes, warnings), c.json);
    EXPECT_EQ(warnings.invalid_text, 0u);
    EXPECT_THAT(warnings.lines, IsEmpty());
  }
}

TEST(PlainValues, KeepBytesThatAreNoText) {
  const Case invalid[] = {
      {"no UTF-8", varchar("c"), {'a', 0xff}, R"({"base64":"Yf8="})"},
      {"no UTF-8 behind a plain block", varchar("c"), text("0123456789abcdef\xff"),
       R"({"base64":"MDEyMzQ1Njc4OWFiY2RlZv8="})"},
      {"surrogate", varchar("c"), {0xed, 0xa0, 0x80}, R"({"base64":"7aCA"})"},
      {"UTF-8 in ascii", varchar("c", "ascii"), {'m', 0xd3, 0x8d}, R"({"base64":"bdON"})"},
      {"unknown charset", varchar("c", ""), {0xff}, R"({"base64":"/w=="})"},
      {"label", labelled("c", ColumnType::enum_, 1, {"\xff"}), {1}, R"({"base64":"/w=="})"},
      {"labels", labelled("c", ColumnType::set, 1, {"a", "\xff"}), {3}, R"({"base64":"YSz/"})"},
      {"vector with a NaN",
       sized("c", ColumnType::vector, 4, 4, "binary"),
       {0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x7f},
       R"({"base64":"AACAPwAAwH8="})"},
      {"vector cut short", sized("c", ColumnType::vector, 4, 4, "binary"), {0, 0, 0x80}, R"({"base64":"AACA"})"},
  };
  for (const Case& c : invalid) {
    SCOPED_TRACE(c.name);
    EncodeWarnings warnings;
    EXPECT_EQ(value_of(c.column, c.bytes, warnings), c.json);
    EXPECT_EQ(warnings.invalid_text, 1u);
    ASSERT_EQ(warnings.lines.size(), 1u);
    EXPECT_THAT(warnings.lines[0], HasSubstr("binlog.000003:1234, `d`.`t`, row 0: column c"));
  }
}

TEST(PlainValues, ReplaceWhatIsNoTextWhereThatIsAskedFor) {
  const Case invalid[] = {
      {"no UTF-8", varchar("c"), {'a', 0xff, '"'}, "\"a\ufffd\\\"\""},
      {"compressed", sized("c", ColumnType::mariadb_blob_compressed, 2, 2, "ascii"), {0, 'a', 0xff}, "\"a\ufffd\""},
      {"half a unit of utf16", varchar("c", "utf16"), {0, 'a', 'b'}, "\"a\ufffd\""},
      {"label", labelled("c", ColumnType::enum_, 1, {"\xff"}), {1}, "\"\ufffd\""},
      {"bytes are not text", varbinary("c", 10), {0xff}, R"("/w==")"},
  };
  for (const Case& c : invalid) {
    SCOPED_TRACE(c.name);
    EncodeWarnings warnings;
    EXPECT_EQ(value_of(c.column, c.bytes, warnings, InvalidText::replace), c.json);
    EXPECT_EQ(warnings.invalid_text, c.json.front() == '"' && c.json[1] == '/' ? 0u : 1u);
  }
}

TEST(PlainValues, StopAtWhatIsNoTextWhereThatIsAskedFor) {
  EncodeWarnings warnings;
  EXPECT_EQ(value_of(varchar("c", "greek"), {0xd2}, warnings, InvalidText::fail),
            "binlog.000003:1234, `d`.`t`, row 0: column c holds bytes that are no text of its character set, and "
            "invalid_text "
            "is fail; base64 sends them as they are stored");
  EXPECT_EQ(value_of(varchar("c", "latin1"), {0xfc}, warnings, InvalidText::fail), "\"\u00fc\"");
  EXPECT_THAT(warnings.lines, IsEmpty());
}

TEST(PlainValues, WarnOnceAColumnAndCountEveryValue) {
  const auto schema = table("d", "t", {varchar("a"), varchar("b")}, {0});
  const Row bad = std::move(Row().value(ByteString{0xff}).value(ByteString{0xfe}));
  const Origin from = origin();
  OutputUsage usage;
  Output out(usage);
  Encoded encoded;
  EncodeWarnings warnings;
  const auto encoder = make_plain_encoder(schema, false, warnings);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(encoder->encode(insert(*schema, bad, from), {}, out, encoded));
  EXPECT_EQ(warnings.invalid_text, 6u) << "a value that the key repeats counts once";
  EXPECT_EQ(warnings.lines.size(), 2u);
}

TEST(PlainValues, RefuseWhatIsNoValue) {
  const struct {
    const char* name;
    Column column;
    ByteString bytes;
    const char* type;
  } corrupt[] = {
      {"infinity", fixed("c", ColumnType::float_, 4), raw(std::numeric_limits<float>::infinity()), "FLOAT"},
      {"NaN", fixed("c", ColumnType::double_, 8), raw(std::numeric_limits<double>::quiet_NaN()), "DOUBLE"},
      {"label that is not there", labelled("c", ColumnType::enum_, 1, {"a"}), {2}, "ENUM"},
      {"member that is not there", labelled("c", ColumnType::set, 1, {"a"}), {2}, "SET"},
      {"json cut short", json("c"), {0x00, 0x01}, "JSON"},
      {"compressed", sized("c", ColumnType::mariadb_blob_compressed, 2, 2, "utf8mb4"), {0x8a, 1, 2}, "BLOB_COMPRESSED"},
      {"inet4 of five bytes", meant(binary("c", 4), ColumnMeaning::inet4), {1, 2, 3, 4, 5}, "STRING"},
      {"geometry cut short", sized("c", ColumnType::geometry, 4, 4, ""), {1, 2, 3}, "GEOMETRY"},
      {"integer cut short", int_("c"), {1, 2, 3}, "LONG"},
  };
  for (const auto& c : corrupt) {
    SCOPED_TRACE(c.name);
    EncodeWarnings warnings;
    EXPECT_EQ(value_of(c.column, c.bytes, warnings),
              "binlog.000003:1234, `d`.`t`, row 0: the bytes of column c are no value of type "s + c.type);
  }
}

} // namespace
} // namespace rowferry
