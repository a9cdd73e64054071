#include <rowferry/route/router.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

OutboxRule outbox(std::string option, std::vector<std::string> tables) {
  OutboxRule rule;
  rule.option = std::move(option);
  rule.tables = std::move(tables);
  return rule;
}
TableRule tables(std::string option, std::vector<std::string> include, std::vector<std::string> exclude = {},
                 std::string topic = "cdc.${database}.${table}") {
  TableRule rule;
  rule.option = std::move(option);
  rule.include = std::move(include);
  rule.exclude = std::move(exclude);
  rule.topic = std::move(topic);
  return rule;
}
std::shared_ptr<const TableSchema> orders(std::string name = "orders") {
  return table("shop", std::move(name), {bigint("id"), varchar("region")}, {0});
}

TEST(Router, TakesTheFirstEntryThatMatches) {
  Topics topics;
  Router router(
      {{},
       {tables("tables[0]", {"shop.orders"}, {}, "first"), tables("tables[1]", {"shop.*"}, {"shop.tmp_*"}, "second"),
        tables("tables[2]", {"/shop\\..*/"}, {}, "third")}},
      topics);
  const auto topic = [&](std::string name) {
    return topics.name((*router.resolve(orders(std::move(name))))->constant_topic().value());
  };
  EXPECT_EQ(topic("orders"), "first");
  EXPECT_EQ(topic("items"), "second");
  EXPECT_EQ(topic("tmp_1"), "third");
  EXPECT_TRUE(router.wanted("shop", "anything"));
  EXPECT_FALSE(router.wanted("mysql", "user"));
  EXPECT_EQ(*router.resolve(table("mysql", "user", {int_("x")})), nullptr);
}

TEST(Router, KeepsOneRouteAShape) {
  Topics topics;
  Router router({{}, {tables("tables[0]", {"shop.*"})}}, topics);
  const auto first = orders();
  const auto second = orders("items");
  Route* route = *router.resolve(first);
  EXPECT_NE(*router.resolve(second), route);
  EXPECT_EQ(*router.resolve(first), route);
  EXPECT_EQ(&route->table(), first.get());
}

TEST(Router, DropsRoutesOfShapesThatNobodyHolds) {
  Topics topics;
  Router router({{}, {tables("tables[0]", {"shop.*"}, {}, "all")}}, topics);
  const auto held = orders();
  Route* route = *router.resolve(held);
  std::weak_ptr<const TableSchema> dropped;
  for (int i = 0; i < 3000; ++i) {
    const auto passing = orders("t" + std::to_string(i));
    ASSERT_NE(*router.resolve(passing), nullptr);
    if (i == 0) dropped = passing;
  }
  EXPECT_TRUE(dropped.expired());
  EXPECT_EQ(*router.resolve(held), route);
}

TEST(Router, RefusesATableInBothKinds) {
  const RoutingRules rules{{outbox("outbox[0]", {"shop.out*"})}, {tables("tables[0]", {"shop.*"})}};
  EXPECT_THAT(Router::check(rules), IsEmpty()) << "patterns alone do not say";
  Topics topics;
  Router router(rules, topics);
  const auto outbox_table = table("shop", "outbox", {varchar("message_id"), varchar("message_type"), json("payload")});
  const auto refused = router.resolve(outbox_table);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, ExitStatus::usage);
  EXPECT_EQ(refused.error().message,
            "tables[0].include: `shop`.`outbox` is also in outbox[0]: add it to tables[0].exclude, or take it out of "
            "outbox[0]");
  const auto verified = router.verify(*outbox_table);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().message, refused.error().message);
}

TEST(Router, ChecksAllThatNeedsNoTable) {
  OutboxRule bad = outbox("outbox[0]", {"outbox"});
  bad.topic = "a.${";
  bad.key = "${}";
  bad.partition = "${";
  bad.headers = {{"x", "${"}};
  TableRule worse = tables("tables[0]", {"/(/", "shop."}, {"x"}, "${");
  worse.headers = {{"y", "${"}};
  const auto problems = Router::check({{bad, outbox("outbox[1]", {}), outbox("outbox[2]", {"shop.events"})},
                                       {worse, tables("tables[1]", {"shop.e*"})}});
  EXPECT_THAT(problems,
              ElementsAre(HasSubstr("outbox[0].table: "), HasSubstr("outbox[0].topic: "), HasSubstr("outbox[0].key: "),
                          HasSubstr("outbox[0].partition: "), HasSubstr("outbox[0].headers.x: "),
                          HasSubstr("outbox[1].table: names no table"), HasSubstr("tables[0].include: \"/(/\""),
                          HasSubstr("tables[0].include: \"shop.\""), HasSubstr("tables[0].exclude: "),
                          HasSubstr("tables[0].topic: "), HasSubstr("tables[0].headers.y: "),
                          HasSubstr("tables[1].include: shop.events is also in outbox[2]")));
  Topics topics;
  EXPECT_THROW(Router({{bad}, {}}, topics), std::invalid_argument);
}

TEST(Router, VerifiesATableWithoutKeepingAnything) {
  Topics topics;
  Router router({{}, {tables("tables[0]", {"shop.*"}, {}, "cdc.${table}!")}}, topics);
  EXPECT_TRUE(router.verify(*orders()));
  EXPECT_EQ(topics.size(), 0u);
  EXPECT_THAT(router.take_warnings(), IsEmpty());
  ASSERT_TRUE(router.resolve(orders()));
  EXPECT_THAT(router.take_warnings(), ElementsAre(HasSubstr("topic cdc.orders_")));
}

TEST(Router, NamesTheColumnsWhenATemplateDoesNotFit) {
  Topics topics;
  Router router({{}, {tables("tables[0]", {"shop.*"}, {}, "cdc.${regoin}")}}, topics);
  const auto refused = router.resolve(orders());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, ExitStatus::usage);
  EXPECT_EQ(
      refused.error().message,
      "tables[0].topic: ${regoin} in \"cdc.${regoin}\" is no column of `shop`.`orders` (did you mean ${region}?); its "
      "columns are: id, region");
}

TEST(Router, RefusesAConstantTopicThatKafkaRefuses) {
  Topics topics;
  Router router({{}, {tables("tables[0]", {"shop.*"}, {}, std::string(250, 'a'))}}, topics);
  const auto refused = router.resolve(orders());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, ExitStatus::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("tables[0].topic: "));
}

TEST(Router, SaysWhichColumnsItNeeds) {
  Topics topics;
  TableRule rule = tables("tables[0]", {"shop.*"}, {"shop.outbox"}, "${database}.${table}.${region}");
  rule.key = "${id}-$${x}";
  rule.partition = "${Shard}";
  rule.headers = {{"h", "${Table}"}};
  Router router({{outbox("outbox[0]", {"shop.outbox"})}, {rule, tables("tables[1]", {"hr.*"})}}, topics);
  EXPECT_THAT(router.needed_columns("shop", "orders").names, ElementsAre("region", "id", "Shard", "Table"));
  EXPECT_FALSE(router.needed_columns("shop", "orders").all);
  EXPECT_THAT(router.needed_columns("hr", "staff").names, IsEmpty());
  EXPECT_TRUE(router.needed_columns("shop", "outbox").all);
  EXPECT_THAT(router.needed_columns("mysql", "user").names, IsEmpty());
}

TEST(Router, ListsTheTablesThatMustExist) {
  Topics topics;
  Router router({{outbox("outbox[0]", {"shop.outbox", "shop.o*"})}, {tables("tables[0]", {"a.b", "/x\\.y/"}, {"a.c"})}},
                topics);
  EXPECT_THAT(router.exact_tables(), ElementsAre("shop.outbox", "a.b"));
}

} // namespace
} // namespace rowferry
