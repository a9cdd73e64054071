// Expected lines are written from CONTRACT section 4, member by member.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <rowferry/encode/encoder.hpp>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kGtid = "3e11fa47-71ca-11e1-9e33-c80aa9429562:23";

/// What stands in front of the row's number, for the table shop.orders and the origin of crafted_table.hpp.
std::string head(char op) {
  return std::string(R"({"op":")") + op +
         R"(","db":"shop","table":"orders","ts_us":1700000000123456,"gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:23",)"
         R"("file":"binlog.000003","pos":1234,"row":)";
}

class PlainEncoderTest : public testing::Test {
 protected:
  std::shared_ptr<const TableSchema> table_ = table("shop", "orders", {bigint("id"), varchar("note"), int_("n")}, {0});
  Origin origin_ = origin();
  OutputUsage usage_;
  Output out_{usage_, 64};
  EncodeWarnings warnings_;
  Encoded encoded_;
  Destination destination_ = [] {
    Destination destination;
    destination.key_kind = destination.old_row.key_kind = KeyKind::encoded;
    return destination;
  }();
  bool id_header_ = false;
  std::unique_ptr<Encoder> encoder_;

  Encoder& encoder() {
    if (encoder_ == nullptr) encoder_ = make_plain_encoder(table_, id_header_, warnings_);
    return *encoder_;
  }
  const Message& encode(const Change& change) {
    const auto done = encoder().encode(change, destination_, out_, encoded_);
    EXPECT_TRUE(done) << done.error().message;
    return encoded_.messages[0];
  }
  Error refused(const Change& change) {
    const auto done = encoder().encode(change, destination_, out_, encoded_);
    EXPECT_FALSE(done);
    EXPECT_EQ(out_.size(), 0u);
    EXPECT_EQ(encoded_.count, 0u);
    return done ? Error{} : done.error();
  }
  static Row row(std::uint64_t id, const char* note) {
    return std::move(Row().value(le(id, 8)).value(note).value(le(3, 4)));
  }
};

TEST_F(PlainEncoderTest, WritesAnInsert) {
  const Row after = row(7, "a");
  const Message& message = encode(insert(*table_, after, origin_, 2));
  EXPECT_EQ(message.value, head('c') + R"(2,"key":{"id":7},"before":null,"after":{"id":7,"note":"a","n":3}})");
  EXPECT_EQ(message.key, R"({"id":7})");
  EXPECT_TRUE(message.has_key);
  EXPECT_TRUE(message.has_value);
  EXPECT_FALSE(message.every_partition);
  EXPECT_EQ(message.chunk, &out_.chunk());
  EXPECT_EQ(encoded_.count, 1u);
  EXPECT_GE(message.key.data(), message.value.data()) << "the key is a part of the value";
  EXPECT_LT(message.key.data(), message.value.data() + message.value.size());
}

TEST_F(PlainEncoderTest, WritesAnUpdateADeleteAndASnapshotRow) {
  const Row before = row(7, "a");
  const Row after = row(7, "b");
  EXPECT_EQ(encode(update(*table_, before, after, origin_)).value,
            head('u') + R"(0,"key":{"id":7},"before":{"id":7,"note":"a","n":3},"after":{"id":7,"note":"b","n":3}})");
  EXPECT_EQ(encode(remove(*table_, before, origin_)).value,
            head('d') + R"(0,"key":{"id":7},"before":{"id":7,"note":"a","n":3},"after":null})");
  Change snapshot = insert(*table_, after, origin_);
  snapshot.operation = Operation::snapshot;
  EXPECT_EQ(encode(snapshot).value, head('r') + R"(0,"key":{"id":7},"before":null,"after":{"id":7,"note":"b","n":3}})");
}

TEST_F(PlainEncoderTest, WritesATruncate) {
  destination_ = {};
  destination_.every_partition = true;
  const Message& message = encode(truncate(*table_, origin_));
  EXPECT_EQ(message.value, head('t') + R"(0,"key":null,"before":null,"after":null})");
  EXPECT_FALSE(message.has_key);
  EXPECT_TRUE(message.every_partition);
}

TEST_F(PlainEncoderTest, SplitsAChangeOfTheKey) {
  const Row before = row(7, "a");
  const Row after = row(8, "b");
  encode(update(*table_, before, after, origin_, 4));
  ASSERT_EQ(encoded_.count, 2u);
  const auto& [deleted, created] = encoded_.messages;
  EXPECT_EQ(deleted.value,
            head('d') + R"(4,"key":{"id":7},"before":{"id":7,"note":"a","n":3},"after":null,"key_changed":true})");
  EXPECT_EQ(deleted.key, R"({"id":7})");
  EXPECT_EQ(created.value,
            head('c') + R"(4,"key":{"id":8},"before":null,"after":{"id":8,"note":"b","n":3},"key_changed":true})");
  EXPECT_EQ(created.key, R"({"id":8})");
  EXPECT_EQ(deleted.chunk, created.chunk);
  EXPECT_THAT(warnings_.lines, IsEmpty());
}

TEST_F(PlainEncoderTest, AddressesEachHalfByItsOwnRow) {
  destination_.topic = 5;
  destination_.key_kind = KeyKind::text;
  destination_.key = "new";
  destination_.partition = 1;
  destination_.old_row = {.topic = 6, .key_kind = KeyKind::text, .key = "old", .partition = 2, .headers = {}};
  destination_.timestamp_ms = 99;
  const Row before = row(7, "a");
  const Row after = row(8, "b");
  encode(update(*table_, before, after, origin_));
  const auto& [deleted, created] = encoded_.messages;
  EXPECT_EQ(deleted.topic, 6u);
  EXPECT_EQ(deleted.key, "old");
  EXPECT_EQ(deleted.partition, 2);
  EXPECT_EQ(deleted.timestamp_ms, 99);
  EXPECT_EQ(created.topic, 5u);
  EXPECT_EQ(created.key, "new");
  EXPECT_EQ(created.partition, 1);
  EXPECT_TRUE(deleted.value.ends_with("}"));
}

TEST_F(PlainEncoderTest, LeavesOutWhatTheImageDoesNotHold) {
  const Row before = std::move(Row().value(le(7, 8)).absent().absent());
  const Row after = std::move(Row().absent().value("b").absent());
  EXPECT_EQ(encode(update(*table_, before, after, origin_)).value,
            head('u') + R"(0,"key":{"id":7},"before":{"id":7},"after":{"id":7,"note":"b"}})");
  EXPECT_EQ(encode(remove(*table_, before, origin_)).value,
            head('d') + R"(0,"key":{"id":7},"before":{"id":7},"after":null})");
  const Row defaults = std::move(Row().value(le(7, 8)).absent().null());
  EXPECT_EQ(encode(insert(*table_, defaults, origin_)).value,
            head('c') + R"(0,"key":{"id":7},"before":null,"after":{"id":7,"n":null}})");
}

TEST_F(PlainEncoderTest, WarnsOnceOfPartialImagesInAChangeOfTheKey) {
  const Row before = std::move(Row().value(le(7, 8)).absent().absent());
  const Row after = std::move(Row().value(le(8, 8)).value("b").absent());
  encode(update(*table_, before, after, origin_));
  EXPECT_EQ(encoded_.messages[1].value,
            head('c') + R"(0,"key":{"id":8},"before":null,"after":{"id":8,"note":"b"},"key_changed":true})");
  encode(update(*table_, before, after, origin_));
  ASSERT_EQ(warnings_.lines.size(), 1u);
  EXPECT_THAT(warnings_.lines[0], HasSubstr("binlog_row_image=FULL"));
  EXPECT_THAT(warnings_.lines[0], HasSubstr("`shop`.`orders`"));
}

TEST_F(PlainEncoderTest, WritesAnEmptyObjectForARowWithoutColumns) {
  table_ = table("shop", "orders", {int_("a"), int_("b")});
  const Row after = std::move(Row().absent().absent());
  const Message& message = encode(insert(*table_, after, origin_));
  EXPECT_EQ(message.value, head('c') + R"(0,"key":null,"before":null,"after":{}})");
  EXPECT_FALSE(message.has_key) << "there is none, whatever the destination says";
}

TEST_F(PlainEncoderTest, WritesTheKeyInItsOwnOrder) {
  table_ = table("shop", "orders", {int_("a"), varchar("b"), int_("c")}, {2, 1});
  const Row after = std::move(Row().value(le(1, 4)).value("x\"").value(le(3, 4)));
  EXPECT_EQ(encode(insert(*table_, after, origin_)).key, R"({"c":3,"b":"x\""})");
}

TEST_F(PlainEncoderTest, RefusesARowWithoutItsWholeKey) {
  const Row after = std::move(Row().absent().value("b").absent());
  const Error error = refused(insert(*table_, after, origin_));
  EXPECT_EQ(error.status, ExitStatus::data);
  EXPECT_THAT(error.message,
              HasSubstr("binlog.000003:1234, `shop`.`orders`, row 0: the row image lacks key column id"));
  EXPECT_THAT(error.message, HasSubstr("binlog_row_image=FULL"));
}

TEST_F(PlainEncoderTest, RefusesBytesThatAreNoValue) {
  const Row after = std::move(Row().value(le(7, 8)).value("b").value(ByteString{1, 2}));
  const Error error = refused(insert(*table_, after, origin_));
  EXPECT_EQ(error.status, ExitStatus::data);
  EXPECT_EQ(error.message,
            "binlog.000003:1234, `shop`.`orders`, row 0: the bytes of column n are no value of type LONG");
}

TEST_F(PlainEncoderTest, EscapesNames) {
  table_ = table("sh\"op", "or\\ders", {int_("a\"b"), int_("gr\u00fc\u00df")}, {1});
  const Row after = std::move(Row().value(le(1, 4)).value(le(2, 4)));
  origin_.gtid_text = "";
  origin_.file = "bin\"log\xff\xe9";
  EXPECT_EQ(
      encode(insert(*table_, after, origin_)).value,
      R"({"op":"c","db":"sh\"op","table":"or\\ders","ts_us":1700000000123456,"gtid":null,"file":"bin\"log��","pos":1234,)"
      "\"row\":0,\"key\":{\"gr\u00fc\u00df\":2},\"before\":null,\"after\":{\"a\\\"b\":1,\"gr\u00fc\u00df\":2}}");
}

TEST_F(PlainEncoderTest, FollowsTheOriginFromChangeToChange) {
  const Row after = row(7, "a");
  const auto line = [&] { return std::string(encode(insert(*table_, after, origin_)).value); };
  const std::string first = line();
  EXPECT_EQ(line(), first);
  origin_.offset = 99;
  EXPECT_THAT(line(), HasSubstr(R"("file":"binlog.000003","pos":99,"row":0)"));
  origin_.file = "binlog.000004";
  ++origin_.transaction_number;
  EXPECT_THAT(line(), HasSubstr(R"("file":"binlog.000004","pos":99,"row":0)"));
  ++origin_.transaction_number;
  origin_.gtid_text = "3e11fa47-71ca-11e1-9e33-c80aa9429562:shop:24";
  EXPECT_THAT(line(), HasSubstr(R"("gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:shop:24","file":"binlog.000004")"));
  origin_.commit_us = 1;
  EXPECT_THAT(line(), HasSubstr(R"("ts_us":1,"gtid")"));
}

TEST_F(PlainEncoderTest, ListsTheColumnsWhoseNullIsJsonsOwn) {
  table_ = table("shop", "orders", {int_("id"), json("doc"), json("other")}, {0});
  const ByteString literal{0x04, 0x00};
  const ByteString yes{0x04, 0x01};
  const Row nulls = std::move(Row().value(le(1, 4)).value(literal).value(ByteString{}));
  const Row mixed = std::move(Row().value(le(1, 4)).value(yes).value(literal));
  const Row sql = std::move(Row().value(le(1, 4)).null().absent());
  EXPECT_EQ(
      encode(insert(*table_, nulls, origin_)).value,
      head('c') +
          R"(0,"key":{"id":1},"before":null,"after":{"id":1,"doc":null,"other":null},"json_null":{"after":["doc","other"]}})");
  EXPECT_EQ(
      encode(update(*table_, nulls, mixed, origin_)).value,
      head('u') +
          R"(0,"key":{"id":1},"before":{"id":1,"doc":null,"other":null},"after":{"id":1,"doc":true,"other":null},)"
          R"("json_null":{"before":["doc","other"],"after":["other"]}})");
  EXPECT_EQ(encode(update(*table_, mixed, sql, origin_)).value,
            head('u') + R"(0,"key":{"id":1},"before":{"id":1,"doc":true,"other":null},"after":{"id":1,"doc":null},)"
                        R"("json_null":{"before":["other"]}})");
  EXPECT_EQ(encode(insert(*table_, sql, origin_)).value,
            head('c') + R"(0,"key":{"id":1},"before":null,"after":{"id":1,"doc":null}})");
}

TEST_F(PlainEncoderTest, AddsItsIdAsAHeader) {
  id_header_ = true;
  const Header own{"own", "1"};
  destination_.headers = std::span(&own, 1);
  const Row before = row(7, "a");
  const Row after = row(8, "b");
  const auto ids = [&](const Change& change) {
    encode(change);
    std::vector<std::string> texts;
    for (std::uint32_t i = 0; i < encoded_.count; ++i) {
      EXPECT_EQ(encoded_.messages[i].headers.back().name, "id");
      texts.emplace_back(encoded_.messages[i].headers.back().value);
    }
    return texts;
  };
  const std::string gtid = kGtid;
  EXPECT_THAT(ids(insert(*table_, after, origin_, 12)), ElementsAre(gtid + "/shop.orders/12"));
  ASSERT_EQ(encoded_.messages[0].headers.size(), 2u);
  EXPECT_EQ(encoded_.messages[0].headers[0].name, "own");
  EXPECT_THAT(ids(truncate(*table_, origin_)), ElementsAre(gtid + "/shop.orders/0"));
  EXPECT_THAT(ids(update(*table_, before, after, origin_, 1)),
              ElementsAre(gtid + "/shop.orders/1/d", gtid + "/shop.orders/1/c"));
  origin_.gtid_text = "";
  EXPECT_THAT(ids(insert(*table_, after, origin_, 3)), ElementsAre("binlog.000003:1100/shop.orders/3"));
}

TEST_F(PlainEncoderTest, KeepsViewsValidWhenTheRecordMoves) {
  const std::string big(100000, 'x');
  const Row before = row(7, big.c_str());
  const Row after = row(8, big.c_str());
  encode(update(*table_, before, after, origin_));
  EXPECT_EQ(encoded_.messages[0].key, R"({"id":7})");
  EXPECT_EQ(encoded_.messages[1].key, R"({"id":8})");
  EXPECT_EQ(encoded_.messages[0].value.substr(0, 10), R"({"op":"d",)");
  EXPECT_EQ(encoded_.messages[1].value.substr(0, 10), R"({"op":"c",)");
  EXPECT_EQ(encoded_.messages[1].chunk, &out_.chunk());
}

// What is longer than the blocks and the room that is there at once, in outputs that end anywhere.
TEST_F(PlainEncoderTest, WritesNamesAndTextsOfEveryLength) {
  for (std::size_t length = 1; length <= 70; ++length) {
    const std::string name(length, 'n');
    table_ = table("shop", "orders", {varchar(name), int_("n")}, {1});
    encoder_.reset();
    for (const std::size_t size : {0U, 1U, 15U, 33U, 511U, 512U, 513U, 1600U}) {
      const std::string plain(size, 'x');
      const Row after = std::move(Row().value(plain + "\"").value(le(5, 4)));
      ASSERT_EQ(encode(insert(*table_, after, origin_)).value,
                head('c') + R"(0,"key":{"n":5},"before":null,"after":{")" + name + R"(":")" + plain + R"(\"","n":5}})");
      const Row null = std::move(Row().null().value(le(5, 4)));
      ASSERT_EQ(encode(insert(*table_, null, origin_)).value,
                head('c') + R"(0,"key":{"n":5},"before":null,"after":{")" + name + R"(":null,"n":5}})");
    }
  }
}

class PartialJsonTest : public PlainEncoderTest {
 protected:
  PartialJsonTest() { table_ = table("shop", "orders", {bigint("id"), json("a"), int_("n"), json("b\"")}, {0}); }
  // op 0 (replace), path, value: int16 1. op 2: remove.
  const ByteString replace_{0, 3, '$', '.', 'x', 3, 5, 1, 0};
  const ByteString remove_{2, 4, '$', '[', '1', ']'};
};

TEST_F(PartialJsonTest, DifferencesWithoutTheirBaseAreToldAsSuch) {
  const Row before = std::move(Row().value(le(7, 8)).absent().absent().absent());
  const Row both = std::move(Row().absent().diffs(replace_).value(le(3, 4)).diffs(remove_));
  EXPECT_EQ(encode(update(*table_, before, both, origin_)).value,
            head('u') + R"(0,"key":{"id":7},"before":{"id":7},"after":{"id":7,"n":3},"partial":)"
                        R"({"a":[{"op":"replace","path":"$.x","value":1}],"b\"":[{"op":"remove","path":"$[1]"}]}})");
  const Row one = std::move(Row().absent().value(ByteString{4, 0}).absent().diffs(remove_));
  EXPECT_EQ(encode(update(*table_, before, one, origin_)).value,
            head('u') + R"(0,"key":{"id":7},"before":{"id":7},"after":{"id":7,"a":null},"partial":)"
                        R"({"b\"":[{"op":"remove","path":"$[1]"}]},"json_null":{"after":["a"]}})");
}

TEST_F(PartialJsonTest, OfAChangedKeyTheNewRowHasThem) {
  const Row before = std::move(Row().value(le(7, 8)).absent().absent().absent());
  const Row after = std::move(Row().value(le(8, 8)).diffs(replace_).absent().absent());
  encode(update(*table_, before, after, origin_));
  ASSERT_EQ(encoded_.count, 2u);
  EXPECT_EQ(encoded_.messages[0].value,
            head('d') + R"(0,"key":{"id":7},"before":{"id":7},"after":null,"key_changed":true})");
  EXPECT_EQ(encoded_.messages[1].value, head('c') +
                                            R"(0,"key":{"id":8},"before":null,"after":{"id":8},"partial":)"
                                            R"({"a":[{"op":"replace","path":"$.x","value":1}]},"key_changed":true})");
}

TEST_F(PartialJsonTest, MalformedDifferencesAreRefused) {
  const Row before = std::move(Row().value(le(7, 8)).absent().absent().absent());
  const Row after = std::move(Row().absent().diffs({0, 3, '$'}).absent().absent());
  EXPECT_THAT(refused(update(*table_, before, after, origin_)).message,
              HasSubstr("column a are no value of type JSON"));
}

TEST_F(PlainEncoderTest, WhatTheServerKeepsForItselfIsNotSent) {
  auto schema = std::make_shared<TableSchema>(*table_);
  schema->hidden = {2};
  table_ = schema;
  const Row after = row(7, "a");
  EXPECT_EQ(encode(insert(*table_, after, origin_)).value,
            head('c') + R"(0,"key":{"id":7},"before":null,"after":{"id":7,"note":"a"}})");
  const Row null = std::move(Row().value(le(7, 8)).value("a").null());
  EXPECT_EQ(encode(insert(*table_, null, origin_)).value,
            head('c') + R"(0,"key":{"id":7},"before":null,"after":{"id":7,"note":"a"}})");
}

} // namespace
} // namespace rowferry
