// PARTIAL_UPDATE_ROWS through the reader: documents made of the before image and its differences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/binlog/values.hpp>
#include <rowferry/change/change_reader.hpp>

#include "binlog/builders.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

class Everything final : public TableSelector {
 public:
  [[nodiscard]] bool wanted(std::string_view, std::string_view) const override { return true; }
};

/// Columns id INT (the key), doc JSON, more JSON.
TableMapSpec table_of_documents() {
  return {.types = {3, 245, 245},
          .metadata = {4, 4},
          .optional = ByteWriter()
                          .bytes(tlv(1, ByteWriter{0}))
                          .bytes(tlv(4, ByteWriter().lenenc_text("id").lenenc_text("doc").lenenc_text("more")))
                          .bytes(tlv(8, ByteWriter{0}))};
}

ByteWriter sized(const ByteWriter& bytes) { return ByteWriter().u32(bytes.size()).bytes(bytes); }
/// [n] as a document of the small format.
ByteWriter array_of(int n) { return ByteWriter{2}.u16(1).u16(7).u8(5).u16(static_cast<std::uint64_t>(n)); }
/// $[0] becomes n.
ByteWriter replaced(int n) {
  return ByteWriter{0}.lenenc_text("$[0]").lenenc(3).u8(5).u16(static_cast<std::uint64_t>(n));
}

std::string text(const binlog::Cell& cell) {
  switch (cell.state) {
    case binlog::CellState::absent:
      return "-";
    case binlog::CellState::diffs:
      return "differences";
    case binlog::CellState::null:
      return "NULL";
    case binlog::CellState::value:
      break;
  }
  OutputUsage usage;
  Output out(usage, 64);
  return binlog::append_json_text(out, cell.bytes()) ? std::string(out.record()) : "invalid";
}

/// `doc` and `more` of every row behind the change; then the error, where there is one.
std::vector<std::string> documents_after(const RowsSpec& rows) {
  LogBuilder log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(table_of_documents()));
  log.add(EventType::partial_update_rows, rows_body(rows));
  Everything everything;
  ChangeReader reader(everything, {});
  reader.start({"binlog.000001", 4});
  std::vector<std::string> texts;
  for (const auto& event : log.events()) {
    EXPECT_TRUE(reader.push(event));
    for (;;) {
      const auto step = reader.next();
      if (!step) return texts.push_back(step.error().message), texts;
      if (*step != ChangeReader::Step::change) break;
      texts.push_back(text(reader.change().after[1]) + " " + text(reader.change().after[2]));
    }
  }
  return texts;
}

RowsSpec whole_rows(const ByteWriter& rows) { return {.columns = 3, .update = true, .rows = rows}; }

ByteWriter before(int id, int doc, int more) {
  return ByteWriter()
      .u8(0)
      .u32(static_cast<std::uint64_t>(id))
      .bytes(sized(array_of(doc)))
      .bytes(sized(array_of(more)));
}

TEST(PartialJson, DifferencesAreAppliedToTheImageBefore) {
  const ByteWriter rows = ByteWriter()
                              .bytes(before(1, 10, 20))
                              .u8(1)
                              .u8(0b11) // differences in both
                              .bytes(ByteWriter().u8(0).u32(1).bytes(sized(replaced(11))).bytes(sized(replaced(21))))
                              .bytes(before(2, 30, 40))
                              .u8(1)
                              .u8(0b11) // the first as it was, the second NULL
                              .bytes(ByteWriter().u8(0b100).u32(2).u32(0))
                              .bytes(before(3, 50, 60))
                              .u8(1)
                              .u8(0b10) // the first whole
                              .bytes(ByteWriter().u8(0).u32(3).bytes(sized(array_of(51))).bytes(sized(replaced(61))))
                              .bytes(before(4, 70, 80))
                              .u8(0) // both whole
                              .bytes(before(4, 71, 81));
  EXPECT_THAT(documents_after(whole_rows(rows)), ElementsAre("[11] [21]", "[30] NULL", "[51] [61]", "[71] [81]"));
}

// What UPDATE … SET doc = more logs where `doc` is NULL and `more` has the empty document that INSERT IGNORE gives to a
// JSON NOT NULL: no differences, from NULL to a value. The server then shows JSON's null. Found by the differential
// test.
TEST(PartialJson, NoDifferencesFromNullAreTheEmptyDocument) {
  const ByteWriter rows = ByteWriter()
                              .bytes(ByteWriter().u8(0b10).u32(1).bytes(sized(array_of(20)))) // `doc` is NULL
                              .u8(1)
                              .u8(0b11)
                              .bytes(ByteWriter().u8(0).u32(1).u32(0).u32(0));
  EXPECT_THAT(documents_after(whole_rows(rows)), ElementsAre("null [20]"));
}

TEST(PartialJson, WithoutTheImageBeforeTheyStayWhatTheyAre) {
  const ByteWriter rows =
      ByteWriter().u8(0).u32(1).u8(1).u8(0b11).bytes(ByteWriter().u8(0).bytes(sized(replaced(11))).u32(0));
  EXPECT_THAT(documents_after({.columns = 3, .present = {1}, .present_after = {0b110}, .update = true, .rows = rows}),
              ElementsAre("differences -"));
}

TEST(PartialJson, DifferencesThatDoNotFitStopTheStream) {
  const ByteWriter misfit = ByteWriter{2}.lenenc_text("$.a");
  const auto row = [](const ByteWriter& image_before, const ByteWriter& diffs) {
    return whole_rows(ByteWriter()
                          .bytes(image_before)
                          .u8(1)
                          .u8(0b10)
                          .bytes(ByteWriter().u8(0).u32(1).bytes(sized(array_of(1))).bytes(sized(diffs))));
  };
  const auto refused = documents_after(row(before(1, 10, 20), misfit));
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_THAT(refused[0], HasSubstr("(PARTIAL_UPDATE_ROWS): "));
  EXPECT_THAT(refused[0], HasSubstr("column more of `shop`.`orders`"));
  const ByteWriter null_before = ByteWriter().u8(0b100).u32(1).bytes(sized(array_of(10)));
  EXPECT_THAT(documents_after(row(null_before, replaced(1)))[0], HasSubstr("column more")) << "NULL has no parts";
}

} // namespace
} // namespace rowferry
