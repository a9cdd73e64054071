#include <gtest/gtest.h>

#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/router.hpp>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using namespace std::string_literals;

class OutboxEncoderTest : public testing::Test {
 protected:
  Origin origin_ = origin();
  OutputUsage usage_;
  Output out_{usage_, 16};
  Encoded encoded_;
  Destination destination_;
  EncodeWarnings warnings_;
  InvalidText invalid_text_ = InvalidText::as_stored;

  /// The message of a row whose only column is the payload.
  Result<Message> encode(const Column& payload, const Row& row) {
    const auto schema = table("shop", "outbox", {payload});
    const auto encoder = make_outbox_encoder(schema, 0, warnings_, invalid_text_);
    auto done = encoder->encode(insert(*schema, row, origin_), destination_, out_, encoded_);
    if (!done) return fail(std::move(done.error()));
    EXPECT_EQ(encoded_.count, 1u);
    return encoded_.messages[0];
  }
};

TEST_F(OutboxEncoderTest, SendsThePayloadExactlyAsStored) {
  const struct {
    const char* name;
    Column column;
    ByteString bytes;
    std::string value;
  } cases[] = {
      {"json", json("p"), {0x00, 0x01, 0x00, 0x0c, 0x00, 0x0b, 0x00, 0x01, 0x00, 0x05, 0x01, 0x00, 'a'}, R"({"a": 1})"},
      {"json null", json("p"), {0x04, 0x00}, "null"},
      {"text", varchar("p"), text("{\"a\":1}\n"), "{\"a\":1}\n"},
      {"latin1 text", varchar("p", "latin1"), {'g', 0xfc}, "g\u00fc"},
      {"text that is invalid", varchar("p"), {'a', 0xff}, "a\xff"},
      {"blob", blob("p"), {0x00, 0xff, 0x0a}, "\0\xff\n"s},
      {"binary, padded", binary("p", 3), {0x01}, "\x01\0\0"s},
      {"empty text", varchar("p"), {}, ""},
      {"number", int_("p"), le(7, 4), "7"},
      {"decimal", decimal("p", 5, 0), {0x80, 0x00, 0x07}, "7"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Row row = std::move(Row().value(c.bytes));
    const auto message = encode(c.column, row);
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_TRUE(message->has_value);
    EXPECT_EQ(message->value, c.value);
    EXPECT_FALSE(message->has_key);
    EXPECT_EQ(message->chunk, &out_.chunk());
  }
}

TEST_F(OutboxEncoderTest, SendsNullAsNull) {
  const Row row = std::move(Row().null());
  const auto message = encode(json("p"), row);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->has_value);
}

TEST_F(OutboxEncoderTest, CopiesTheKeyIntoTheSameRecord) {
  destination_.topic = 3;
  destination_.key_kind = KeyKind::text;
  const std::string key(100, 'k');
  destination_.key = key;
  destination_.partition = 2;
  destination_.timestamp_ms = 5;
  const Header header{"id", "7"};
  destination_.headers = std::span(&header, 1);
  const std::string payload(5000, 'p');
  const Row row = std::move(Row().value(payload));
  const auto message = encode(varchar("p"), row);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->topic, 3u);
  EXPECT_TRUE(message->has_key);
  EXPECT_EQ(message->key, key);
  EXPECT_EQ(message->value, payload);
  EXPECT_EQ(message->key.data() + message->key.size(), message->value.data());
  EXPECT_EQ(message->partition, 2);
  EXPECT_EQ(message->timestamp_ms, 5);
  ASSERT_EQ(message->headers.size(), 1u);
}

TEST_F(OutboxEncoderTest, TellsAnEmptyKeyFromNone) {
  destination_.key_kind = KeyKind::text;
  const Row row = std::move(Row().value("x"));
  const auto message = encode(varchar("p"), row);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->has_key);
  EXPECT_EQ(message->key, "");
}

TEST_F(OutboxEncoderTest, RefusesAPayloadThatIsNoValue) {
  const Row row = std::move(Row().value(ByteString{0x00, 0x01}));
  const auto message = encode(json("p"), row);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().status, ExitStatus::data);
  EXPECT_EQ(message.error().message,
            "binlog.000003:1234, `shop`.`outbox`, row 0: the bytes of column p are no value of type JSON");
  EXPECT_EQ(out_.size(), 0u);
}

TEST_F(OutboxEncoderTest, NeverSendsAnEmptyMessageForAnAbsentPayload) {
  const Row row = std::move(Row().absent());
  const auto message = encode(json("p"), row);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().status, ExitStatus::internal);
}

// Route and encoder together: an outbox row and a table row become messages.
TEST(EncoderOf, IsMadeOnceARoute) {
  OutboxRule outbox;
  outbox.option = "outbox[0]";
  outbox.tables = {"shop.outbox"};
  TableRule tables;
  tables.option = "tables[0]";
  tables.include = {"shop.orders"};
  tables.topic = "cdc.${table}";
  tables.id_header = true;
  Topics topics;
  Router router({{outbox}, {tables}}, topics);
  const auto outbox_table =
      table("shop", "outbox", {varchar("message_id"), varchar("message_type"), varchar("payload")}, {0});
  const auto orders_table = table("shop", "orders", {int_("id")}, {0});
  EncodeWarnings warnings;
  OutputUsage usage;
  Output out(usage);
  Encoded encoded;
  Destination destination;
  const Origin from = origin();

  Route* route = *router.resolve(outbox_table);
  Encoder& encoder = encoder_of(*route, warnings);
  EXPECT_EQ(&encoder_of(*route, warnings), &encoder);
  const Row message = std::move(Row().value("m1").value("Paid").value("{}"));
  ASSERT_TRUE(route->route(insert(*outbox_table, message, from), destination));
  ASSERT_TRUE(encoder.encode(insert(*outbox_table, message, from), destination, out, encoded));
  EXPECT_EQ(encoded.messages[0].value, "{}");
  EXPECT_EQ(encoded.messages[0].headers[0].value, "m1");

  route = *router.resolve(orders_table);
  const Row order = std::move(Row().value(le(7, 4)));
  ASSERT_TRUE(route->route(insert(*orders_table, order, from), destination));
  ASSERT_TRUE(encoder_of(*route, warnings).encode(insert(*orders_table, order, from), destination, out, encoded));
  EXPECT_EQ(encoded.messages[0].key, R"({"id":7})");
  ASSERT_EQ(encoded.messages[0].headers.size(), 1u);
  EXPECT_EQ(encoded.messages[0].headers[0].value, "3e11fa47-71ca-11e1-9e33-c80aa9429562:23/shop.orders/0");
}

TEST_F(OutboxEncoderTest, TextThatIsNoneGoesAsTheOptionSays) {
  const Row row = std::move(Row().value(ByteString{'a', 0xff, 'b'}));
  EXPECT_EQ(encode(varchar("p"), row)->value,
            "a\xff"
            "b");
  EXPECT_TRUE(warnings_.lines.empty());
  invalid_text_ = InvalidText::replace;
  EXPECT_EQ(encode(varchar("p"), row)->value,
            "a\ufffd"
            "b");
  EXPECT_EQ(warnings_.invalid_text, 1u);
  EXPECT_EQ(warnings_.lines.size(), 1u);
  invalid_text_ = InvalidText::fail;
  const auto refused = encode(varchar("p"), row);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, ExitStatus::data);
  EXPECT_NE(refused.error().message.find("`shop`.`outbox`, row 0: column p holds bytes that are no text"),
            std::string::npos);
}

TEST_F(OutboxEncoderTest, ACompressedPayloadIsSentAsItWas) {
  const Row plain = std::move(Row().value(ByteString{0, 'h', 'i'}));
  EXPECT_EQ(encode(sized("p", ColumnType::mariadb_blob_compressed, 2, 2, "utf8mb4"), plain)->value, "hi");
  const Row invalid = std::move(Row().value(ByteString{0, 0xff}));
  EXPECT_EQ(encode(sized("p", ColumnType::mariadb_blob_compressed, 2, 2, "utf8mb4"), invalid)->value, "\xff");
  EXPECT_EQ(encode(sized("p", ColumnType::mariadb_blob_compressed, 2, 2, "binary"), invalid)->value, "\xff");
  const Row damaged = std::move(Row().value(ByteString{0x8a, 1}));
  EXPECT_FALSE(encode(sized("p", ColumnType::mariadb_blob_compressed, 2, 2, "utf8mb4"), damaged));
}

TEST_F(OutboxEncoderTest, DifferencesAloneAreNoPayload) {
  EXPECT_FALSE(encode(json("p"), std::move(Row().diffs({1}))));
}

} // namespace
} // namespace rowferry
