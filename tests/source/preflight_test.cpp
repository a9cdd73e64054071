#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/source/preflight.hpp>

namespace rowferry {
namespace {

using Level = Finding::Level;
using testing::Each;
using testing::Field;
using testing::HasSubstr;

ServerFacts good_server() {
  ServerFacts server;
  server.version = "9.7.4";
  server.version_number = 90704;
  server.log_bin = true;
  server.binlog_format = "ROW";
  server.row_image = "FULL";
  server.row_metadata = "FULL";
  server.gtid_mode = "ON";
  server.expire_seconds = 2592000;
  server.cascades_logged = true;
  return server;
}

// The only finding that is not ok.
Finding only_problem(const std::vector<Finding>& findings) {
  std::vector<Finding> problems;
  for (const Finding& finding : findings) {
    if (finding.level != Level::ok) problems.push_back(finding);
  }
  EXPECT_EQ(problems.size(), 1u);
  return problems.empty() ? Finding{} : problems.front();
}

TEST(CheckServer, FindsNothingWrong) {
  EXPECT_THAT(check_server(good_server()), Each(Field(&Finding::level, Level::ok)));
}

TEST(CheckServer, NamesWhatIsWrongAndWhatMendsIt) {
  const struct {
    void (*spoil)(ServerFacts&);
    Level level;
    ExitStatus status;
    std::string_view what, mend;
  } cases[] = {
      {[](ServerFacts& s) { s.log_bin = false; }, Level::error, ExitStatus::source, "log_bin=OFF", "my.cnf"},
      {[](ServerFacts& s) { s.binlog_format = "STATEMENT"; }, Level::error, ExitStatus::source, "STATEMENT",
       "SET PERSIST binlog_format = ROW"},
      {[](ServerFacts& s) { s.binlog_format = "MIXED"; }, Level::warning, ExitStatus::done, "MIXED",
       "SET PERSIST binlog_format = ROW"},
      {[](ServerFacts& s) { s.row_image = "MINIMAL"; }, Level::warning, ExitStatus::done, "MINIMAL",
       "SET PERSIST binlog_row_image = FULL"},
      {[](ServerFacts& s) { s.row_metadata = "MINIMAL"; }, Level::warning, ExitStatus::done, "no column names",
       "SET PERSIST binlog_row_metadata = FULL"},
      {[](ServerFacts& s) { s.row_metadata = ""; }, Level::warning, ExitStatus::done, "does not know", "8.0.1"},
      {[](ServerFacts& s) { s.gtid_mode = "ON_PERMISSIVE"; }, Level::warning, ExitStatus::done, "ON_PERMISSIVE",
       "gtid_mode"},
      {[](ServerFacts& s) { s.expire_seconds = 3600; }, Level::warning, ExitStatus::done, "3600 s",
       "binlog_expire_logs_seconds"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    ServerFacts server = good_server();
    c.spoil(server);
    const Finding finding = only_problem(check_server(server));
    EXPECT_EQ(finding.level, c.level);
    EXPECT_EQ(finding.status, c.status);
    EXPECT_THAT(finding.what, HasSubstr(c.what));
    EXPECT_THAT(finding.mend, HasSubstr(c.mend));
  }
}

ServerFacts good_mariadb() {
  ServerFacts server = good_server();
  server.version = "10.11.19-MariaDB";
  server.version_number = 101119;
  server.mariadb = true;
  server.gtid_mode = "";
  server.gtid_strict_mode = true;
  return server;
}

TEST(CheckServer, MariadbIsMendedInItsOwnWords) {
  EXPECT_THAT(check_server(good_mariadb()), Each(Field(&Finding::level, Level::ok)));
  const struct {
    void (*spoil)(ServerFacts&);
    Level level;
    std::string_view what, mend;
  } cases[] = {
      {[](ServerFacts& s) { s.row_metadata = "NO_LOG"; }, Level::warning, "NO_LOG",
       "SET GLOBAL binlog_row_metadata = FULL; and the same under [mariadb] in my.cnf"},
      {[](ServerFacts& s) { s.binlog_format = "MIXED"; }, Level::warning, "MIXED", "SET GLOBAL binlog_format = ROW;"},
      {[](ServerFacts& s) { s.row_image = "FULL_NODUP"; }, Level::warning, "FULL_NODUP",
       "SET GLOBAL binlog_row_image = FULL;"},
      {[](ServerFacts& s) { s.gtid_strict_mode = false; }, Level::warning, "gtid_strict_mode is OFF",
       "gtid_strict_mode = ON"},
      {[](ServerFacts& s) { s.max_total_size = 1 << 30; }, Level::warning, "1073741824 bytes",
       "max_binlog_total_size = 0"},
      {[](ServerFacts& s) { s.expire_seconds = 60; }, Level::warning, "60 s", "binlog_expire_logs_seconds"},
      {[](ServerFacts& s) { s.expire_seconds = 60, s.version_number = 100500; }, Level::warning, "60 s",
       "expire_logs_days"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    ServerFacts server = good_mariadb();
    c.spoil(server);
    const Finding finding = only_problem(check_server(server));
    EXPECT_EQ(finding.level, c.level);
    EXPECT_THAT(finding.what, HasSubstr(c.what));
    EXPECT_THAT(finding.mend, HasSubstr(c.mend));
  }
}

TEST(CheckServer, DifferencesOfJsonAreFineBesideWholeRowsOnly) {
  ServerFacts server = good_server();
  server.row_value_options = "PARTIAL_JSON";
  EXPECT_THAT(check_server(server), Each(Field(&Finding::level, Level::ok)));
  server.row_image = "MINIMAL";
  int warnings = 0;
  for (const Finding& finding : check_server(server)) {
    if (finding.what.find("PARTIAL_JSON") == std::string::npos) continue;
    ++warnings;
    EXPECT_EQ(finding.level, Level::warning);
    EXPECT_THAT(finding.mend, HasSubstr("binlog_row_image = FULL"));
  }
  EXPECT_EQ(warnings, 1);
}

TEST(CheckServer, LogsThatNeverExpireAreFine) {
  ServerFacts server = good_server();
  server.expire_seconds = 0;
  EXPECT_THAT(check_server(server), Each(Field(&Finding::level, Level::ok)));
}

TableFacts orders() {
  TableFacts table;
  table.database = "shop";
  table.table = "Orders";
  table.columns = {{"id", "bigint unsigned", false}, {"note", "varchar(20)", true}};
  table.key = {"id"};
  return table;
}

TEST(CheckTables, FindsNothingWrong) {
  const auto findings = check_tables(good_server(), {orders()}, {"shop.Orders"}, "cdc@%");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].level, Level::ok);
}

TEST(CheckTables, ANamedTableMustExist) {
  const Finding finding = only_problem(check_tables(good_server(), {orders()}, {"shop.orders"}, "cdc@%"));
  EXPECT_EQ(finding.level, Level::error);
  EXPECT_EQ(finding.status, ExitStatus::usage);
  EXPECT_THAT(finding.what, HasSubstr("shop.orders"));
  EXPECT_THAT(finding.mend, HasSubstr("GRANT SELECT ON shop.orders TO 'cdc'@'%'"));
}

TEST(CheckTables, NamesFoldWhereTheServerFolds) {
  ServerFacts server = good_server();
  server.lower_case_table_names = 1;
  EXPECT_THAT(check_tables(server, {orders()}, {"SHOP.orders"}, "cdc@%"), Each(Field(&Finding::level, Level::ok)));
}

TEST(CheckTables, WarnsOfATableWithoutKey) {
  TableFacts table = orders();
  table.key.clear();
  const Finding finding = only_problem(check_tables(good_server(), {table}, {}, "cdc@%"));
  EXPECT_EQ(finding.level, Level::warning);
  EXPECT_THAT(finding.what, HasSubstr("shop.Orders has no key"));
}

TEST(CheckTables, WarnsOfCascadesThatAreNotLogged) {
  TableFacts table = orders();
  table.has_cascading_foreign_key = true;
  ServerFacts server = good_server();
  EXPECT_THAT(check_tables(server, {table}, {}, "cdc@%"), Each(Field(&Finding::level, Level::ok)));
  server.cascades_logged = false;
  EXPECT_THAT(only_problem(check_tables(server, {table}, {}, "cdc@%")).mend,
              HasSubstr("innodb_native_foreign_keys=OFF"));
  server.version_number = 80400;
  EXPECT_THAT(only_problem(check_tables(server, {table}, {}, "cdc@%")).mend, HasSubstr("MySQL 9.6"));
}

TEST(CheckTables, WarnsWhenNothingIsCaptured) {
  EXPECT_EQ(only_problem(check_tables(good_server(), {}, {}, "cdc@%")).level, Level::warning);
}

TEST(SchemaForCheck, HasNamesSignsAndKey) {
  TableFacts facts = orders();
  facts.columns.push_back({"doc", "json", true});
  facts.columns.push_back({"price", "decimal(10,2) unsigned", true});
  facts.columns.push_back({"body", "longtext", true});
  facts.key = {"note", "id"};
  const TableSchema schema = make_schema_for_check(facts);
  EXPECT_EQ(schema.database, "shop");
  EXPECT_EQ(schema.table, "Orders");
  EXPECT_TRUE(schema.named);
  ASSERT_EQ(schema.columns.size(), 5u);
  EXPECT_EQ(schema.layout.size(), 5u);
  EXPECT_EQ(schema.columns[0].name, "id");
  EXPECT_TRUE(schema.columns[0].is_unsigned);
  EXPECT_FALSE(schema.columns[0].layout.nullable);
  EXPECT_EQ(schema.columns[0].layout.type, binlog::ColumnType::longlong);
  EXPECT_EQ(schema.columns[1].layout.type, binlog::ColumnType::varchar);
  EXPECT_EQ(schema.columns[2].layout.type, binlog::ColumnType::json);
  EXPECT_EQ(schema.columns[3].layout.type, binlog::ColumnType::newdecimal);
  EXPECT_TRUE(schema.columns[3].is_unsigned);
  EXPECT_EQ(schema.columns[4].layout.type, binlog::ColumnType::blob);
  EXPECT_EQ(schema.key, (std::vector<std::uint32_t>{1, 0}));
}

} // namespace
} // namespace rowferry
