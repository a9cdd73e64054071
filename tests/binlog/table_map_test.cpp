#include <gtest/gtest.h>

#include <rowferry/binlog/table_map.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

/// A format without post-header lengths: table ids of 6 bytes.
const FormatDescription kFormat;

TableMapSpec small_table() {
  return {.table_id = 0x0605'0403'0201,
          .types = {3, 15, 252},
          .metadata = {44, 1, 2},
          .nullable = {0b110},
          .optional = tlv(1, {0x80})};
}

TEST(TableMap, ReadsEveryField) {
  const ByteWriter body = table_map_body(small_table());
  const auto map = decode_table_map(kFormat, body);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->table_id, 0x0605'0403'0201U);
  EXPECT_EQ(map->flags, 1);
  EXPECT_EQ(map->database, "shop");
  EXPECT_EQ(map->table, "orders");
  EXPECT_EQ(map->column_count(), 3U);
  EXPECT_EQ(as_text(map->types), as_text(ByteWriter{3, 15, 252}));
  EXPECT_EQ(as_text(map->metadata), as_text(ByteWriter{44, 1, 2}));
  EXPECT_EQ(map->nullable[0], 0b110);
  EXPECT_EQ(as_text(map->optional), as_text(tlv(1, {0x80})));
  EXPECT_EQ(map->shape.data(), body.get().data() + 8);
  EXPECT_EQ(map->shape.size(), body.size() - 8);
}

TEST(TableMap, FailsOnEveryPrefixBeforeTheOptionalMetadata) {
  const ByteWriter body = table_map_body(small_table());
  const std::size_t optional_begin = body.size() - 3;
  for (std::size_t n = 0; n < optional_begin; ++n) {
    EXPECT_FALSE(decode_table_map(kFormat, exact_prefix(body, n))) << n;
  }
  const auto without = exact_prefix(body, optional_begin);
  EXPECT_TRUE(decode_table_map(kFormat, without)->optional.empty());
}

TEST(TableMap, RefusesMoreColumnsThanAnyServerAllows) {
  const auto body = [](std::size_t columns) {
    return table_map_body(
        {.types = ByteWriter().fill(columns, 3), .nullable = ByteWriter().fill((columns + 7) / 8, 0)});
  };
  EXPECT_TRUE(decode_table_map(kFormat, body(kMaxColumns)));
  EXPECT_FALSE(decode_table_map(kFormat, body(kMaxColumns + 1)));
}

TEST(TableMap, HasLengthEncodedCountsOver250Columns) {
  for (const std::size_t columns : {250U, 251U, 300U, 4096U}) {
    const ByteWriter body = table_map_body({.types = ByteWriter().fill(columns, 16),
                                            .metadata = ByteWriter().fill(2 * columns, 1),
                                            .nullable = ByteWriter().fill((columns + 7) / 8, 0xff)});
    const auto map = decode_table_map(kFormat, body);
    ASSERT_TRUE(map) << columns;
    EXPECT_EQ(map->column_count(), columns);
    EXPECT_EQ(map->metadata.size(), 2 * columns);
    EXPECT_EQ(map->nullable.size(), (columns + 7) / 8);
    EXPECT_TRUE(map->optional.empty());
  }
}

TEST(TableMap, EqualShapesHaveEqualBytesWhateverTheIdIs) {
  TableMapSpec spec = small_table();
  const ByteWriter first = table_map_body(spec);
  spec.table_id = 7;
  const ByteWriter second = table_map_body(spec);
  EXPECT_EQ(as_text(decode_table_map(kFormat, first)->shape), as_text(decode_table_map(kFormat, second)->shape));
}

TEST(TableMap, FailsWhenANameIsNotTerminated) {
  std::vector<std::uint8_t> body = table_map_body(small_table());
  body[8 + 1 + 4] = 'x'; // behind "shop"
  EXPECT_FALSE(decode_table_map(kFormat, body));
}

TEST(TableMap, HasAnIdOfFourBytesInOldFormats) {
  FormatDescription format;
  format.post_header_lengths.assign(42, 6);
  const ByteWriter body =
      ByteWriter().u32(0x04030201).u16(1).lenenc_text("d").u8(0).lenenc_text("t").u8(0).u8(1).u8(3).u8(0).u8(1);
  const auto map = decode_table_map(format, body);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->table_id, 0x04030201U);
  EXPECT_EQ(map->table, "t");
  EXPECT_EQ(*decode_table_id(format, EventType::table_map, body), 0x04030201U);
}

TEST(TableId, StandsInFrontOfMapsAndRows) {
  const ByteWriter body = ByteWriter().u48(0x0605'0403'0201).u8(9);
  EXPECT_EQ(*decode_table_id(kFormat, EventType::table_map, body), 0x0605'0403'0201U);
  EXPECT_EQ(*decode_table_id(kFormat, EventType::write_rows, body), 0x0605'0403'0201U);
  EXPECT_FALSE(decode_table_id(kFormat, EventType::write_rows, exact_prefix(body, 5)));
}

} // namespace
} // namespace rowferry::binlog
