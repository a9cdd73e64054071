#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/schema/table_definition.hpp>

namespace rowferry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TableDefinition sample() {
  return {"shop",
          "we\"ird\n",
          {{"id", "bigint unsigned", "", false, true}, {"état", "enum('it''s','\\\\')", "latin1", true, false}},
          {"id"}};
}

TEST(TableDefinition, IsOneLineThatReadsBackTheSame) {
  const std::string line = format_definition(sample());
  EXPECT_EQ(line,
            "{\"database\":\"shop\",\"table\":\"we\\\"ird\\n\",\"columns\":[{\"name\":\"id\",\"type\":\"bigint "
            "unsigned\",\"nullable\":false},"
            "{\"name\":\"état\",\"type\":\"enum('it''s','\\\\\\\\')\",\"charset\":\"latin1\",\"visible\":false}],"
            "\"key\":[\"id\"]}");
  EXPECT_THAT(parse_definitions(line).value(), ElementsAre(sample()));
}

TEST(TableDefinition, ReadsSeveralObjectsAndArrays) {
  const std::string one = R"({"table":"a","columns":[{"name":"x","type":"int"}]})";
  const auto tables = parse_definitions("\n" + one + "\n[" + one + "," + one + "] " + one + "\n").value();
  ASSERT_THAT(tables, SizeIs(4));
  EXPECT_EQ(tables[3], (TableDefinition{"", "a", {{"x", "int", "", true, true}}, {}}));
  EXPECT_THAT(parse_definitions(" \n").value(), SizeIs(0));
}

TEST(TableDefinition, TellsWhatIsWrongAndWhere) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\n{\"table\":\"a\",", "line 2: "},
      {"{}", "line 1: a table needs the members table and columns"},
      {"7", "line 1: a table is an object"},
      {"\n\n{\"tabel\":\"a\"}", "line 3: the member \"tabel\" is unknown or of a wrong type"},
      {R"({"table":1})", "the member \"table\" is unknown or of a wrong type"},
      {R"({"table":"a","columns":[7]})", "a column is an object"},
      {R"({"table":"a","columns":[{"name":"x"}]})", "a column needs name and type"},
      {R"({"table":"a","columns":[{"name":"x","type":"int","nullable":"yes"}]})",
       "the member \"nullable\" of a column"},
      {R"({"table":"a","columns":[{"name":"x","type":"int"}],"key":["y"]})", "the key of \"a\" names \"y\""},
      {R"({"table":"a","columns":[{"name":"x","type":"int"}],"key":[1]})", "the member \"key\""},
  };
  for (const auto& [text, message] : cases) {
    const auto tables = parse_definitions(text);
    ASSERT_FALSE(tables) << text;
    EXPECT_EQ(tables.error().status, ExitStatus::usage) << text;
    EXPECT_THAT(tables.error().message, HasSubstr(message)) << text;
  }
}

TEST(TableDefinition, EveryShorterPrefixIsRefused) {
  const std::string line = format_definition(sample());
  for (std::size_t size = 1; size < line.size(); ++size) {
    const std::vector<char> exact(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(parse_definitions({exact.data(), exact.size()})) << size;
  }
}

TEST(TableDefinition, DescribesItsColumnsWithinBounds) {
  TableDefinition table = sample();
  EXPECT_EQ(describe_columns(table), "id bigint unsigned not null, état enum('it''s','\\\\') latin1");
  for (int i = 0; i < 1000; ++i) table.columns.push_back({"column", "int", "", true, true});
  EXPECT_LT(describe_columns(table).size(), 700U);
  EXPECT_THAT(describe_columns(table), HasSubstr("… (1002 columns)"));
}

} // namespace
} // namespace rowferry
