#include "pipeline/verify_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace rowferry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Keeps what was asked: "orders/id,region", "orders/*".
class Tables final : public TableSource {
 public:
  Tables& add(std::string table, std::vector<std::string> columns) {
    TableFacts facts;
    facts.database = "shop";
    facts.table = std::move(table);
    for (std::string& name : columns) facts.columns.push_back({std::move(name), "int", true});
    facts_.push_back(std::move(facts));
    return *this;
  }

  Result<std::vector<TableRef>> names(const TablePredicate& wanted) override {
    std::vector<TableRef> found;
    for (const TableFacts& table : facts_) {
      if (wanted(table.database, table.table)) found.push_back({table.database, table.table});
    }
    return found;
  }

  Result<std::vector<TableFacts>> columns(const std::vector<TableRef>& tables,
                                          const std::vector<std::string>& only) override {
    std::string question;
    for (const std::string& name : only) question += (question.empty() ? "/" : ",") + name;
    std::vector<TableFacts> answer;
    for (const TableFacts& table : facts_) {
      if (std::ranges::find(tables, table.table, &TableRef::table) == tables.end()) continue;
      asked.push_back(table.table + (only.empty() ? "/*" : question));
      answer.push_back(table);
      if (only.empty()) continue;
      std::erase_if(answer.back().columns,
                    [&](const auto& column) { return std::ranges::find(only, column.name) == only.end(); });
    }
    return answer;
  }

  std::vector<std::string> asked;

 private:
  std::vector<TableFacts> facts_;
};

OutboxRule outbox(std::vector<std::string> tables) {
  OutboxRule rule;
  rule.option = "outbox[0]";
  rule.tables = std::move(tables);
  return rule;
}

TableRule include(std::string pattern, std::string topic = "cdc.${database}.${table}") {
  TableRule rule;
  rule.option = "tables[0]";
  rule.include = {std::move(pattern)};
  rule.topic = std::move(topic);
  return rule;
}

Result<void> verify(RoutingRules rules, Tables& tables) {
  Topics topics;
  return verify_tables(Router(std::move(rules), topics), tables);
}

TEST(VerifyTables, AsksForNoColumnsWhereNamesAreEnough) {
  Tables tables;
  tables.add("orders", {"id"}).add("items", {"id"});
  EXPECT_TRUE(verify({{}, {include("shop.*")}}, tables));
  EXPECT_THAT(tables.asked, IsEmpty());
}

TEST(VerifyTables, NamesAloneMayBeRefused) {
  Tables tables;
  tables.add("orders", {"id"});
  const auto long_topic = verify({{}, {include("shop.*", std::string(245, 'a') + "${table}")}}, tables);
  ASSERT_FALSE(long_topic);
  EXPECT_EQ(long_topic.error().status, ExitStatus::usage);
  EXPECT_THAT(long_topic.error().message, HasSubstr("tables[0].topic: "));

  const auto both = verify({{outbox({"shop.o*"})}, {include("shop.*")}}, tables);
  ASSERT_FALSE(both);
  EXPECT_THAT(both.error().message, HasSubstr("`shop`.`orders` is also in outbox[0]"));
  EXPECT_THAT(tables.asked, IsEmpty());
}

TEST(VerifyTables, AsksForTheColumnsThatTemplatesName) {
  Tables tables;
  tables.add("orders", {"id", "region", "note", "tenant"}).add("other", {"id"});
  TableRule rule = include("shop.orders", "cdc.${table}.${region}");
  rule.key = "${id}";
  rule.headers = {{"t", "${tenant}"}};
  EXPECT_TRUE(verify({{}, {std::move(rule), include("shop.*")}}, tables));
  EXPECT_THAT(tables.asked, ElementsAre("orders/id,region,tenant"));
}

TEST(VerifyTables, ListsAllColumnsWhereOneOfThemIsMissing) {
  Tables tables;
  tables.add("items", {"id", "region"}).add("orders", {"id", "regoin", "note"});
  TableRule rule = include("shop.*", "cdc.${region}");
  rule.key = "${id}";
  const auto fits = verify({{}, {std::move(rule)}}, tables);
  ASSERT_FALSE(fits);
  EXPECT_EQ(fits.error().status, ExitStatus::usage);
  EXPECT_EQ(fits.error().message,
            "tables[0].topic: ${region} in \"cdc.${region}\" is no column of `shop`.`orders` (did you mean "
            "${regoin}?); its columns are: id, regoin, note");
  EXPECT_THAT(tables.asked, ElementsAre("items/id,region", "orders/id,region", "orders/*"));
}

TEST(VerifyTables, ATableWithNoneOfTheColumnsIsNotTakenForUnknown) {
  Tables tables;
  tables.add("orders", {"note"});
  const auto fits = verify({{}, {include("shop.*", "${region}")}}, tables);
  ASSERT_FALSE(fits);
  EXPECT_THAT(fits.error().message, HasSubstr("its columns are: note"));
}

TEST(VerifyTables, AnOutboxIsKnownByAllItsColumns) {
  Tables tables;
  tables.add("outbox", {"message_id", "message_type", "payload"}).add("bad", {"message_id", "payload"});
  EXPECT_TRUE(verify({{outbox({"shop.outbox"})}, {}}, tables));
  EXPECT_THAT(tables.asked, ElementsAre("outbox/*"));
  const auto fits = verify({{outbox({"shop.*"})}, {}}, tables);
  ASSERT_FALSE(fits);
  EXPECT_THAT(fits.error().message, HasSubstr("`shop`.`bad` is no outbox"));
}

TEST(VerifyTables, WhatTheAccountMayNotSeeFits) {
  Tables tables;
  tables.add("orders", {});
  EXPECT_TRUE(verify({{}, {include("shop.*", "${region}")}}, tables));
  EXPECT_THAT(tables.asked, ElementsAre("orders/region", "orders/*"));
}

} // namespace
} // namespace rowferry
