#include <rowferry/route/outbox_layout.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using testing::AllOf;
using testing::HasSubstr;
using Kind = OutboxLayout::Kind;

std::shared_ptr<const TableSchema> outbox(std::initializer_list<const char*> names) {
  std::vector<Column> columns;
  for (const char* name : names) columns.push_back(varchar(name));
  return table("shop", "outbox", std::move(columns));
}

struct Case {
  const char* name;
  std::initializer_list<const char*> columns;
  OutboxColumns map;
  bool type_needed;
  OutboxLayout expected;
};

constexpr Kind kTextbook = Kind::textbook;
constexpr Kind kDebezium = Kind::debezium;

TEST(OutboxLayout, IsUnderstoodByItself) {
  const Case cases[] = {
      {"textbook",
       {"id", "message_id", "message_type", "payload", "status", "fail_count", "occurred_at", "processed_at",
        "failed_at"},
       {},
       true,
       {kTextbook, 1, 3, 2, -1, -1}},
      {"textbook in camelCase",
       {"id", "messageId", "messageType", "payload", "status", "failCount", "occurredAt", "processedAt", "failedAt"},
       {},
       true,
       {kTextbook, 1, 3, 2, -1, -1}},
      {"its common slip",
       {"id", "message_id", "message_type", "payload", "occured_at"},
       {},
       true,
       {kTextbook, 1, 3, 2, -1, -1}},
      {"textbook without a number of its own",
       {"id", "message_type", "payload"},
       {},
       true,
       {kTextbook, 0, 2, 1, -1, -1}},
      {"textbook with aggregates",
       {"message_id", "aggregate_type", "aggregate_id", "message_type", "payload"},
       {},
       true,
       {kTextbook, 0, 4, 3, 2, 1}},
      {"Debezium", {"id", "aggregatetype", "aggregateid", "type", "payload"}, {}, true, {kDebezium, 0, 4, 3, 2, 1}},
      {"Debezium in snake_case",
       {"id", "aggregate_type", "aggregate_id", "type", "payload", "extra"},
       {},
       true,
       {kDebezium, 0, 4, 3, 2, 1}},
      {"Debezium in camelCase",
       {"id", "aggregateType", "aggregateId", "type", "payload"},
       {},
       true,
       {kDebezium, 0, 4, 3, 2, 1}},
      {"upper case", {"ID", "AGGREGATETYPE", "AGGREGATEID", "TYPE", "PAYLOAD"}, {}, true, {kDebezium, 0, 4, 3, 2, 1}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto layout = OutboxLayout::recognise(*outbox(c.columns), c.map, c.type_needed, "outbox[0]");
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(layout->kind, c.expected.kind);
    EXPECT_EQ(layout->id, c.expected.id);
    EXPECT_EQ(layout->payload, c.expected.payload);
    EXPECT_EQ(layout->type, c.expected.type);
    EXPECT_EQ(layout->aggregate_id, c.expected.aggregate_id);
    EXPECT_EQ(layout->aggregate_type, c.expected.aggregate_type);
  }
}

TEST(OutboxLayout, FollowsAColumnMap) {
  const Case cases[] = {
      {"all mapped",
       {"a", "b", "c", "d", "e"},
       {.id = "a", .type = "b", .payload = "c", .aggregate_id = "d", .aggregate_type = "e"},
       true,
       {kTextbook, 0, 2, 1, 3, 4}},
      {"one mapped, the others known",
       {"message_id", "message_type", "body"},
       {.payload = "body"},
       true,
       {kTextbook, 0, 2, 1, -1, -1}},
      {"the map wins over a known name",
       {"id", "message_id", "message_type", "payload"},
       {.id = "id"},
       true,
       {kTextbook, 0, 3, 2, -1, -1}},
      {"a name in other case",
       {"ID", "Kind", "Body"},
       {.id = "id", .type = "kind", .payload = "body"},
       true,
       {kTextbook, 0, 2, 1, -1, -1}},
      {"Debezium with another payload",
       {"id", "aggregatetype", "aggregateid", "type", "body"},
       {.payload = "body"},
       true,
       {kDebezium, 0, 4, 3, 2, 1}},
      {"a plain type", {"id", "type", "body"}, {.payload = "body"}, true, {kTextbook, 0, 2, 1, -1, -1}},
      {"no type where the topic does not need one",
       {"key", "body"},
       {.id = "key", .payload = "body"},
       false,
       {kTextbook, 0, 1, -1, -1, -1}},
      {"two layouts, decided",
       {"id", "aggregatetype", "aggregateid", "type", "message_type", "payload"},
       {.type = "type"},
       true,
       {kTextbook, 0, 5, 3, 2, 1}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto layout = OutboxLayout::recognise(*outbox(c.columns), c.map, c.type_needed, "outbox[0]");
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(layout->kind, c.expected.kind);
    EXPECT_EQ(layout->id, c.expected.id);
    EXPECT_EQ(layout->payload, c.expected.payload);
    EXPECT_EQ(layout->type, c.expected.type);
    EXPECT_EQ(layout->aggregate_id, c.expected.aggregate_id);
    EXPECT_EQ(layout->aggregate_type, c.expected.aggregate_type);
  }
}

TEST(OutboxLayout, SaysWhatItLookedForAndWhatThereIs) {
  const struct {
    const char* name;
    std::initializer_list<const char*> columns;
    OutboxColumns map;
    std::vector<std::string> said;
  } cases[] = {
      {"nothing known",
       {"a", "b"},
       {},
       {"outbox[0]: `shop`.`outbox`", "message_type", "aggregatetype", "its columns are: a, b"}},
      {"no payload", {"message_id", "message_type"}, {}, {"payload", "its columns are: message_id, message_type"}},
      {"no type, and no map", {"id", "payload"}, {}, {"message_type"}},
      {"no type for the topic", {"id", "body"}, {.payload = "body"}, {"message_type"}},
      {"a map that names no column",
       {"id", "kind", "payload"},
       {.type = "knd"},
       {"outbox[0].columns.type: knd is no column of `shop`.`outbox`", "id, kind, payload"}},
      {"two spellings",
       {"message_id", "messageId", "message_type", "payload"},
       {},
       {"message_id and messageId", "columns.id"}},
      {"two layouts", {"id", "aggregatetype", "aggregateid", "type", "message_type", "payload"}, {}, {"columns.type"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto layout = OutboxLayout::recognise(*outbox(c.columns), c.map, true, "outbox[0]");
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().status, ExitStatus::usage);
    for (const std::string& text : c.said) EXPECT_THAT(layout.error().message, HasSubstr(text));
  }
}

} // namespace
} // namespace rowferry
