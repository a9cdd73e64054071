#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/route/router.hpp>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Headers as text: "id=7".
std::vector<std::string> headers(const Address& address) {
  std::vector<std::string> lines;
  for (const Header& header : address.headers)
    lines.push_back(std::string(header.name) + "=" + std::string(header.value));
  return lines;
}

class OutboxRouteTest : public testing::Test {
 protected:
  std::shared_ptr<const TableSchema> table_ = table("shop", "outbox",
                                                    {bigint("id"), binary("message_id", 16), varchar("message_type"),
                                                     json("payload"), varchar("aggregate_id"), varchar("status")},
                                                    {0});
  Origin origin_ = origin();
  OutboxRule rule_{.option = "outbox[0]",
                   .tables = {"shop.outbox"},
                   .columns = {},
                   .topic = {},
                   .key = {},
                   .partition = {},
                   .headers = {}};
  Topics topics_;
  std::unique_ptr<Router> router_;
  Destination destination_;

  static constexpr const char* kUuid = "11111111-1111-1111-1111-111111111111";
  static Row row(std::uint8_t message = 0x11, const char* status = "new") {
    return std::move(Row()
                         .value(le(5, 8))
                         .value(ByteString(16, message))
                         .value("OrderPaid")
                         .value({0x04, 0x01})
                         .value("order-7")
                         .value(status));
  }
  Route& route() {
    router_ = std::make_unique<Router>(RoutingRules{{rule_}, {}}, topics_);
    const auto resolved = router_->resolve(table_);
    EXPECT_TRUE(resolved) << resolved.error().message;
    EXPECT_NE(*resolved, nullptr);
    return **resolved;
  }
  Drop send(const Change& change) {
    const auto drop = route().route(change, destination_);
    EXPECT_TRUE(drop) << drop.error().message;
    return drop.value_or(Drop::truncate_without_row);
  }
  Error refused(const Change& change) {
    const auto drop = route().route(change, destination_);
    EXPECT_FALSE(drop);
    return drop ? Error{} : drop.error();
  }
};

TEST_F(OutboxRouteTest, AddressesAnInsertByTheLayout) {
  const Row after = row();
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(topics_.name(destination_.topic), "outbox.OrderPaid");
  EXPECT_EQ(destination_.key_kind, KeyKind::text);
  EXPECT_EQ(destination_.key, "order-7");
  EXPECT_EQ(destination_.partition, -1);
  EXPECT_FALSE(destination_.every_partition);
  EXPECT_EQ(destination_.timestamp_ms, 0);
  EXPECT_THAT(headers(destination_), ElementsAre(std::string("id=") + kUuid, "type=OrderPaid"));
  EXPECT_EQ(route().kind(), RouteKind::outbox);
  EXPECT_EQ(route().payload_column(), 3);
  EXPECT_EQ(route().constant_topic(), std::nullopt);
}

TEST_F(OutboxRouteTest, AddressesByTemplates) {
  rule_.topic = "orders";
  rule_.key = "${aggregate_id}/${id}";
  rule_.partition = "${id}";
  rule_.headers = {{"status", "${status}"}, {"where", "${database}.${table}"}, {"type", "event"}};
  rule_.commit_timestamp = true;
  const Row after = row();
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(topics_.name(destination_.topic), "orders");
  EXPECT_EQ(destination_.key, "order-7/5");
  EXPECT_EQ(destination_.partition, 5);
  EXPECT_EQ(destination_.timestamp_ms, 1700000000123);
  EXPECT_THAT(headers(destination_),
              ElementsAre(std::string("id=") + kUuid, "status=new", "where=shop.outbox", "type=event"));
  EXPECT_EQ(topics_.name(route().constant_topic().value()), "orders");
}

TEST_F(OutboxRouteTest, KeyAndHeadersMayBeLong) {
  rule_.topic = "orders";
  rule_.key = "${status}";
  rule_.headers = {{"first", "1${status}"}, {"second", "2${status}"}, {"last", "end"}};
  for (const std::size_t size : {3000U, 5000U, 40000U}) {
    const std::string status(size, 's');
    const Row after = row(0x11, status.c_str());
    EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
    EXPECT_EQ(destination_.key, status);
    EXPECT_THAT(headers(destination_), ElementsAre(std::string("id=") + kUuid, "type=OrderPaid", "first=1" + status,
                                                   "second=2" + status, "last=end"));
  }
}

TEST_F(OutboxRouteTest, FollowsDebeziumsDefaults) {
  table_ = table("shop", "outbox",
                 {binary("id", 16), varchar("aggregatetype"), varchar("aggregateid"), varchar("type"), json("payload")},
                 {0});
  const Row after =
      std::move(Row().value(ByteString(16, 0x11)).value("order").value("7").value("OrderPaid").value({0x04, 0x01}));
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(topics_.name(destination_.topic), "outbox.event.order");
  EXPECT_EQ(destination_.key, "7");
  EXPECT_THAT(headers(destination_), ElementsAre(std::string("id=") + kUuid, "type=OrderPaid"));
}

TEST_F(OutboxRouteTest, HasNoKeyWithoutAnAggregate) {
  table_ = table("shop", "outbox", {varchar("message_id"), varchar("message_type"), json("payload")}, {0});
  const Row after = std::move(Row().value("m1").value("OrderPaid").value({0x04, 0x01}));
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.key_kind, KeyKind::none);
  EXPECT_EQ(destination_.partition, -1);
  EXPECT_THAT(headers(destination_), ElementsAre("id=m1", "type=OrderPaid"));
}

TEST_F(OutboxRouteTest, TellsANullKeyFromAnEmptyOne) {
  const Row after =
      std::move(Row().value(le(5, 8)).value(ByteString(16, 1)).value("T").value({0x04, 0x01}).null().value(""));
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.key_kind, KeyKind::none);
  rule_.key = "${status}";
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.key_kind, KeyKind::text);
  EXPECT_EQ(destination_.key, "");
  rule_.key = "a${aggregate_id}";
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.key, "a");
}

TEST_F(OutboxRouteTest, LeavesOutTheHeaderOfANull) {
  const Row after = std::move(Row().value(le(5, 8)).null().value("T").value({0x04, 0x01}).value("a").null());
  rule_.headers = {{"status", "${status}"}, {"both", "${status}${id}"}};
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_THAT(headers(destination_), ElementsAre("type=T", "both=5"));
}

TEST_F(OutboxRouteTest, DropsBookkeeping) {
  const Row before = row();
  const Row after = row(0x11, "sent");
  EXPECT_EQ(send(update(*table_, before, after, origin_)), Drop::outbox_bookkeeping);
  EXPECT_EQ(send(remove(*table_, before, origin_)), Drop::outbox_bookkeeping);
  EXPECT_EQ(send(truncate(*table_, origin_)), Drop::outbox_bookkeeping);
}

TEST_F(OutboxRouteTest, DropsBookkeepingInMinimalImages) {
  const Row before = std::move(Row().value(le(5, 8)).absent().absent().absent().absent().absent());
  const Row after = std::move(Row().absent().absent().absent().absent().absent().value("sent"));
  EXPECT_EQ(send(update(*table_, before, after, origin_)), Drop::outbox_bookkeeping);
}

TEST_F(OutboxRouteTest, TakesAnUpdateOfTheMessageIdForANewMessage) {
  const Row before = row(0x22);
  const Row after = row(0x11);
  EXPECT_EQ(send(update(*table_, before, after, origin_)), Drop::none);
  EXPECT_THAT(headers(destination_), testing::Contains(std::string("id=") + kUuid));
  EXPECT_EQ(destination_.key, "order-7");
}

TEST_F(OutboxRouteTest, RefusesANewMessageWithoutItsPayload) {
  const Row before = std::move(Row().value(le(5, 8)).absent().absent().absent().absent().absent());
  const Row after = std::move(Row().absent().value(ByteString(16, 0x11)).value("T").absent().value("a").absent());
  const Error error = refused(update(*table_, before, after, origin_));
  EXPECT_EQ(error.status, ExitStatus::data);
  EXPECT_THAT(error.message, HasSubstr("binlog_row_image=FULL"));
  EXPECT_THAT(error.message, HasSubstr("binlog.000003:1234, `shop`.`outbox`, row 0"));
  EXPECT_THAT(error.message, HasSubstr("payload"));
  EXPECT_EQ(refused(insert(*table_, after, origin_)).status, ExitStatus::data);
}

TEST_F(OutboxRouteTest, RefusesATopicOfNullAlsoInALongerTemplate) {
  for (const char* topic : {"${aggregate_id}", "shop.${aggregate_id}", "${status}${aggregate_id}"}) {
    SCOPED_TRACE(topic);
    rule_.topic = topic;
    const Row after =
        std::move(Row().value(le(5, 8)).value(ByteString(16, 1)).value("T").value({0x04, 0x01}).null().value(""));
    const Error error = refused(insert(*table_, after, origin_));
    EXPECT_EQ(error.status, ExitStatus::data);
    EXPECT_THAT(error.message, HasSubstr("binlog.000003:1234, `shop`.`outbox`, row 0: column aggregate_id is NULL"));
    EXPECT_THAT(error.message, HasSubstr("outbox[0].topic"));
  }
}

TEST_F(OutboxRouteTest, RefusesAPartitionOfNullAlsoInALongerTemplate) {
  rule_.partition = "1${aggregate_id}";
  const Row after =
      std::move(Row().value(le(5, 8)).value(ByteString(16, 1)).value("T").value({0x04, 0x01}).null().value(""));
  const Error error = refused(insert(*table_, after, origin_));
  EXPECT_EQ(error.status, ExitStatus::data);
  EXPECT_THAT(error.message, HasSubstr("binlog.000003:1234, `shop`.`outbox`, row 0: column aggregate_id is NULL"));
  EXPECT_THAT(error.message, HasSubstr("outbox[0].partition"));
}

TEST_F(OutboxRouteTest, RefusesATopicThatKafkaWouldRefuse) {
  for (const std::string& topic : {std::string(), std::string("."), std::string(".."), std::string(250, 'a')}) {
    SCOPED_TRACE(topic);
    rule_.topic = "${status}";
    const Row after = row(0x11, topic.c_str());
    const Error error = refused(insert(*table_, after, origin_));
    EXPECT_EQ(error.status, ExitStatus::sink);
    EXPECT_THAT(error.message, HasSubstr("binlog.000003:1234, `shop`.`outbox`, row 0: the topic of \"${status}\""));
  }
}

TEST_F(OutboxRouteTest, RefusesAPartitionThatIsNoNumber) {
  rule_.partition = "${status}";
  for (const char* text : {"", "x", "1x", "-1", "2147483648", " 1"}) {
    SCOPED_TRACE(text);
    const Row after = row(0x11, text);
    const Error error = refused(insert(*table_, after, origin_));
    EXPECT_EQ(error.status, ExitStatus::data);
    EXPECT_THAT(error.message, HasSubstr("outbox[0].partition"));
  }
  const Row after = row(0x11, "2147483647");
  EXPECT_EQ(send(insert(*table_, after, origin_)), Drop::none);
  EXPECT_EQ(destination_.partition, 2147483647);
}

TEST_F(OutboxRouteTest, WarnsOnceOfCharactersThatWereReplaced) {
  rule_.topic = "shop.${status}";
  Route& routed = route();
  const Row slash = row(0x11, "a/b");
  const Row space = row(0x11, "a b");
  const Row plain = row(0x11, "c");
  for (int i = 0; i < 2; ++i) {
    for (const Row* after : {&slash, &slash, &space, &plain}) {
      ASSERT_TRUE(routed.route(insert(*table_, *after, origin_), destination_));
      EXPECT_EQ(topics_.name(destination_.topic), after == &plain ? "shop.c" : "shop.a_b");
    }
  }
  EXPECT_THAT(router_->take_warnings(),
              ElementsAre("topic shop.a_b: characters that Kafka does not allow in a topic became _"));
  EXPECT_THAT(router_->take_warnings(), IsEmpty());
}

TEST_F(OutboxRouteTest, KeepsViewsOverManyRowsOfDifferentSizes) {
  Route& routed = route();
  for (const std::size_t size : {10u, 100000u, 3u}) {
    const std::string id(size, 'k');
    const Row after =
        std::move(Row().value(le(5, 8)).value(ByteString(16, 0x11)).value("T").value({0x04, 0x01}).value(id).value(""));
    ASSERT_TRUE(routed.route(insert(*table_, after, origin_), destination_));
    EXPECT_EQ(destination_.key, id);
    EXPECT_THAT(headers(destination_), ElementsAre(std::string("id=") + kUuid, "type=T"));
  }
}

TEST_F(OutboxRouteTest, KnowsATruncateOfATableNotSeenYet) {
  table_ = table("shop", "outbox", {});
  EXPECT_EQ(send(truncate(*table_, origin_)), Drop::outbox_bookkeeping);
}

} // namespace
} // namespace rowferry
