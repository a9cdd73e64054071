#include <gtest/gtest.h>

#include <rowferry/binlog/control_events.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;

const FormatDescription& current_format() {
  static const FormatDescription kFormat = *decode_format_description(format_description_body().u32(0));
  return kFormat;
}

TEST(Query, ReadsDatabaseAndText) {
  ByteWriter body;
  body.u32(7).u32(3).u8(4).u16(1062).u16(0).text("shop").u8(0).text("DROP TABLE t");
  const auto query = decode_query(current_format(), body);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->thread_id, 7U);
  EXPECT_EQ(query->error_code, 1062);
  EXPECT_EQ(query->database, "shop");
  EXPECT_EQ(query->text, "DROP TABLE t");
  EXPECT_EQ(query->client_collation, 0);
}

TEST(Query, FindsTheCollationBehindTheOtherStatusVariables) {
  const ByteWriter charset{4, 33, 0, 45, 0, 8, 0};
  struct Case {
    const char* what;
    ByteWriter before;
  };
  const Case cases[] = {
      {"nothing", {}},
      {"FLAGS2, SQL_MODE, CATALOG_NZ, AUTO_INCREMENT",
       ByteWriter{0, 1, 2, 3, 4, 1, 1, 2, 3, 4, 5, 6, 7, 8, 6, 3, 's', 't', 'd', 3, 1, 0, 1, 0}},
      {"CATALOG", {2, 3, 's', 't', 'd', 0}},
      {"TIME_ZONE", {5, 3, 'U', 'T', 'C'}},
      {"LC_TIME, CHARSET_DATABASE", {7, 1, 0, 8, 2, 0}},
      {"TABLE_MAP_FOR_UPDATE, MASTER_DATA", {9, 1, 2, 3, 4, 5, 6, 7, 8, 10, 1, 2, 3, 4}},
      {"INVOKER", {11, 2, 'm', 'e', 1, '%'}},
      {"MICROSECONDS, EXPLICIT_DEFAULTS, DDL_XID", {13, 1, 2, 3, 16, 1, 17, 1, 2, 3, 4, 5, 6, 7, 8}},
      {"UTF8MB4, REQUIRE_PK, ENCRYPTION", {18, 255, 0, 19, 1, 20, 1}},
      {"MariaDB", {128, 1, 2, 3, 129, 1, 2, 3, 4, 5, 6, 7, 8}},
  };
  for (const Case& c : cases) {
    const ByteWriter body = query_body("BEGIN", "db", ByteWriter(c.before).bytes(charset));
    const auto query = decode_query(current_format(), body);
    ASSERT_TRUE(query) << c.what;
    EXPECT_EQ(query->client_collation, 33) << c.what;
    EXPECT_EQ(query->text, "BEGIN") << c.what;
  }
}

TEST(Query, KnowsTheServersBeginByItsLengths) {
  const ByteWriter status{4, 33, 0, 45, 0, 8, 0};
  const ByteWriter begin = query_body("BEGIN", "shop", status);
  EXPECT_TRUE(is_begin(current_format(), begin));
  EXPECT_TRUE(is_begin(current_format(), query_body("BEGIN")));
  for (std::size_t n = 0; n < begin.get().size(); ++n)
    EXPECT_FALSE(is_begin(current_format(), exact_prefix(begin, n))) << n;
  EXPECT_FALSE(is_begin(current_format(), ByteWriter(begin).u8(' ')));
  for (const char* text : {"BEGIN ", "begin", "XBEGIN", "COMMIT", ""}) {
    EXPECT_FALSE(is_begin(current_format(), query_body(text, "shop", status))) << text;
  }
  // The database's name ends as the statement does.
  EXPECT_FALSE(
      is_begin(current_format(), ByteWriter().u32(7).u32(3).u8(10).u16(0).u16(0).text("shop").u8(0).text("BEGIN")));
  FormatDescription old = current_format(); // of another post-header only the long way is right
  old.post_header_lengths[static_cast<std::size_t>(EventType::query) - 1] = 11;
  EXPECT_FALSE(is_begin(old, begin));
}

TEST(Query, StopsAtAStatusVariableThatItDoesNotKnow) {
  const ByteWriter body = query_body("BEGIN", "db", {99, 4, 33, 0});
  const auto query = decode_query(current_format(), body);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->client_collation, 0);
  EXPECT_EQ(query->text, "BEGIN");
}

TEST(Query, FailsWhenStatusVariablesAreCutShort) {
  for (const ByteWriter& status : {ByteWriter{4, 33}, ByteWriter{6, 9, 's'}, ByteWriter{1, 0}, ByteWriter{2, 3, 's'}}) {
    EXPECT_FALSE(decode_query(current_format(), query_body("BEGIN", "db", status)));
  }
}

TEST(Query, FailsOnEveryPrefixBeforeTheText) {
  const ByteWriter body = query_body("BEGIN", "shop", {4, 33, 0, 45, 0, 8, 0});
  const std::size_t text_begin = body.size() - 5;
  for (std::size_t n = 0; n < text_begin; ++n) {
    EXPECT_FALSE(decode_query(current_format(), exact_prefix(body, n))) << n;
  }
  EXPECT_EQ(decode_query(current_format(), exact_prefix(body, text_begin))->text, "");
}

TEST(Query, FailsWithoutTheDatabasesTerminator) {
  EXPECT_FALSE(decode_query(current_format(), ByteWriter().u32(7).u32(0).u8(2).u16(0).u16(0).text("dbxBEGIN")));
}

TEST(Query, SkipsALongerPostHeader) {
  FormatDescription format = current_format();
  format.post_header_lengths[1] = 15;
  const ByteWriter body = ByteWriter().u32(7).u32(0).u8(2).u16(0).u16(0).u16(0xffff).text("db").u8(0).text("BEGIN");
  const auto query = decode_query(format, body);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->database, "db");
}

} // namespace
} // namespace rowferry::binlog
