#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/route/router.hpp>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using testing::HasSubstr;

class TableRouteTest : public testing::Test {
 protected:
  std::shared_ptr<const TableSchema> table_ =
      table("shop", "orders", {bigint("id"), varchar("region"), int_("n")}, {0});
  Origin origin_ = origin();
  TableRule rule_{.option = "tables[0]",
                  .include = {"shop.*"},
                  .exclude = {},
                  .topic = "cdc.${database}.${table}",
                  .key = {},
                  .partition = {},
                  .headers = {}};
  Topics topics_;
  std::unique_ptr<Router> router_;
  Destination destination_;

  static Row row(std::uint64_t id, const char* region) {
    return std::move(Row().value(le(id, 8)).value(region).value(le(1, 4)));
  }
  Route& route() {
    router_ = std::make_unique<Router>(RoutingRules{{}, {rule_}}, topics_);
    const auto resolved = router_->resolve(table_);
    EXPECT_TRUE(resolved) << resolved.error().message;
    return **resolved;
  }
  Drop send(const Change& change) {
    const auto drop = route().route(change, destination_);
    EXPECT_TRUE(drop) << drop.error().message;
    return drop.value_or(Drop::truncate_without_row);
  }
};

TEST_F(TableRouteTest, TakesTheKeyOfTheValue) {
  const Row after = row(7, "eu");
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(topics_.name(destination_.topic), "cdc.shop.orders");
  EXPECT_EQ(destination_.key_kind, KeyKind::encoded);
  EXPECT_EQ(destination_.partition, -1);
  EXPECT_TRUE(destination_.headers.empty());
  EXPECT_EQ(destination_.timestamp_ms, 0);
  EXPECT_EQ(route().payload_column(), -1);
}

TEST_F(TableRouteTest, KeepsTheOrderOfATableWithoutAKeyInOnePartition) {
  table_ = table("shop", "orders", {bigint("id"), varchar("region"), int_("n")});
  const Row after = row(7, "eu");
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.key_kind, KeyKind::none);
  EXPECT_EQ(destination_.partition, 0);
  rule_.partition = "${n}";
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.partition, 1);
}

TEST_F(TableRouteTest, AddressesTheHalvesOfAKeyChangeByTheirOwnRows) {
  rule_.topic = "cdc.${region}";
  rule_.key = "${region}-${id}";
  rule_.headers = {{"region", "${region}"}};
  const Row before = row(7, "eu");
  const Row after = row(8, "us");
  EXPECT_EQ(send(update(*table_, before, after, origin_)), Drop::none);
  EXPECT_EQ(topics_.name(destination_.topic), "cdc.us");
  EXPECT_EQ(destination_.key, "us-8");
  EXPECT_EQ(destination_.headers[0].value, "us");
  EXPECT_EQ(topics_.name(destination_.old_row.topic), "cdc.eu");
  EXPECT_EQ(destination_.old_row.key, "eu-7");
  EXPECT_EQ(destination_.old_row.headers[0].value, "eu");
}

TEST_F(TableRouteTest, LooksIntoBothImagesOfAPartialUpdate) {
  rule_.key = "${region}-${id}";
  const Row before = std::move(Row().value(le(7, 8)).absent().absent());
  const Row after = std::move(Row().absent().value("us").absent());
  EXPECT_EQ(send(update(*table_, before, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.key, "us-7");
  const Row less = std::move(Row().absent().absent().value(le(2, 4)));
  const auto refused = route().route(update(*table_, before, less, origin_), destination_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, ExitStatus::data);
  EXPECT_THAT(refused.error().message, HasSubstr("lacks column region"));
  EXPECT_THAT(refused.error().message, HasSubstr("binlog_row_image=FULL"));
}

TEST_F(TableRouteTest, SendsATruncateToEveryPartition) {
  rule_.key = "${id}";
  rule_.partition = "${n}";
  rule_.headers = {{"where", "${table}"}, {"region", "${region}"}};
  rule_.commit_timestamp = true;
  EXPECT_EQ(send(truncate(*table_, origin_)), Drop::none);
  EXPECT_EQ(topics_.name(destination_.topic), "cdc.shop.orders");
  EXPECT_TRUE(destination_.every_partition);
  EXPECT_EQ(destination_.key_kind, KeyKind::none);
  EXPECT_EQ(destination_.partition, -1);
  ASSERT_EQ(destination_.headers.size(), 1u);
  EXPECT_EQ(destination_.headers[0].value, "orders");
  EXPECT_EQ(destination_.timestamp_ms, 1700000000123);
}

TEST_F(TableRouteTest, HasNoTopicForATruncateWhereOnlyARowWouldGiveOne) {
  rule_.topic = "cdc.${region}";
  EXPECT_EQ(send(truncate(*table_, origin_)), Drop::truncate_without_row);
  table_ = table("shop", "unseen", {});
  EXPECT_EQ(send(truncate(*table_, origin_)), Drop::truncate_without_row);
}

TEST_F(TableRouteTest, SendsATruncateOfATableNotSeenYet) {
  rule_.key = "${id}";
  table_ = table("shop", "unseen", {});
  EXPECT_EQ(send(truncate(*table_, origin_)), Drop::none);
  EXPECT_EQ(topics_.name(destination_.topic), "cdc.shop.unseen");
}

TEST_F(TableRouteTest, ForgetsWhatTheDestinationHeld) {
  Route& routed = route();
  ASSERT_TRUE(routed.route(truncate(*table_, origin_), destination_));
  const Row after = row(7, "eu");
  ASSERT_TRUE(routed.route(insert(*table_, after, origin_), destination_));
  EXPECT_FALSE(destination_.every_partition);
  EXPECT_EQ(destination_.key_kind, KeyKind::encoded);
}

} // namespace
} // namespace rowferry
