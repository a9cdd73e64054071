#include <rowferry/route/template.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;
using testing::ElementsAre;
using testing::HasSubstr;

Template::Part literal(std::string text) { return {false, std::move(text)}; }
Template::Part column(std::string name) { return {true, std::move(name)}; }

TEST(Template, ParsesTextAndNames) {
  const struct {
    const char* text;
    std::vector<Template::Part> parts;
  } cases[] = {
      {"", {}},
      {"orders", {literal("orders")}},
      {"${a}", {column("a")}},
      {"shop.${message_type}", {literal("shop."), column("message_type")}},
      {"${a}${b}", {column("a"), column("b")}},
      {"${a}-${b}!", {column("a"), literal("-"), column("b"), literal("!")}},
      {"$${a}", {literal("${a}")}},
      {"$$${a}", {literal("$${a}")}},
      {"x$${a}${b}", {literal("x${a}"), column("b")}},
      {"$", {literal("$")}},
      {"$$", {literal("$$")}},
      {"a$b$", {literal("a$b$")}},
      {"{}}", {literal("{}}")}},
      {"${a b}", {column("a b")}},
      {"${gr\u00fc\u00df}", {column("gr\u00fc\u00df")}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto parsed = Template::parse(c.text);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->parts(), c.parts);
    EXPECT_EQ(parsed->source(), c.text);
  }
}

TEST(Template, RefusesWhatIsNotClosedOrNamesNothing) {
  const struct {
    const char* text;
    const char* problem;
  } cases[] = {
      {"${", "character 1 is not closed"},
      {"shop.${type", "character 6 is not closed"},
      {"${a}${", "character 5 is not closed"},
      {"a${}b", "character 2 names no column"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto parsed = Template::parse(c.text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().status, ExitStatus::usage);
    EXPECT_THAT(parsed.error().message, HasSubstr(c.problem));
    EXPECT_THAT(parsed.error().message, HasSubstr(c.text));
  }
}

class BoundTemplateTest : public testing::Test {
 protected:
  std::shared_ptr<const TableSchema> table_ =
      table("shop", "outbox", {int_("id"), varchar("kind"), binary("uuid", 16), varchar("Table"), json("doc")});
  OutputUsage usage_;
  Output out_{usage_, 64};

  BoundTemplate bind(std::string_view text) {
    auto bound = BoundTemplate::bind(*Template::parse(text), *table_, "outbox[0].topic");
    EXPECT_TRUE(bound) << bound.error().message;
    return *bound;
  }
  BoundTemplate::Outcome render(std::string_view text, const Row& row) {
    out_.discard();
    return bind(text).render({row.cells(), {}}, out_).outcome;
  }
};

TEST_F(BoundTemplateTest, RendersColumns) {
  const Row row =
      std::move(Row().value(le(7, 4)).value("paid").value(ByteString(16, 0x11)).value("t").value({0x04, 0x01}));
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"plain", "plain"},
      {"${id}", "7"},
      {"orders.${kind}", "orders.paid"},
      {"${kind}/${id}", "paid/7"},
      {"${uuid}", "11111111-1111-1111-1111-111111111111"},
      {"${database}.${table}", "shop.outbox"}, // although a column has that name
      {"${Table}", "t"},
      {"${KIND}", "paid"},
      {"$${id}", "${id}"},
      {"${doc}", "true"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(render(c.text, row), BoundTemplate::Outcome::text);
    EXPECT_EQ(out_.record(), c.expected);
  }
}

TEST_F(BoundTemplateTest, TellsNullAbsentAndCorrupt) {
  const Row row = std::move(Row().null().absent().null().value(ByteString{'a', 0xff}).value(ByteString{0x00, 0x01}));
  EXPECT_EQ(render("${id}", row), BoundTemplate::Outcome::null);
  EXPECT_EQ(out_.record(), "");
  EXPECT_EQ(render("x${id}y", row), BoundTemplate::Outcome::text);
  EXPECT_EQ(out_.record(), "xy");
  EXPECT_EQ(render("${id}${uuid}", row), BoundTemplate::Outcome::text);
  EXPECT_EQ(out_.record(), "");
  EXPECT_EQ(render("a${kind}", row), BoundTemplate::Outcome::absent);
  EXPECT_EQ(render("${doc}", row), BoundTemplate::Outcome::corrupt);
  EXPECT_EQ(render("${Table}", row), BoundTemplate::Outcome::text);
  EXPECT_EQ(out_.record(), "a\xff") << "invalid text is taken as it is stored";
  EXPECT_EQ(bind("a${kind}").render({row.cells(), {}}, out_).column, 1u);
}

TEST_F(BoundTemplateTest, TakesWhatTheImageLacksFromTheOther) {
  const Row after = std::move(Row().absent().value("paid").absent().absent().absent());
  const Row before = std::move(Row().value(le(7, 4)).value("new").absent().absent().absent());
  EXPECT_EQ(bind("${id}.${kind}").render({after.cells(), before.cells()}, out_).outcome, BoundTemplate::Outcome::text);
  EXPECT_EQ(out_.record(), "7.paid");
}

TEST_F(BoundTemplateTest, NamesTableTemplateAndColumnsOfAnUnknownName) {
  const auto bound = BoundTemplate::bind(*Template::parse("orders.${kinds}"), *table_, "outbox[0].topic");
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().status, ExitStatus::usage);
  EXPECT_EQ(bound.error().message,
            "outbox[0].topic: ${kinds} in \"orders.${kinds}\" is no column of `shop`.`outbox` (did you mean ${kind}?); "
            "its columns are: id, kind, uuid, Table, doc");
}

TEST_F(BoundTemplateTest, KnowsWhenItIsTheSameForEveryRow) {
  EXPECT_TRUE(bind("cdc.${database}.${table}").constant());
  EXPECT_FALSE(bind("cdc.${database}.${kind}").constant());
  EXPECT_FALSE(Template::parse("${database}.${table}")->needs_columns());
  EXPECT_TRUE(Template::parse("${database}.${kind}")->needs_columns());
}

} // namespace
} // namespace rowferry
