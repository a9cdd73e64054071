#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/base/sql_words.hpp>
#include <vector>

namespace rowferry {
namespace {

using testing::ElementsAre;

std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> list;
  SqlWords words(text);
  for (std::string_view token = words.next(); !token.empty(); token = words.next()) list.emplace_back(token);
  return list;
}

TEST(SqlWords, CutsAStatementIntoTokens) {
  EXPECT_THAT(tokens("ALTER TABLE `a``b`.c ADD (x INT(5))"),
              ElementsAre("ALTER", "TABLE", "`a``b`", ".", "c", "ADD", "(", "x", "INT", "(", "5", ")", ")"));
  EXPECT_THAT(tokens("/* c */ DROP -- end\n\tTABLE # x\n é"), ElementsAre("DROP", "TABLE", "é"));
  EXPECT_THAT(tokens("/*!50100 PARTITION */ /*M!100301 COMPRESSED*/ b--c"),
              ElementsAre("PARTITION", "COMPRESSED", "b", "-", "-", "c"));
  EXPECT_THAT(tokens("'it''s' 'a\\'b' ''"), ElementsAre("'it''s'", "'a\\'b'", "''"));
}

TEST(SqlWords, EndsInsideWhateverIsCutShort) {
  for (const std::string_view text : {"/* c", "`na", "'li", "'li\\", "-- x", "/*!50100", "\"a\"\"", "'a''"}) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::vector<char> exact(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_LE(tokens({exact.data(), exact.size()}).size(), size) << text;
    }
  }
}

TEST(SqlWords, SkipsParenthesesWithWhatIsInThem) {
  SqlWords words("(a, (b), ')') c");
  EXPECT_TRUE(words.accept("("));
  EXPECT_TRUE(words.skip_parentheses());
  EXPECT_EQ(words.next(), "c");
  SqlWords open("( (a)");
  open.next();
  EXPECT_FALSE(open.skip_parentheses());
}

TEST(SqlWords, LooksAheadWithoutReading) {
  SqlWords words("rename To x");
  EXPECT_TRUE(words.at("RENAME"));
  EXPECT_EQ(words.peek_second(), "To");
  EXPECT_FALSE(words.accept("TO"));
  EXPECT_TRUE(words.accept("RENAME"));
  EXPECT_TRUE(words.accept("TO"));
  EXPECT_EQ(words.rest(), "x");
}

TEST(SqlWords, UndoesQuotesAndEscapes) {
  EXPECT_EQ(sql_identifier("`a``b`"), "a`b");
  EXPECT_EQ(sql_identifier("\"a\"\"b\""), "a\"b");
  EXPECT_EQ(sql_identifier("näme"), "näme");
  EXPECT_EQ(sql_identifier("("), "");
  EXPECT_EQ(sql_identifier("'x'"), "");
  EXPECT_EQ(sql_literal("'it''s \\\\ \\n\\0\\Z\\x'"), std::string("it's \\ \n\0\x1ax", 11));
  EXPECT_EQ(quote_sql_literal("it's \\"), "'it''s \\\\'");
  EXPECT_EQ(sql_literal(quote_sql_literal("a'b\\c\n")), "a'b\\c\n");
}

} // namespace
} // namespace rowferry
