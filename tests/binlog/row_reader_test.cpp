#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/binlog/rows.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;
using testing::ElementsAre;

using Row = std::vector<std::string>;

/// A null is "NULL", a column that the image lacks is "-", and differences of JSON are behind a "~".
Row texts(const std::vector<Cell>& cells) {
  Row row;
  for (const Cell& cell : cells) {
    if (cell.state == CellState::value) {
      row.emplace_back(as_text(cell.bytes()));
    } else if (cell.state == CellState::diffs) {
      row.push_back("~" + std::string(as_text(cell.bytes())));
    } else {
      row.emplace_back(cell.state == CellState::null ? "NULL" : "-");
    }
  }
  return row;
}

ColumnLayout column(ColumnEncoding encoding, std::uint32_t width = 0) { return {.encoding = encoding, .width = width}; }

struct Reading {
  std::vector<Row> before;
  std::vector<Row> after;
  RowReader::Step last = RowReader::Step::row;
};

/// Reads all rows of one event from a block of exactly its size, and counts them.
Reading read_all(const std::vector<ColumnLayout>& layout, EventType type, RowsSpec spec) {
  spec.columns = layout.size();
  spec.update = type == EventType::update_rows || type == EventType::partial_update_rows;
  const std::vector<std::uint8_t> body = rows_body(spec);
  const RowsEvent event = *decode_rows(FormatDescription(), type, body);
  RowReader reader(layout, event);
  std::vector<Cell> before(layout.size());
  std::vector<Cell> after(layout.size());
  Reading reading;
  while ((reading.last = reader.next(before, after)) == RowReader::Step::row) {
    if (type != EventType::write_rows) reading.before.push_back(texts(before));
    if (type != EventType::delete_rows) reading.after.push_back(texts(after));
    EXPECT_EQ(reader.count(), std::max(reading.before.size(), reading.after.size()));
  }
  const bool whole = reading.last == RowReader::Step::end;
  EXPECT_EQ(count_rows(layout, event), whole ? std::optional(reader.count()) : std::nullopt);
  return reading;
}

const std::vector<ColumnLayout> kEveryEncoding = {
    column(ColumnEncoding::fixed, 1), column(ColumnEncoding::fixed, 8), column(ColumnEncoding::length1),
    column(ColumnEncoding::length2),  column(ColumnEncoding::length3),  column(ColumnEncoding::length4),
    column(ColumnEncoding::fixed, 0),
};

ByteWriter row_of_every_encoding() {
  ByteWriter row;
  row.u8(0x80).text("a").text("12345678").u8(3).text("one").u16(3).text("two").le(5, 3).text("three");
  return row.u32(4).text("four");
}

TEST(RowReader, ReadsEveryEncoding) {
  const Reading reading = read_all(kEveryEncoding, EventType::write_rows, {.rows = row_of_every_encoding()});
  EXPECT_EQ(reading.last, RowReader::Step::end);
  EXPECT_THAT(reading.after, ElementsAre(ElementsAre("a", "12345678", "one", "two", "three", "four", "")));
}

TEST(RowReader, IsMalformedOnEveryShorterPrefix) {
  const ByteWriter row = row_of_every_encoding();
  for (std::size_t n = 0; n < row.size(); ++n) {
    const auto cut = ByteWriter().bytes(exact_prefix(row, n));
    EXPECT_EQ(read_all(kEveryEncoding, EventType::write_rows, {.rows = cut}).last, RowReader::Step::malformed) << n;
  }
}

TEST(RowReader, ReadsRowsUntilTheEnd) {
  const std::vector<ColumnLayout> layout{column(ColumnEncoding::fixed, 1), column(ColumnEncoding::length1)};
  const ByteWriter rows = ByteWriter().u8(0).text("1").u8(1).text("a").u8(2).text("2").u8(1).u8(0).u8(3);
  const Reading reading = read_all(layout, EventType::delete_rows, {.rows = rows});
  EXPECT_EQ(reading.last, RowReader::Step::end);
  EXPECT_THAT(reading.before, ElementsAre(ElementsAre("1", "a"), ElementsAre("2", "NULL"), ElementsAre("NULL", ""),
                                          ElementsAre("NULL", "NULL")));
}

TEST(RowReader, ARowThatIsCutShortBehindGoodOnesIsMalformed) {
  const std::vector<ColumnLayout> layout{column(ColumnEncoding::fixed, 2)};
  const Reading reading =
      read_all(layout, EventType::write_rows, {.rows = ByteWriter().u8(0).text("ab").u8(0).text("c")});
  EXPECT_THAT(reading.after, ElementsAre(ElementsAre("ab")));
  EXPECT_EQ(reading.last, RowReader::Step::malformed);
}

TEST(RowReader, AnUpdateHasBothImages) {
  const std::vector<ColumnLayout> layout{column(ColumnEncoding::fixed, 1), column(ColumnEncoding::length1)};
  const ByteWriter rows =
      ByteWriter().u8(0).text("1").u8(3).text("old").u8(2).text("1").u8(0).text("2").u8(0).u8(1).u8(1).text("n");
  const Reading reading = read_all(layout, EventType::update_rows, {.rows = rows});
  EXPECT_EQ(reading.last, RowReader::Step::end);
  EXPECT_THAT(reading.before, ElementsAre(ElementsAre("1", "old"), ElementsAre("2", "")));
  EXPECT_THAT(reading.after, ElementsAre(ElementsAre("1", "NULL"), ElementsAre("NULL", "n")));
}

TEST(RowReader, ImagesMayLackDifferentColumns) {
  const std::vector<ColumnLayout> layout{column(ColumnEncoding::fixed, 1), column(ColumnEncoding::fixed, 1),
                                         column(ColumnEncoding::length1)};
  // Before: the key alone. After: the last two, of which one is null; the null bitmap has a bit a present column.
  const ByteWriter rows =
      ByteWriter().u8(0).text("k").u8(0b01).u8(1).text("v").u8(0).text("l").u8(0).text("1").u8(1).text("w");
  const Reading reading =
      read_all(layout, EventType::update_rows, {.present = {0b001}, .present_after = {0b110}, .rows = rows});
  EXPECT_EQ(reading.last, RowReader::Step::end);
  EXPECT_THAT(reading.before, ElementsAre(ElementsAre("k", "-", "-"), ElementsAre("l", "-", "-")));
  EXPECT_THAT(reading.after, ElementsAre(ElementsAre("-", "NULL", "v"), ElementsAre("-", "1", "w")));
}

TEST(RowReader, PaddingBitsOfThePresentBitmapCountForNothing) {
  const std::vector<ColumnLayout> layout(9, column(ColumnEncoding::fixed, 1));
  // 8 of 9 columns: one byte of null bits. With the padding counted there would be two.
  for (const int last : {0x00, 0xfe}) {
    const Reading reading = read_all(layout, EventType::write_rows,
                                     {.present = {0xff, last}, .rows = ByteWriter().u8(0x80).text("1234567")});
    EXPECT_EQ(reading.last, RowReader::Step::end);
    EXPECT_THAT(reading.after, ElementsAre(ElementsAre("1", "2", "3", "4", "5", "6", "7", "NULL", "-")));
  }
  for (const int last : {0x01, 0xff}) {
    const ByteWriter rows = ByteWriter().u8(0).u8(0xff).text("12345678");
    const Reading reading = read_all(layout, EventType::write_rows, {.present = {0xff, last}, .rows = rows});
    EXPECT_EQ(reading.last, RowReader::Step::end);
    EXPECT_THAT(reading.after, ElementsAre(ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "NULL")));
  }
}

// Up to 64 columns are looked at as one word.
TEST(RowReader, PaddingBitsOfTheNullBitmapCountForNothing) {
  for (const std::size_t columns : {1U, 3U, 7U, 8U, 9U, 15U, 16U, 17U, 63U, 64U, 65U, 70U}) {
    const std::vector<ColumnLayout> layout(columns, column(ColumnEncoding::length1));
    for (std::size_t null = 0; null <= columns; ++null) { // the last time there is none
      for (const unsigned padding : {0x00U, 0xffU}) {
        std::vector<std::uint8_t> bitmap((columns + 7) / 8, 0);
        if (columns % 8 != 0) bitmap.back() = static_cast<std::uint8_t>(padding << columns % 8);
        if (null < columns) bitmap[null / 8] = static_cast<std::uint8_t>(bitmap[null / 8] | 1U << null % 8);
        ByteWriter rows;
        rows.bytes(bitmap);
        Row expected;
        for (std::size_t i = 0; i < columns; ++i) {
          expected.push_back(i == null ? "NULL" : std::to_string(i));
          if (i != null) rows.u8(static_cast<std::uint8_t>(expected.back().size())).text(expected.back());
        }
        const Reading reading = read_all(layout, EventType::write_rows, {.rows = rows});
        ASSERT_EQ(reading.last, RowReader::Step::end) << columns << " " << null;
        ASSERT_THAT(reading.after, ElementsAre(expected)) << columns << " " << null;
      }
    }
  }
}

TEST(RowReader, NoDataAtAllIsOneRowWithoutColumns) {
  const std::vector<ColumnLayout> layout(3, column(ColumnEncoding::fixed, 4));
  for (const int present : {0x00, 0xf8}) {
    const Reading reading = read_all(layout, EventType::write_rows, {.present = {present}});
    EXPECT_EQ(reading.last, RowReader::Step::end);
    EXPECT_THAT(reading.after, ElementsAre(ElementsAre("-", "-", "-")));
  }
}

TEST(RowReader, NoDataWithColumnsPresentIsMalformed) {
  EXPECT_EQ(read_all({column(ColumnEncoding::fixed, 4)}, EventType::write_rows, {}).last, RowReader::Step::malformed);
}

TEST(RowReader, DataForRowsWithoutColumnsIsMalformed) {
  const std::vector<ColumnLayout> layout{column(ColumnEncoding::fixed, 4)};
  const Reading reading =
      read_all(layout, EventType::update_rows, {.present = {0}, .present_after = {0}, .rows = {1, 2, 3}});
  EXPECT_EQ(reading.last, RowReader::Step::malformed);
  EXPECT_TRUE(reading.before.empty());
}

TEST(RowReader, ADummyEventHasNoRows) {
  const ByteWriter body = rows_body({.columns = 0});
  const RowsEvent event = *decode_rows(FormatDescription(), EventType::write_rows, body);
  EXPECT_EQ(RowReader({}, event).next({}, {}), RowReader::Step::end);
}

TEST(RowReader, WhatStandsInAnEventWithoutColumnsIsNoRow) {
  const Reading reading = read_all({}, EventType::write_rows, {.rows = ByteWriter().text("abc")});
  EXPECT_EQ(reading.last, RowReader::Step::end);
  EXPECT_TRUE(reading.after.empty());
}

TEST(RowReader, RefusesALengthBeyondTheEvent) {
  for (const std::uint64_t length : {std::uint64_t{3}, std::uint64_t{0x7fffffff}, std::uint64_t{0xffffffff}}) {
    const ByteWriter rows = ByteWriter().u8(0).u32(length).text("ab");
    EXPECT_EQ(read_all({column(ColumnEncoding::length4)}, EventType::write_rows, {.rows = rows}).last,
              RowReader::Step::malformed)
        << length;
  }
}

ColumnLayout json() { return {.type = ColumnType::json, .encoding = ColumnEncoding::length1}; }

TEST(RowReader, JsonMayComeAsDifferences) {
  const std::vector<ColumnLayout> layout{json(), column(ColumnEncoding::fixed, 1), json(), json()};
  const ByteWriter before = ByteWriter().u8(0).u8(1).text("A").text("1").u8(1).text("B").u8(1).text("C");
  const ByteWriter after = ByteWriter().u8(0b1000).u8(1).text("a").text("2").u8(0);
  const ByteWriter rows = ByteWriter()
                              .bytes(before)
                              .u8(1)        // differences may come
                              .u8(0b111)    // in all of them
                              .bytes(after) // the last of which is NULL and has none
                              .bytes(before)
                              .u8(1)
                              .u8(0b001)
                              .bytes(after)
                              .bytes(before)
                              .u8(0) // this row has whole values, and no bits that say so
                              .bytes(after);
  const Reading reading = read_all(layout, EventType::partial_update_rows, {.rows = rows});
  EXPECT_EQ(reading.last, RowReader::Step::end);
  EXPECT_THAT(reading.before, testing::Each(ElementsAre("A", "1", "B", "C")));
  EXPECT_THAT(reading.after, ElementsAre(ElementsAre("~a", "2", "~", "NULL"), ElementsAre("~a", "2", "", "NULL"),
                                         ElementsAre("a", "2", "", "NULL")));
}

TEST(RowReader, AJsonColumnHasItsBitWhereTheImageLacksIt) {
  const std::vector<ColumnLayout> layout{json(), column(ColumnEncoding::fixed, 1), json()};
  const ByteWriter rows = ByteWriter().u8(0).text("k").u8(1).u8(0b10).u8(0).u8(1).text("b");
  const Reading reading =
      read_all(layout, EventType::partial_update_rows, {.present = {0b010}, .present_after = {0b100}, .rows = rows});
  EXPECT_EQ(reading.last, RowReader::Step::end);
  EXPECT_THAT(reading.before, ElementsAre(ElementsAre("-", "k", "-")));
  EXPECT_THAT(reading.after, ElementsAre(ElementsAre("-", "-", "~b")));
}

TEST(RowReader, DifferencesThatAreCutShortAreMalformed) {
  const std::vector<ColumnLayout> layout{json()};
  const ByteWriter row = ByteWriter().u8(0).u8(1).text("A").u8(1).u8(1).u8(0).u8(2).text("ab");
  for (std::size_t n = 0; n < row.size(); ++n) {
    const auto cut = ByteWriter().bytes(exact_prefix(row, n));
    EXPECT_EQ(read_all(layout, EventType::partial_update_rows, {.rows = cut}).last, RowReader::Step::malformed) << n;
  }
  const ByteWriter unknown_option = ByteWriter().u8(0).u8(0).u8(2).u8(0).u8(0).u8(0);
  EXPECT_EQ(read_all(layout, EventType::partial_update_rows, {.rows = unknown_option}).last,
            RowReader::Step::malformed);
}

} // namespace
} // namespace rowferry::binlog
