#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <rowferry/schema/create_table.hpp>

#include "schema/map_bytes.hpp"

namespace rowferry {
namespace {

using test::OwnedMap;
using testing::ElementsAre;
using testing::HasSubstr;

/// The table of map_bytes.hpp as its server shows it.
TableDefinition everything(ServerFlavor flavor) {
  const bool mysql = flavor == ServerFlavor::mysql;
  const std::string sql =
      std::string("CREATE TABLE `h_values`.`everything` (") +
      "`id` bigint unsigned NOT NULL, `t` tinyint DEFAULT NULL, `y` year DEFAULT NULL,"
      "`f` float unsigned DEFAULT NULL, `b` bit(9) DEFAULT NULL, `d` decimal(10,2) unsigned DEFAULT NULL,"
      "`i` int DEFAULT NULL, `l` varchar(20) CHARACTER SET latin1 DEFAULT NULL, `u` varchar(20) NOT NULL,"
      "`x` text CHARACTER SET utf16, `bl` blob, `bn` binary(3) DEFAULT NULL, `c` char(64) DEFAULT NULL,"
      "`e` enum('hé','x') CHARACTER SET latin1 DEFAULT NULL, `s` set('€','b') CHARACTER SET utf16 DEFAULT NULL,"
      "`e2` enum('p','q') DEFAULT NULL, `j` " +
      (mysql ? "json" : "longtext") + " DEFAULT NULL, `g` point DEFAULT NULL, " +
      (mysql ? "`v` vector(3)" : "`g2` linestring") +
      " DEFAULT NULL, `dt` datetime(3) DEFAULT NULL, `ts` timestamp(6) NULL DEFAULT NULL,"
      "`hidden` int DEFAULT NULL" +
      (mysql ? " /*!80023 INVISIBLE */" : "") + ", PRIMARY KEY (`u`(5),`id`)) DEFAULT CHARSET=utf8mb4";
  return parse_create_tables(sql).value().at(0);
}

void expect_same(const TableSchema& bound, const TableSchema& full) {
  ASSERT_EQ(bound.columns.size(), full.columns.size());
  for (std::size_t i = 0; i < bound.columns.size(); ++i) {
    const Column& a = bound.columns[i];
    const Column& b = full.columns[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.is_unsigned, b.is_unsigned) << a.name;
    EXPECT_EQ(a.visible, b.visible) << a.name;
    EXPECT_EQ(a.charset, b.charset) << a.name;
    EXPECT_EQ(a.labels, b.labels) << a.name;
    EXPECT_EQ(a.layout.type, b.layout.type) << a.name;
    EXPECT_EQ(a.layout.meta, b.layout.meta) << a.name;
  }
  EXPECT_EQ(bound.key, full.key);
  EXPECT_TRUE(bound.named);
}

TEST(BindDefinition, GivesWhatFullMetadataGives) {
  const OwnedMap minimal(test::kMysqlMinimal);
  const OwnedMap full(test::kMysqlFull);
  const auto bound = bind_definition(everything(ServerFlavor::mysql), minimal.get());
  ASSERT_TRUE(bound) << bound.error().message;
  expect_same(*bound, make_table_schema(full.get()).value());

  const OwnedMap no_log(test::kMariadbNoLog);
  const OwnedMap mariadb(test::kMariadbFull);
  const auto bound_mariadb = bind_definition(everything(ServerFlavor::mariadb), no_log.get(), ServerFlavor::mariadb);
  ASSERT_TRUE(bound_mariadb) << bound_mariadb.error().message;
  expect_same(*bound_mariadb, make_table_schema(mariadb.get(), ServerFlavor::mariadb).value());
}

TEST(BindDefinition, RefusesEveryDifferenceThatTheEventShows) {
  using Change = std::function<void(TableDefinition&)>;
  const auto type = [](std::size_t column, const char* text) {
    return Change([=](TableDefinition& table) { table.columns[column].type = text; });
  };
  const auto charset = [](std::size_t column, const char* name) {
    return Change([=](TableDefinition& table) { table.columns[column].charset = name; });
  };
  const std::pair<const char*, Change> cases[] = {
      {"id signed", type(0, "bigint")},
      {"id int", type(0, "int unsigned")},
      {"t nullable", [](TableDefinition& table) { table.columns[1].nullable = false; }},
      {"f double", type(3, "double unsigned")},
      {"b wider", type(4, "bit(10)")},
      {"d precision", type(5, "decimal(11,2) unsigned")},
      {"d scale", type(5, "decimal(10,3) unsigned")},
      {"l longer", type(7, "varchar(21)")},
      {"l utf8mb4", charset(7, "utf8mb4")},
      {"l another single-byte one", charset(7, "latin2")},
      {"x blob", type(9, "blob")},
      {"x medium", type(9, "mediumtext")},
      {"bl text", type(10, "text")},
      {"bn longer", type(11, "binary(4)")},
      {"c shorter", type(12, "char(63)")},
      {"e of 256",
       [](TableDefinition& table) {
         table.columns[13].type = "enum('0'";
         for (int i = 1; i < 256; ++i) table.columns[13].type += ",'" + std::to_string(i) + "'";
         table.columns[13].type += ")";
       }},
      {"s of 9", type(14, "set('1','2','3','4','5','6','7','8','9')")},
      {"j text", type(16, "longtext")},
      {"g a line", type(17, "linestring")},
      {"v text", type(18, "longtext")},
      {"dt fraction", type(19, "datetime(6)")},
      {"ts a datetime", type(20, "datetime(6)")},
      {"hidden dropped", [](TableDefinition& table) { table.columns.pop_back(); }},
      {"one more", [](TableDefinition& table) { table.columns.push_back(table.columns.back()); }},
      {"t and i swapped", [](TableDefinition& table) { std::swap(table.columns[1], table.columns[6]); }},
  };
  const OwnedMap minimal(test::kMysqlMinimal);
  for (const auto& [name, change] : cases) {
    TableDefinition definition = everything(ServerFlavor::mysql);
    change(definition);
    const auto bound = bind_definition(definition, minimal.get());
    ASSERT_FALSE(bound) << name;
    EXPECT_EQ(bound.error().status, ExitStatus::data) << name;
    EXPECT_THAT(bound.error().message, HasSubstr("the rows of `h_values`.`everything` have the columns (LONGLONG"))
        << name;
  }
}

TEST(BindDefinition, NamesBothShapes) {
  const OwnedMap map(test::TableMapSpec{.types = {3, 246}, .metadata = {10, 2}, .nullable = {2}});
  TableDefinition definition{
      "shop", "orders", {{"id", "int", "", false, true}, {"total", "decimal(12,2)", "", true, true}}, {}};
  EXPECT_EQ(bind_definition(definition, map.get()).error().message,
            "the rows of `shop`.`orders` have the columns (LONG not null, NEWDECIMAL 10,2), which are not those of its "
            "definition "
            "(id int not null, total decimal(12,2)): they differ at column 2");
  definition.columns[1].type = "frobnicator";
  EXPECT_THAT(bind_definition(definition, map.get()).error().message,
              HasSubstr("column total is declared as frobnicator"));
  definition.columns[1].type = "decimal(10,2)";
  definition.key = {"nothing"};
  EXPECT_THAT(bind_definition(definition, map.get()).error().message, HasSubstr("its key names nothing"));
  definition.key = {"total", "id"};
  EXPECT_THAT(bind_definition(definition, map.get()).value().key, ElementsAre(1, 0));
}

TEST(BindDefinition, KnowsWhatMariadbAddsToATable) {
  // id INT NOT NULL; row_start, row_end TIMESTAMP(6) NOT NULL; the hash of a long UNIQUE.
  const test::TableMapSpec spec{.types = {3, 17, 17, 8}, .metadata = {6, 6}, .nullable = {8}};
  const TableDefinition definition{"shop", "orders", {{"id", "int(11)", "", false, true}}, {"id"}};
  const OwnedMap map(spec);
  const auto bound = bind_definition(definition, map.get(), ServerFlavor::mariadb);
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(bound->columns[1].name, "row_start");
  EXPECT_EQ(bound->columns[2].name, "row_end");
  EXPECT_THAT(bound->key, ElementsAre(0, 2));
  EXPECT_THAT(bound->hidden, ElementsAre(3));
  EXPECT_FALSE(bind_definition(definition, map.get(), ServerFlavor::mysql));
}

} // namespace
} // namespace rowferry
