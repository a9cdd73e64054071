#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <rowferry/change/change_reader.hpp>

#include "binlog/builders.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Step = ChangeReader::Step;

class Everything final : public TableSelector {
 public:
  [[nodiscard]] bool wanted(std::string_view, std::string_view) const override { return true; }
};

std::shared_ptr<const TableDefinition> one_int(std::string column, std::string type = "int") {
  TableDefinition table{"shop", "a", {{column, std::move(type), "", false, true}}, {column}};
  return std::make_shared<const TableDefinition>(std::move(table));
}

/// Reads a log whose table maps have no names; answers questions from `answers`, and writes down what comes.
class Log {
 public:
  explicit Log(ChangeReader::Options options = {.ask_shapes = true, .shape_advice = "; advice"})
      : reader_(selector_, options) {
    reader_.start({"binlog.000001", 4});
  }
  void query(std::string_view text) {
    log_.add(EventType::gtid, gtid_body(++gno_));
    log_.add(EventType::query, query_body(text));
  }
  std::uint64_t insert(std::uint64_t table_id, std::string_view table, int value) {
    query("BEGIN");
    const std::uint64_t at =
        log_.add(EventType::table_map, table_map_body({.table_id = table_id, .table = table, .types = {3}}));
    log_.add(EventType::write_rows, rows_body(ids(table_id, {value})));
    log_.add(EventType::xid, xid_body());
    return at;
  }
  /// "ask a", "column=value", "error: …"
  std::vector<std::string> read() {
    std::vector<std::string> lines;
    for (; read_ < log_.events().size(); ++read_) {
      if (auto pushed = reader_.push(log_.events()[read_]); !pushed)
        return lines.push_back("error: " + pushed.error().message), lines;
      for (;;) {
        const auto step = reader_.next();
        if (!step) return lines.push_back("error: " + step.error().message), lines;
        if (*step == Step::need_event) break;
        if (*step == Step::need_shape) answer(lines);
        if (*step == Step::change) tell(lines);
      }
    }
    return lines;
  }
  ChangeReader& reader() { return reader_; }

  std::map<std::string, std::shared_ptr<const TableDefinition>> answers;
  FileOffset asked_at;

 private:
  void answer(std::vector<std::string>& lines) {
    const ShapeRequest& request = reader_.shape_request();
    lines.push_back("ask " + std::string(request.table) + " (" + request.columns + ")");
    asked_at = request.at;
    const auto found = answers.find(std::string(request.table));
    reader_.provide(found == answers.end() ? nullptr : found->second);
  }
  void tell(std::vector<std::string>& lines) {
    const Change& change = reader_.change();
    lines.push_back(change.operation == Operation::truncate
                        ? "truncate " + change.table->table
                        : change.table->columns[0].name + "=" + std::to_string(load_le<4>(change.after[0].data)));
  }

  Everything selector_;
  LogBuilder log_;
  ChangeReader reader_;
  std::size_t read_ = 0;
  std::uint64_t gno_ = 0;
};

TEST(ReaderShapes, AsksOnceATableUntilItMayHaveChanged) {
  Log log;
  log.answers["a"] = one_int("x");
  log.insert(7, "a", 1);
  log.insert(7, "a", 2);
  const std::uint64_t third = log.insert(8, "a", 3);
  EXPECT_THAT(log.read(), ElementsAre("ask a (LONG not null)", "x=1", "x=2", "x=3"));
  EXPECT_EQ(log.asked_at.file, "binlog.000001");
  EXPECT_LT(log.asked_at.offset, third);
  log.answers["a"] = one_int("y");
  log.query("CREATE TABLE b (id INT)");
  log.insert(8, "a", 4);
  log.query("alter table a rename column x to y");
  const std::uint64_t fifth = log.insert(9, "a", 5);
  EXPECT_THAT(log.read(), ElementsAre("x=4", "ask a (LONG not null)", "y=5"));
  EXPECT_EQ(log.asked_at.offset, fifth);
  log.query("FROBNICATE");
  log.insert(9, "a", 6);
  EXPECT_THAT(log.read(), ElementsAre("ask a (LONG not null)", "y=6"));
}

TEST(ReaderShapes, AsksAgainForATableWhoseMapIsTheSameAsEver) {
  Log log;
  log.answers["a"] = one_int("x");
  for (int value = 1; value <= 3; ++value) log.insert(7, "a", value);
  EXPECT_THAT(log.read(), ElementsAre("ask a (LONG not null)", "x=1", "x=2", "x=3"));
  log.answers["a"] = one_int("y");
  log.query("alter table a rename column x to y");
  for (int value = 4; value <= 6; ++value) log.insert(7, "a", value);
  EXPECT_THAT(log.read(), ElementsAre("ask a (LONG not null)", "y=4", "y=5", "y=6"));
}

TEST(ReaderShapes, TellsWhatWasLearnedAndForgotten) {
  Log log;
  log.answers["a"] = one_int("x");
  log.insert(7, "a", 1);
  log.read();
  ASSERT_TRUE(log.reader().has_shape_changes());
  auto changes = log.reader().take_shape_changes();
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].table, (TableRef{"shop", "a"}));
  EXPECT_EQ(changes[0].definition->columns[0].name, "x");
  log.query("DROP DATABASE shop");
  log.read();
  changes = log.reader().take_shape_changes();
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].definition, nullptr);
  EXPECT_FALSE(log.reader().has_shape_changes());
}

TEST(ReaderShapes, UsesWhatACheckpointKnew) {
  Log log;
  log.reader().know_shape({"shop", "a"}, one_int("old"));
  log.answers["a"] = one_int("now");
  log.insert(7, "a", 1);
  EXPECT_THAT(log.read(), ElementsAre("old=1"));
  EXPECT_FALSE(log.reader().has_shape_changes());
  log.query("RENAME TABLE a TO z, b TO a");
  log.insert(7, "a", 2);
  EXPECT_THAT(log.read(), ElementsAre("ask a (LONG not null)", "now=2"));
  EXPECT_THAT(log.reader().take_shape_changes(), SizeIs(2));
}

TEST(ReaderShapes, ADefinitionThatDoesNotFitStopsWithBothShapes) {
  Log log;
  log.reader().know_shape({"shop", "a"}, one_int("old", "bigint"));
  log.insert(7, "a", 1);
  const auto lines = log.read();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("error: binlog.000001:"));
  EXPECT_THAT(lines[0], HasSubstr("(LONG not null), which are not those of its definition (old bigint not null): they "
                                  "differ at column 1; advice"));
}

TEST(ReaderShapes, WithoutAnAnswerRowsWithoutNamesAreAnErrorOrHaveNumbers) {
  Log strict;
  strict.insert(7, "a", 1);
  EXPECT_THAT(strict.read(), ElementsAre("ask a (LONG not null)", HasSubstr("error: ")));
  Log lenient({.unnamed_tables = true, .ask_shapes = true});
  lenient.insert(7, "a", 1);
  lenient.insert(7, "a", 2);
  EXPECT_THAT(lenient.read(), ElementsAre("ask a (LONG not null)", "@1=1", "@1=2"));
  lenient.query("ALTER TABLE a ADD x INT");
  lenient.insert(8, "a", 3);
  EXPECT_THAT(lenient.read(), ElementsAre("ask a (LONG not null)", "@1=3"));
  Log silent({.unnamed_tables = true});
  silent.insert(7, "a", 1);
  EXPECT_THAT(silent.read(), ElementsAre("@1=1"));
}

TEST(ReaderShapes, ComparesNamesWithoutCaseWhereTheServerDoes) {
  Log log({.ask_shapes = true, .fold_case = true});
  log.answers["a"] = one_int("x");
  log.insert(7, "a", 1);
  log.read();
  log.answers["a"] = one_int("y");
  log.query("ALTER TABLE Shop.A RENAME COLUMN x TO y");
  log.insert(8, "a", 2);
  log.query("TRUNCATE TABLE SHOP.A");
  EXPECT_THAT(log.read(), ElementsAre("ask a (LONG not null)", "y=2", "truncate a"));
  Log exact;
  exact.answers["a"] = one_int("x");
  exact.insert(7, "a", 1);
  exact.query("ALTER TABLE A ADD y INT");
  exact.insert(7, "a", 2);
  EXPECT_THAT(exact.read(), ElementsAre("ask a (LONG not null)", "x=1", "x=2"));
}

TEST(ReaderShapes, BooksAreBounded) {
  Log log;
  for (int i = 0; i < 1030; ++i) {
    const std::string name = "t" + std::to_string(i);
    log.answers[name] = one_int("x");
    log.insert(static_cast<std::uint64_t>(i + 10), name, i);
  }
  log.insert(11, "t1", 7);
  const auto lines = log.read();
  EXPECT_EQ(lines.back(), "x=7");
  std::size_t forgotten = 0;
  for (const ShapeChange& change : log.reader().take_shape_changes())
    forgotten += change.definition == nullptr ? 1U : 0U;
  EXPECT_EQ(forgotten, 6U); // the oldest make room; the shape of a table that is in use stays with its rows
}

} // namespace
} // namespace rowferry
