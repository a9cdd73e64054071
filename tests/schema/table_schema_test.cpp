#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/schema/table_schema.hpp>
#include <string>
#include <vector>

#include "schema/map_bytes.hpp"

namespace rowferry {
namespace {

using binlog::ColumnType;
using test::ByteWriter;
using test::OwnedMap;
using test::tlv;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kLong = 3;
constexpr int kYear = 13;
constexpr int kVarchar = 15;
constexpr int kBit = 16;
constexpr int kString = 254;

TableSchema schema_of(std::string_view hex, ServerFlavor flavor = ServerFlavor::mysql) {
  const OwnedMap map(hex);
  return make_table_schema(map.get(), flavor).value();
}

std::string error_of(const test::TableMapSpec& spec) {
  const OwnedMap map(spec);
  const auto schema = make_table_schema(map.get());
  return schema ? "no error" : schema.error().message;
}

std::string charset_name(const TableSchema& schema, std::string_view column) {
  const Charset* charset = schema.columns.at(static_cast<std::size_t>(schema.find(column))).charset;
  return charset == nullptr ? "none" : std::string(charset->name());
}

const Column& column(const TableSchema& schema, std::string_view name) {
  return schema.columns.at(static_cast<std::size_t>(schema.find(name)));
}

std::vector<std::string> names_where(const TableSchema& schema, bool (*wanted)(const Column&)) {
  std::vector<std::string> names;
  for (const Column& each : schema.columns) {
    if (wanted(each)) names.push_back(each.name);
  }
  return names;
}

TEST(TableSchema, TakesEverythingFromFullMetadata) {
  const TableSchema schema = schema_of(test::kMysqlFull);
  EXPECT_TRUE(schema.named);
  EXPECT_EQ(schema.quoted(), "`h_values`.`everything`");
  EXPECT_EQ(schema.columns.size(), 22U);
  EXPECT_EQ(schema.layout.size(), 22U);
  EXPECT_THAT(schema.key, ElementsAre(8, 0)); // u(5), id
  EXPECT_THAT(names_where(schema, [](const Column& c) { return c.is_unsigned; }), ElementsAre("id", "y", "f", "d"));
  EXPECT_THAT(names_where(schema, [](const Column& c) { return !c.visible; }), ElementsAre("hidden"));
  EXPECT_EQ(column(schema, "d").precision(), 10U);
  EXPECT_EQ(column(schema, "d").scale(), 2U);
  EXPECT_EQ(column(schema, "ts").fsp(), 6U);
  EXPECT_EQ(column(schema, "bn").padded_size(), 3U);
  EXPECT_EQ(schema.find("nothing"), -1);
}

TEST(TableSchema, CountsCharacterColumnsAsMysqlDoes) {
  const TableSchema schema = schema_of(test::kMysqlFull);
  const std::pair<const char*, const char*> expected[] = {
      {"l", "latin1"},  {"u", "utf8mb4"}, {"x", "utf16"}, {"bl", "binary"},  {"bn", "binary"},
      {"c", "utf8mb4"}, {"e", "latin1"},  {"s", "utf16"}, {"e2", "utf8mb4"}, {"j", "none"},
      {"g", "none"},    {"v", "none"},    {"i", "none"},  {"b", "none"}};
  for (const auto& [name, charset] : expected) EXPECT_EQ(charset_name(schema, name), charset) << name;
}

TEST(TableSchema, CountsCharacterColumnsAsMariadbDoes) {
  const TableSchema schema = schema_of(test::kMariadbFull, ServerFlavor::mariadb);
  const std::pair<const char*, const char*> expected[] = {
      {"l", "latin1"}, {"u", "utf8mb4"}, {"x", "utf16"},    {"bl", "binary"}, {"bn", "binary"}, {"c", "utf8mb4"},
      {"e", "latin1"}, {"s", "utf16"},   {"e2", "utf8mb4"}, {"j", "utf8mb4"}, {"g", "none"},    {"g2", "none"}};
  for (const auto& [name, charset] : expected) EXPECT_EQ(charset_name(schema, name), charset) << name;
  EXPECT_THAT(names_where(schema, [](const Column& c) { return c.is_unsigned; }), ElementsAre("id", "y", "f", "d"));
  EXPECT_THAT(schema.key, ElementsAre(8, 0));
}

TEST(TableSchema, ConvertsLabelsFromTheColumnsCharset) {
  for (const auto& schema : {schema_of(test::kMysqlFull), schema_of(test::kMariadbFull, ServerFlavor::mariadb)}) {
    EXPECT_THAT(column(schema, "e").labels, ElementsAre("hé", "x"));
    EXPECT_THAT(column(schema, "s").labels, ElementsAre("€", "b"));
    EXPECT_THAT(column(schema, "e2").labels, ElementsAre("p", "q"));
  }
}

TEST(TableSchema, NumbersColumnsThatTheEventDoesNotName) {
  const TableSchema schema = schema_of(test::kMysqlMinimal);
  EXPECT_FALSE(schema.named);
  EXPECT_EQ(schema.columns[0].name, "@1");
  EXPECT_EQ(schema.columns[21].name, "@22");
  EXPECT_TRUE(schema.columns[0].is_unsigned);
  EXPECT_EQ(charset_name(schema, "@8"), "latin1");
  EXPECT_THAT(schema.key, IsEmpty());
  EXPECT_THAT(column(schema, "@14").labels, IsEmpty());
}

TEST(TableSchema, TakesTextForUtf8WithoutAnyMetadata) {
  const TableSchema schema = schema_of(test::kMariadbNoLog, ServerFlavor::mariadb);
  EXPECT_FALSE(schema.named);
  EXPECT_EQ(charset_name(schema, "@8"), "utf8mb4");
  EXPECT_EQ(charset_name(schema, "@11"), "utf8mb4");
  EXPECT_EQ(charset_name(schema, "@14"), "none");
  EXPECT_FALSE(schema.columns[0].is_unsigned);
  EXPECT_TRUE(schema.columns[21].visible);
}

TEST(TableSchema, SignsSkipBitAndCountYear) {
  const OwnedMap map(
      {.types = {kBit, kLong, kYear, kBit, kLong}, .metadata = {0, 1, 0, 1}, .optional = tlv(1, {0b01100000})});
  const TableSchema schema = make_table_schema(map.get()).value();
  EXPECT_THAT(names_where(schema, [](const Column& c) { return c.is_unsigned; }), ElementsAre("@3", "@5"));
}

TEST(TableSchema, DefaultCharsetHasExceptionsAmongCharacterColumns) {
  const OwnedMap map({.types = {kLong, kVarchar, kLong, kVarchar, kVarchar},
                      .metadata = {20, 0, 20, 0, 20, 0},
                      .optional = tlv(2, {45, 1, 8})});
  const TableSchema schema = make_table_schema(map.get()).value();
  EXPECT_EQ(charset_name(schema, "@2"), "utf8mb4");
  EXPECT_EQ(charset_name(schema, "@4"), "latin1");
  EXPECT_EQ(charset_name(schema, "@5"), "utf8mb4");
  EXPECT_EQ(charset_name(schema, "@1"), "none");
}

TEST(TableSchema, EnumAndSetShareADefaultCharset) {
  const OwnedMap map({.types = {kString, kVarchar, kString},
                      .metadata = {247, 1, 20, 0, 248, 1},
                      .optional = ByteWriter().bytes(tlv(2, {45})).bytes(tlv(10, {8, 1, 45}))});
  const TableSchema schema = make_table_schema(map.get()).value();
  EXPECT_EQ(charset_name(schema, "@1"), "latin1");
  EXPECT_EQ(charset_name(schema, "@2"), "utf8mb4");
  EXPECT_EQ(charset_name(schema, "@3"), "utf8mb4");
}

TEST(TableSchema, LabelsThatTheirCharsetCannotReadKeepTheirBytes) {
  const OwnedMap map({.types = {kString},
                      .metadata = {247, 1},
                      .optional = ByteWriter()
                                      .bytes(tlv(4, ByteWriter().lenenc_text("e")))
                                      .bytes(tlv(10, {45}))
                                      .bytes(tlv(6, {2, 1, 0xff, 1, 'x'}))});
  EXPECT_THAT(make_table_schema(map.get()).value().columns[0].labels, ElementsAre("\xff", "x"));
}

TEST(TableSchema, HandlesAsManyColumnsAsTheServerAllows) {
  ByteWriter types, names, key;
  for (std::size_t i = 0; i < 4096; ++i) {
    types.u8(kLong);
    names.lenenc_text("column_" + std::to_string(i));
  }
  key.lenenc(4095).lenenc(300);
  ByteWriter signs;
  signs.fill(511).u8(1);
  const OwnedMap map(
      {.types = types, .optional = ByteWriter().bytes(tlv(1, signs)).bytes(tlv(4, names)).bytes(tlv(8, key))});
  const TableSchema schema = make_table_schema(map.get()).value();
  EXPECT_EQ(schema.columns.size(), 4096U);
  EXPECT_EQ(schema.find("column_4095"), 4095);
  EXPECT_THAT(schema.key, ElementsAre(4095, 300));
  EXPECT_THAT(names_where(schema, [](const Column& c) { return c.is_unsigned; }), ElementsAre("column_4095"));
}

TEST(TableSchema, QuotesNamesAsTheServerDoes) { EXPECT_EQ(quote_table("sh`op", "a.b"), "`sh``op`.`a.b`"); }

TEST(TableSchema, RefusesMetadataThatDoesNotFitTheColumns) {
  const ByteWriter one_name = tlv(4, ByteWriter().lenenc_text("a"));
  EXPECT_THAT(
      error_of({.types = {kVarchar}, .metadata = {20, 0}, .optional = tlv(3, {45, 45})}),
      HasSubstr("table `shop`.`orders`: the metadata gives character sets for 2 columns, but 1 are character columns"));
  EXPECT_THAT(error_of({.types = {kVarchar}, .metadata = {20, 0}, .optional = tlv(2, {45, 1, 8})}),
              HasSubstr("character columns"));
  EXPECT_THAT(error_of({.types = {kVarchar}, .metadata = {20, 0}, .optional = one_name}),
              HasSubstr("character columns"));
  EXPECT_THAT(error_of({.types = {kLong}, .optional = tlv(1, {})}), HasSubstr("are numeric"));
  EXPECT_THAT(error_of({.types = {kString}, .metadata = {247, 1}, .optional = tlv(6, {1, 1, 'a', 1, 1, 'b'})}),
              HasSubstr("are ENUM"));
  EXPECT_THAT(error_of({.types = {kLong}, .optional = tlv(5, {1, 1, 'a'})}), HasSubstr("are SET"));
  EXPECT_THAT(error_of({.types = {kLong}, .optional = tlv(8, {1})}), HasSubstr("primary key"));
  EXPECT_THAT(error_of({.types = {kLong, kLong}, .optional = one_name}), HasSubstr("names"));
  EXPECT_THAT(error_of({.types = {kLong}, .optional = tlv(4, {1, 0xff})}), HasSubstr("not UTF-8"));
  EXPECT_THAT(error_of({.types = {99}}), HasSubstr("type 99"));
}

TEST(TableSchema, RefusesACollationThatNoServerHas) {
  const ByteWriter name = tlv(4, ByteWriter().lenenc_text("notes"));
  const ByteWriter collation = tlv(2, ByteWriter().lenenc(2304));
  test::TableMapSpec spec{
      .types = {kVarchar}, .metadata = {20, 0}, .optional = ByteWriter().bytes(name).bytes(collation)};
  EXPECT_THAT(error_of(spec), HasSubstr("column notes has collation 2304"));
  const OwnedMap named(spec);
  EXPECT_EQ(make_table_schema(named.get(), ServerFlavor::mariadb).value().columns[0].charset, find_charset("utf8mb4"));
  spec.optional = collation;
  EXPECT_EQ(error_of(spec), "no error"); // without names the text is taken for UTF-8
}

TEST(TableSchema, SurvivesMetadataCutAnywhere) {
  for (const std::string_view hex : {test::kMysqlFull, test::kMariadbFull}) {
    const OwnedMap whole(hex);
    for (std::size_t n = 0; n < whole.get().optional.size(); ++n) {
      const std::vector<std::uint8_t> optional = test::exact_prefix(whole.get().optional, n);
      binlog::TableMap map = whole.get();
      map.optional = optional;
      const auto schema = make_table_schema(map, ServerFlavor::mariadb);
      EXPECT_TRUE(schema || schema.error().status == ExitStatus::data) << n;
    }
  }
}

TEST(TableSchema, KnowsTheColumnsThatAreTheServersOwn) {
  // MariaDB 10.11: id INT, s VARCHAR(5000), UNIQUE (s) USING HASH.
  constexpr std::string_view kLongUnique =
      "180000000000010001640001710003030f0802204e0601014002012d041302696401730d44425f524f575f484153485f31080100";
  EXPECT_THAT(schema_of(kLongUnique, ServerFlavor::mariadb).hidden, ElementsAre(2));
  EXPECT_THAT(schema_of(kLongUnique, ServerFlavor::mysql).hidden, IsEmpty());
  const OwnedMap functional(
      {.types = {kLong, kLong}, .optional = tlv(4, ByteWriter().lenenc_text("id").lenenc_text("!hidden!i!0!0"))});
  EXPECT_THAT(make_table_schema(functional.get())->hidden, ElementsAre(1));
}

TEST(TableSchema, OldTemporalsOfMariadbHaveNoKnownLength) {
  for (const int type : {7, 11, 12}) {
    const OwnedMap map({.types = {kLong, type}, .optional = tlv(4, ByteWriter().lenenc_text("id").lenenc_text("at"))});
    EXPECT_TRUE(require_known_lengths(*make_table_schema(map.get()), ServerFlavor::mysql));
    const auto known =
        require_known_lengths(*make_table_schema(map.get(), ServerFlavor::mariadb), ServerFlavor::mariadb);
    ASSERT_FALSE(known);
    EXPECT_EQ(known.error().status, ExitStatus::data);
    EXPECT_THAT(known.error().message, HasSubstr("`shop`.`orders`: column at is a"));
    EXPECT_THAT(known.error().message, HasSubstr("mysql56_temporal_format"));
  }
}

} // namespace
} // namespace rowferry
