#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/binlog/rows.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

const FormatDescription kFormat;

TEST(RowsEvent, ReadsEveryKind) {
  struct Case {
    EventType type;
    RowsOperation operation;
    bool after_bitmap;
    bool v1;
  };
  using enum RowsOperation;
  const Case cases[] = {
      {EventType::write_rows, insert, false, false},        {EventType::update_rows, update, true, false},
      {EventType::delete_rows, remove, false, false},       {EventType::write_rows_v1, insert, false, true},
      {EventType::update_rows_v1, update, true, true},      {EventType::delete_rows_v1, remove, false, true},
      {EventType::pre_ga_write_rows, insert, false, true},  {EventType::pre_ga_update_rows, update, false, true},
      {EventType::pre_ga_delete_rows, remove, false, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(event_type_name(c.type));
    const ByteWriter body = rows_body({.table_id = 0x0605'0403'0201,
                                       .flags = 3,
                                       .columns = 10,
                                       .present = {0xfe, 0x03},
                                       .present_after = {0x01, 0xff},
                                       .update = c.after_bitmap,
                                       .rows = {1, 2, 3},
                                       .v1 = c.v1});
    const auto event = decode_rows(kFormat, c.type, body);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->operation, c.operation);
    EXPECT_EQ(event->table_id, 0x0605'0403'0201U);
    EXPECT_EQ(event->flags, rows_flag::statement_end | rows_flag::no_foreign_key_checks);
    EXPECT_EQ(event->column_count, 10U);
    EXPECT_EQ(as_text(event->present_before), as_text(ByteWriter{0xfe, 0x03}));
    const ByteWriter one_for_both{0xfe, 0x03}; // an update of 5.1 before it was released
    EXPECT_EQ(as_text(event->present_after), as_text(c.after_bitmap          ? ByteWriter{0x01, 0xff}
                                                     : c.operation == update ? one_for_both
                                                                             : ByteWriter{}));
    EXPECT_EQ(as_text(event->rows), as_text(ByteWriter{1, 2, 3}));
    EXPECT_FALSE(event->dummy());
    for (std::size_t n = 0; n < body.size() - 3; ++n) {
      EXPECT_FALSE(decode_rows(kFormat, c.type, exact_prefix(body, n))) << n;
    }
  }
}

TEST(RowsEvent, HasATableIdOfFourBytesWhereTheFormatSaysSo) {
  FormatDescription early; // of 5.0 and early 5.1
  early.post_header_lengths.assign(static_cast<std::size_t>(EventType::delete_rows_v1), 6);
  for (const EventType type : {EventType::pre_ga_delete_rows, EventType::delete_rows_v1}) {
    const ByteWriter body =
        rows_body({.table_id = 0x0403'0201, .flags = 1, .columns = 1, .rows = {7}, .v1 = true, .table_id_bytes = 4});
    const auto event = decode_rows(early, type, body);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->table_id, 0x0403'0201U);
    EXPECT_EQ(event->flags, 1U);
    EXPECT_EQ(event->rows.size(), 1U);
  }
}

TEST(RowsEvent, SkipsExtraData) {
  const ByteWriter chunks[] = {
      {1, 1, 0},                // a partition's number
      {1, 1, 0, 1, 0},          // two of them: an update that moved a row
      {0, 4, 0, 0xaa, 0xbb},    // NDB's own, with its length
      {0, 3, 0, 0xaa, 1, 1, 0}, // NDB's, then a partition
      {0x7f, 1, 2, 3},          // of a kind that nobody knows
  };
  for (const ByteWriter& extra : chunks) {
    const ByteWriter body = rows_body({.columns = 1, .update = true, .extra = extra, .rows = {9}});
    const auto event = decode_rows(kFormat, EventType::update_rows, body);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->column_count, 1U);
    EXPECT_EQ(as_text(event->rows), as_text(ByteWriter{9}));
  }
}

TEST(RowsEvent, HasALengthEncodedColumnCount) {
  const ByteWriter body = rows_body({.columns = 300, .rows = {1}});
  const auto event = decode_rows(kFormat, EventType::write_rows, body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->column_count, 300U);
  EXPECT_EQ(event->present_before.size(), 38U);
}

TEST(RowsEvent, RefusesImpossibleLengths) {
  const auto head = [] { return ByteWriter().u48(1).u16(0); };
  EXPECT_FALSE(decode_rows(kFormat, EventType::write_rows, head().u16(1).u8(1).u8(1)));
  EXPECT_FALSE(decode_rows(kFormat, EventType::write_rows, head().u16(2).u8(0xfe).u64(~std::uint64_t{0}).fill(99)));
  EXPECT_FALSE(decode_rows(kFormat, EventType::write_rows, head().u16(2).lenenc(70'000).fill(9000)));
}

TEST(RowsEvent, EndOfStatementWithoutATableIsDummy) {
  for (const std::uint64_t id : {std::uint64_t{0xffffff}, std::uint64_t{0xffffffff}, std::uint64_t{0xffffffffffff}}) {
    EXPECT_TRUE(decode_rows(kFormat, EventType::write_rows, rows_body({.table_id = id, .columns = 0}))->dummy()) << id;
    EXPECT_TRUE(decode_rows(kFormat, EventType::write_rows, rows_body({.table_id = id, .columns = 1}))->dummy()) << id;
  }
  const ByteWriter table = rows_body({.table_id = 0xffffff, .columns = 2, .rows = {0, 1, 2}});
  EXPECT_FALSE(decode_rows(kFormat, EventType::write_rows, table)->dummy());
}

TEST(RowsEvent, NamesTheTypesThatAreNotSupported) {
  for (const EventType type :
       {EventType::table_map, EventType::write_rows_compressed_v1, EventType::xid, EventType{99}}) {
    const auto event = decode_rows(kFormat, type, rows_body({.columns = 1, .rows = {0, 1}}));
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().status, ExitStatus::data);
    EXPECT_THAT(event.error().message, testing::HasSubstr(event_type_name(type)));
  }
}

} // namespace
} // namespace rowferry::binlog
