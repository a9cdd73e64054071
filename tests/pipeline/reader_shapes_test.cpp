#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>

#include "binlog/builders.hpp"
#include "pipeline/reader.hpp"
#include "pipeline/written_sink.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

/// The events of a log from an offset on, behind its FORMAT_DESCRIPTION.
class LoggedEvents final : public EventSource {
 public:
  LoggedEvents(const LogBuilder& log, std::uint64_t from) {
    std::uint64_t offset = 4;
    for (const auto& event : log.events()) {
      if (offset >= from || events_.empty()) events_.emplace_back(event);
      offset += event.size();
    }
  }
  Result<binlog::RawEvent> next() override {
    if (events_.empty()) return rowferry::fail(Error::source_retriable("end"));
    const Bytes event = events_.front();
    events_.pop_front();
    return event;
  }
  void interrupt() noexcept override {}

 private:
  std::deque<Bytes> events_;
};

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

class ReaderShapesTest : public testing::Test {
 protected:
  struct Stage {
    Stage(ReaderShapesTest& test, const Checkpoint& start)
        : delivery(start, {64, 1u << 20}, test.usage, test.control),
          progress(start,
                   [this](const std::string& db, const std::string& table) { return delivery.table_index(db, table); }),
          reader(*test.router, *test.router, test.warnings, {.ask_shapes = true}, delivery, progress, test.usage,
                 test.control, &test.ages) {
      auto made = std::make_unique<test::WrittenSink>(delivery, test.lines);
      sink = made.get();
      delivery.use(std::move(made));
      EXPECT_TRUE(reader.know(start.shapes));
    }
    Error run(const LogBuilder& log) {
      const FileOffset at = progress.resume().position.at;
      LoggedEvents events(log, at.offset);
      return reader.run(events, at);
    }
    Delivery delivery;
    Progress progress;
    Reader reader;
    test::WrittenSink* sink = nullptr;
  };

  ReaderShapesTest() {
    start.server_uuid = "11111111-1111-1111-1111-111111111111";
    start.position.at = {"binlog.000001", 4};
    TableRule rule;
    rule.option = "tables[0]";
    rule.include = {"shop.*"};
    rule.topic = "t";
    RoutingRules rules;
    rules.tables.push_back(std::move(rule));
    router = std::make_unique<Router>(rules, topics);
  }
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

  Checkpoint start;
  LogBuilder log;
  std::uint64_t gno = 0;
  OutputUsage usage;
  Control control;
  Topics topics;
  EncodeWarnings warnings;
  std::unique_ptr<Router> router;
  Ages ages;
  std::vector<std::string> lines;
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
      EXPECT_EQ(old.run(log).message, "end");
      EXPECT_EQ(brief(), all);
      old.delivery.poll();
      checkpoint = old.delivery.take().value_or(start);
    }
    ASSERT_EQ(checkpoint.shapes.size(), 1U) << delivered;
    const std::string wanted = delivered < 2 ? "x" : delivered < 3 ? "y" : "z";
    // Between a change and the first row behind it nothing is known, and the row has brought what is.
    EXPECT_THAT(checkpoint.shapes[0].definition, HasSubstr("\"name\":\"" + wanted + "\"")) << delivered;
    lines.clear();
    ages.asked = 0;
    Stage fresh(*this, checkpoint);
    EXPECT_EQ(fresh.run(log).message, "end");
    EXPECT_EQ(brief(), std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(delivered), all.end()))
        << delivered;
    EXPECT_EQ(ages.asked, delivered < 2 ? 2 : delivered < 3 ? 1 : 0) << delivered;
  }
}

TEST_F(ReaderShapesTest, ErrorsOfTheServerAreHandedOn) {
  insert(1);
  ages.error = Error::source_retriable("away");
  Stage stage(*this, start);
  Error ended = stage.run(log);
  EXPECT_TRUE(ended.retriable);
  EXPECT_EQ(ended.message, "away");
  ages.error = Error::data("changed since");
  ended = stage.run(log);
  EXPECT_EQ(ended.status, ExitStatus::data);
  EXPECT_THAT(ended.message, HasSubstr("binlog.000001:"));
  EXPECT_THAT(
      ended.message,
      HasSubstr("the rows of `shop`.`a` carry no column names, only the types (LONG not null), and what they are is "
                "not known: changed since; SET PERSIST binlog_row_metadata = FULL"));
  ages.error.reset();
  EXPECT_EQ(stage.run(log).message, "end");
  EXPECT_THAT(brief(), ElementsAre("x1"));
}

TEST_F(ReaderShapesTest, ADamagedDefinitionIsRefused) {
  start.shapes = {{"shop", "a", "{"}};
  Delivery delivery(start, {64, 1u << 20}, usage, control);
  Progress progress(start,
                    [&](const std::string& db, const std::string& table) { return delivery.table_index(db, table); });
  Reader reader(*router, *router, warnings, {}, delivery, progress, usage, control);
  const auto known = reader.know(start.shapes);
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().status, ExitStatus::usage);
  EXPECT_THAT(known.error().message, HasSubstr("the checkpoint's definition of `shop`.`a` cannot be read"));
}

} // namespace
} // namespace rowferry
