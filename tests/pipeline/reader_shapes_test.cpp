#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "pipeline/reader_fixture.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

/// The column of shop.a has the name of the newest entry at or before the asked place.
class Ages final : public ShapeSource {
 public:
  Result<TableDefinition> read(std::string_view database, std::string_view table, const FileOffset& at) override {
    ++asked;
    if (error) return rowferry::fail(*error);
    const auto age = std::prev(names.upper_bound(at.offset));
    return TableDefinition{
        std::string(database), std::string(table), {{age->second, "int", "", false, true}}, {age->second}};
  }
  std::map<std::uint64_t, std::string> names{{0, "x"}};
  std::optional<Error> error;
  int asked = 0;
};

class ReaderShapesTest : public ReaderFixture {
 protected:
  struct Stage : ReaderFixture::Stage {
    Stage(ReaderShapesTest& test, const Checkpoint& start)
        : ReaderFixture::Stage(test, start, {.options = {.ask_shapes = true}, .shapes = &test.ages}) {
      EXPECT_TRUE(reader.know(start.shapes));
    }
  };

  ReaderShapesTest() { capture(shop_tables("t")); }
  std::uint64_t statement(std::string_view text) {
    log.add(EventType::gtid, gtid_body(++gno));
    return log.add(EventType::query, query_body(text));
  }
  void insert(int value) {
    statement("BEGIN");
    log.add(EventType::table_map, table_map_body({.table_id = 7, .table = "a", .types = {3}}));
    log.add(EventType::write_rows, rows_body(ids(7, {value})));
    log.add(EventType::xid, xid_body());
  }
  /// "x1": the name and the value of the only column.
  std::vector<std::string> brief() const {
    std::vector<std::string> made;
    for (const std::string& line : lines) {
      const std::size_t at = line.find(R"("after":{")") + 10;
      const std::size_t colon = line.find(':', at);
      made.push_back(line.substr(at, colon - 1 - at) + line.substr(colon + 1, line.find('}', at) - colon - 1));
    }
    return made;
  }

  LogBuilder log;
  std::uint64_t gno = 0;
  Ages ages;
};

// Wherever the sink dies and whatever the table is by then, a restart from the checkpoint names the rows as they were.
TEST_F(ReaderShapesTest, ACheckpointHoldsTheShapesOfItsPosition) {
  insert(1);
  insert(2);
  ages.names[statement("ALTER TABLE a RENAME COLUMN x TO y")] = "y";
  insert(3);
  ages.names[statement("ALTER TABLE a RENAME COLUMN y TO z")] = "z";
  insert(4);
  insert(5);
  const std::vector<std::string> all = {"x1", "x2", "y3", "z4", "z5"};
  for (std::size_t delivered = 0; delivered <= all.size(); ++delivered) {
    lines.clear();
    Checkpoint checkpoint;
    {
      Stage old(*this, start);
      old.sink->deliver = delivered;
      EXPECT_EQ(old.read(log).message, "cut");
      EXPECT_EQ(brief(), all);
      checkpoint = old.checkpoint(start);
    }
    ASSERT_EQ(checkpoint.shapes.size(), 1U) << delivered;
    const std::string wanted = delivered < 2 ? "x" : delivered < 3 ? "y" : "z";
    // Between a change and the first row behind it nothing is known, and the row has brought what is.
    EXPECT_THAT(checkpoint.shapes[0].definition, HasSubstr("\"name\":\"" + wanted + "\"")) << delivered;
    lines.clear();
    ages.asked = 0;
    Stage fresh(*this, checkpoint);
    EXPECT_EQ(fresh.read(log).message, "cut");
    EXPECT_EQ(brief(), std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(delivered), all.end()))
        << delivered;
    EXPECT_EQ(ages.asked, delivered < 2 ? 2 : delivered < 3 ? 1 : 0) << delivered;
  }
}

TEST_F(ReaderShapesTest, ErrorsOfTheServerAreHandedOn) {
  insert(1);
  ages.error = Error::source_retriable("away");
  Stage stage(*this, start);
  Error ended = stage.read(log);
  EXPECT_TRUE(ended.retriable);
  EXPECT_EQ(ended.message, "away");
  ages.error = Error::data("changed since");
  ended = stage.read(log);
  EXPECT_EQ(ended.status, ExitStatus::data);
  EXPECT_THAT(ended.message, HasSubstr("binlog.000001:"));
  EXPECT_THAT(
      ended.message,
      HasSubstr("the rows of `shop`.`a` carry no column names, only the types (LONG not null), and what they are is "
                "not known: changed since; SET PERSIST binlog_row_metadata = FULL"));
  ages.error.reset();
  EXPECT_EQ(stage.read(log).message, "cut");
  EXPECT_THAT(brief(), ElementsAre("x1"));
}

TEST_F(ReaderShapesTest, ADamagedDefinitionIsRefused) {
  start.shapes = {{"shop", "a", "{"}};
  ReaderFixture::Stage stage(*this, start);
  const auto known = stage.reader.know(start.shapes);
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().status, ExitStatus::usage);
  EXPECT_THAT(known.error().message, HasSubstr("the checkpoint's definition of `shop`.`a` cannot be read"));
}

} // namespace
} // namespace rowferry
