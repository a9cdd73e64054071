#include "route/topic_name.hpp"

#include <gtest/gtest.h>

#include <rowferry/route/topics.hpp>
#include <string>

namespace rowferry {
namespace {

TEST(TopicName, KeepsWhatKafkaAllowsAndReplacesTheRest) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"shop.Order-Created_2", "shop.Order-Created_2"},
      {"a b", "a_b"},
      {"a/b:c", "a_b_c"},
      {"caf\u00e9", "caf_"},    // one character, two bytes
      {"\u6ce8\u6587x", "__x"}, // two characters of three bytes
      {"\U0001f600", "_"},
      {"\xff\xfe", "__"}, // no UTF-8: each byte is one
      {"\xa9\xa9", "__"},
      {"a\xc3z", "a_z"},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    std::string text = c.text;
    const LegalTopic legal = make_topic_legal(text.data(), text.size());
    EXPECT_EQ(text.substr(0, legal.size), c.expected);
    EXPECT_EQ(legal.replaced, std::string(c.text) != c.expected);
  }
}

TEST(TopicName, RefusesWhatNoTopicIsCalled) {
  EXPECT_EQ(topic_problem("a"), "");
  EXPECT_EQ(topic_problem("..."), "");
  EXPECT_EQ(topic_problem(std::string(249, 'a')), "");
  EXPECT_NE(topic_problem(std::string(250, 'a')), "");
  EXPECT_NE(topic_problem(""), "");
  EXPECT_NE(topic_problem("."), "");
  EXPECT_NE(topic_problem(".."), "");
}

TEST(Topics, NumbersNamesInTheOrderOfTheirFirstSight) {
  Topics topics;
  const TopicId a = topics.intern("a");
  const std::string* name = &topics.name(a);
  for (int i = 0; i < 1000; ++i) topics.intern("t" + std::to_string(i));
  EXPECT_EQ(a, 0u);
  EXPECT_EQ(topics.intern("t0"), 1u);
  EXPECT_EQ(topics.intern("a"), 0u);
  EXPECT_EQ(topics.size(), 1001u);
  EXPECT_EQ(topics.name(1000), "t999");
  EXPECT_EQ(name, &topics.name(a)) << "a name never moves";
}

} // namespace
} // namespace rowferry
