#include "sink/message_line.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

namespace rowferry {
namespace {

std::string json_line(const std::function<void(Message&)>& set) {
  Message message;
  set(message);
  std::string line;
  append_json_line(line, message, "shop.orders");
  return line;
}

void set_value(Message& message, std::string_view value) {
  message.has_value = true;
  message.value = value;
}

TEST(MessageLine, Json) {
  const std::array<Header, 2> headers{Header{"id", "a\"b"}, Header{"h\n", std::string_view("\x00\xff", 2)}};
  struct Case {
    std::function<void(Message&)> set;
    std::string line;
  };
  const Case cases[] = {
      {[](Message&) {}, R"({"topic":"shop.orders","partition":null,"key":null,"value":null})"},
      {[](Message& m) { set_value(m, ""); }, R"({"topic":"shop.orders","partition":null,"key":null,"value":""})"},
      {[](Message& m) {
         set_value(m, "{\"a\":1}\n");
         m.has_key = true;
         m.key = "k";
         m.partition = 2;
       },
       R"({"topic":"shop.orders","partition":2,"key":"k","value":"{\"a\":1}\n"})"},
      {[](Message& m) {
         m.every_partition = true;
         m.timestamp_ms = 17;
       },
       R"({"topic":"shop.orders","partition":"*","timestamp_ms":17,"key":null,"value":null})"},
      {[](Message& m) { set_value(m, "\xc3\x28"); },
       R"({"topic":"shop.orders","partition":null,"key":null,"value":{"base64":"wyg="}})"},
      {[&](Message& m) { m.headers = headers; },
       R"({"topic":"shop.orders","partition":null,"key":null,"headers":{"id":"a\"b","h\n":{"base64":"AP8="}},"value":null})"},
  };
  for (const Case& c : cases) EXPECT_EQ(json_line(c.set), c.line + "\n");
}

TEST(MessageLine, PayloadIsTheValueAsItIs) {
  Message message;
  std::string out;
  append_payload_line(out, message);
  set_value(message, "\xff{}");
  append_payload_line(out, message);
  EXPECT_EQ(out, "\n\xff{}\n");
}

} // namespace
} // namespace rowferry
