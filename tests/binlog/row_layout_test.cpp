#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/binlog/table_map.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

Result<std::vector<ColumnLayout>> layout_of(const TableMapSpec& spec) {
  const std::vector<std::uint8_t> body = table_map_body(spec);
  return make_row_layout(*decode_table_map(FormatDescription(), body));
}

TEST(RowLayout, KnowsTheFormOfEveryType) {
  using enum ColumnType;
  using enum ColumnEncoding;
  struct Case {
    const char* what;
    int type;
    ByteWriter metadata;
    ColumnType real;
    ColumnEncoding encoding;
    std::uint32_t width;
    std::uint32_t meta;
  };
  const Case cases[] = {
      {"TINYINT", 1, {}, tiny, fixed, 1, 0},
      {"SMALLINT", 2, {}, short_, fixed, 2, 0},
      {"MEDIUMINT", 9, {}, int24, fixed, 3, 0},
      {"INT", 3, {}, long_, fixed, 4, 0},
      {"BIGINT", 8, {}, longlong, fixed, 8, 0},
      {"FLOAT", 4, {4}, float_, fixed, 4, 0},
      {"DOUBLE", 5, {8}, double_, fixed, 8, 0},
      {"NULL", 6, {}, null, fixed, 0, 0},
      {"DECIMAL(10,2)", 246, {10, 2}, newdecimal, fixed, 5, 10 << 8 | 2},
      {"DECIMAL(65,30)", 246, {65, 30}, newdecimal, fixed, 30, 65 << 8 | 30},
      {"DECIMAL(1,0)", 246, {1, 0}, newdecimal, fixed, 1, 1 << 8},
      {"BIT(1)", 16, {1, 0}, bit, fixed, 1, 1},
      {"BIT(8)", 16, {0, 1}, bit, fixed, 1, 8},
      {"BIT(17)", 16, {1, 2}, bit, fixed, 3, 17},
      {"BIT(64)", 16, {0, 8}, bit, fixed, 8, 64},
      {"YEAR", 13, {}, year, fixed, 1, 0},
      {"DATE", 10, {}, date, fixed, 3, 0},
      {"old TIME", 11, {}, time, fixed, 3, 0},
      {"old DATETIME", 12, {}, datetime, fixed, 8, 0},
      {"old TIMESTAMP", 7, {}, timestamp, fixed, 4, 0},
      {"TIME", 19, {0}, time2, fixed, 3, 0},
      {"TIME(1)", 19, {1}, time2, fixed, 4, 1},
      {"TIME(6)", 19, {6}, time2, fixed, 6, 6},
      {"DATETIME(3)", 18, {3}, datetime2, fixed, 7, 3},
      {"TIMESTAMP(5)", 17, {5}, timestamp2, fixed, 7, 5},
      {"VARCHAR of 255 bytes", 15, {0xff, 0}, varchar, length1, 0, 255},
      {"VARCHAR of 256 bytes", 15, {0, 1}, varchar, length2, 0, 256},
      {"VAR_STRING", 253, {0xff, 0xff}, var_string, length2, 0, 65535},
      {"CHAR(10) latin1", 254, {0xfe, 10}, string, length1, 0, 10},
      {"CHAR(64) utf8mb4", 254, {0xee, 0x00}, string, length2, 0, 256},
      {"CHAR(255) utf8mb4", 254, {0xce, 0xfc}, string, length2, 0, 1020},
      {"ENUM", 254, {247, 1}, enum_, fixed, 1, 1},
      {"ENUM of 300", 254, {247, 2}, enum_, fixed, 2, 2},
      {"SET", 254, {248, 1}, set, fixed, 1, 1},
      {"SET of 64", 254, {248, 8}, set, fixed, 8, 8},
      {"TINYBLOB", 252, {1}, blob, length1, 0, 1},
      {"BLOB", 252, {2}, blob, length2, 0, 2},
      {"MEDIUMTEXT", 252, {3}, blob, length3, 0, 3},
      {"LONGTEXT", 252, {4}, blob, length4, 0, 4},
      {"JSON", 245, {4}, json, length4, 0, 4},
      {"GEOMETRY", 255, {4}, geometry, length4, 0, 4},
      {"VECTOR", 242, {4}, vector, length4, 0, 4},
      {"TYPED_ARRAY of INT", 20, {3}, typed_array, length4, 0, 4},
      {"TYPED_ARRAY of VARCHAR", 20, {15, 40, 0, 0}, typed_array, length4, 0, 4},
      {"TYPED_ARRAY of DECIMAL", 20, {246, 10, 2}, typed_array, length4, 0, 4},
      {"TYPED_ARRAY of TIME", 20, {19, 6}, typed_array, length4, 0, 4},
      {"BLOB COMPRESSED", 140, {2}, mariadb_blob_compressed, length2, 0, 2},
      {"VARCHAR(100) COMPRESSED", 141, {101, 0}, mariadb_varchar_compressed, length1, 0, 101},
      {"VARCHAR(300) COMPRESSED", 141, {0x2d, 1}, mariadb_varchar_compressed, length2, 0, 301},
  };
  for (const Case& c : cases) {
    const auto layout = layout_of({.types = {c.type}, .metadata = c.metadata});
    ASSERT_TRUE(layout) << c.what << ": " << layout.error().message;
    const ColumnLayout& column = layout->front();
    EXPECT_EQ(column.type, c.real) << c.what;
    EXPECT_EQ(column.encoding, c.encoding) << c.what;
    EXPECT_EQ(column.width, c.width) << c.what;
    EXPECT_EQ(column.meta, c.meta) << c.what;
    EXPECT_FALSE(column.nullable) << c.what;
    for (std::size_t n = 0; n < c.metadata.size(); ++n) {
      EXPECT_FALSE(layout_of({.types = {c.type}, .metadata = ByteWriter().bytes(exact_prefix(c.metadata, n))}))
          << c.what << " " << n;
    }
  }
}

TEST(RowLayout, TakesEachColumnsShareOfTheMetadata) {
  const auto layout =
      layout_of({.types = {3, 15, 254, 246, 1, 252}, .metadata = {44, 1, 248, 2, 10, 2, 3}, .nullable = {0b101010}});
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->size(), 6U);
  EXPECT_EQ((*layout)[1].meta, 300U);
  EXPECT_EQ((*layout)[2].type, ColumnType::set);
  EXPECT_EQ((*layout)[3].width, 5U);
  EXPECT_EQ((*layout)[5].encoding, ColumnEncoding::length3);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ((*layout)[i].nullable, i % 2 == 1) << i;
}

TEST(RowLayout, ReadsNullabilityBeyondTheFirstByte) {
  const auto layout = layout_of({.types = ByteWriter().fill(10, 1), .nullable = {0x01, 0x02}});
  ASSERT_TRUE(layout);
  EXPECT_TRUE((*layout)[0].nullable);
  EXPECT_FALSE((*layout)[8].nullable);
  EXPECT_TRUE((*layout)[9].nullable);
}

TEST(RowLayout, IgnoresMetadataBehindItsColumns) { EXPECT_TRUE(layout_of({.types = {3}, .metadata = {1, 2, 3}})); }

TEST(RowLayout, NamesTheColumnThatIsNotSupported) {
  struct Case {
    int type;
    ByteWriter metadata;
    const char* name;
  };
  const Case cases[] = {{99, {}, "type 99"}, {48, {}, "type 48"}, {0, {10, 2}, "DECIMAL"}};
  for (const Case& c : cases) {
    const auto layout = layout_of({.types = {3, c.type}, .metadata = c.metadata});
    ASSERT_FALSE(layout) << c.name;
    EXPECT_EQ(layout.error().status, ExitStatus::data);
    EXPECT_THAT(layout.error().message, testing::HasSubstr("column 2 of table shop.orders is " + std::string(c.name)));
  }
}

TEST(RowLayout, RefusesMetadataThatMakesNoSense) {
  struct Case {
    const char* what;
    int type;
    ByteWriter metadata;
  };
  const Case cases[] = {{"FLOAT of 8 bytes", 4, {8}},
                        {"DECIMAL(0,0)", 246, {0, 0}},
                        {"DECIMAL(66,0)", 246, {66, 0}},
                        {"DECIMAL(5,6)", 246, {5, 6}},
                        {"BIT(0)", 16, {0, 0}},
                        {"BIT(65)", 16, {1, 8}},
                        {"8 odd bits", 16, {8, 0}},
                        {"TIME(7)", 19, {7}},
                        {"ENUM of 3 bytes", 254, {247, 3}},
                        {"SET of 9 bytes", 254, {248, 9}},
                        {"BLOB without length", 252, {0}},
                        {"BLOB of 5", 252, {5}},
                        {"STRING that is VARCHAR", 254, {15, 10}}};
  for (const Case& c : cases) EXPECT_FALSE(layout_of({.types = {c.type}, .metadata = c.metadata})) << c.what;
}

TEST(ColumnTypeName, IsTheManualsOrTheNumber) {
  EXPECT_EQ(column_type_name(ColumnType::newdecimal), "NEWDECIMAL");
  EXPECT_EQ(column_type_name(static_cast<ColumnType>(99)), "type 99");
}

} // namespace
} // namespace rowferry::binlog
