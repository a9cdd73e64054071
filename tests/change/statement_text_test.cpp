#include "change/statement_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowferry {
namespace {

struct Case {
  const char* what;
  std::string_view text;
  std::uint16_t collation;
  std::string_view utf8;
};

TEST(StatementText, IsConvertedFromTheClientsCharacterSet) {
  const Case cases[] = {
      {"latin1",
       "TRUNCATE gr\xf6\xdf"
       "e",
       8, "TRUNCATE größe"},
      {"gbk, a back-tick as second byte", "TRUNCATE `\x81\x60`", 28, "TRUNCATE `乣`"},
      {"sjis, a backslash as second byte", "TRUNCATE `\x95\x5c`", 13, "TRUNCATE `表`"},
      {"utf8mb4 stays", "TRUNCATE größe", 255, "TRUNCATE größe"},
      {"ASCII stays", "TRUNCATE t", 8, "TRUNCATE t"},
      {"not in the event", "TRUNCATE \xf6", 0, "TRUNCATE \xf6"},
      {"an unknown collation", "TRUNCATE \xf6", 9999, "TRUNCATE \xf6"},
      {"no text of the set", "TRUNCATE `\x81", 28, "TRUNCATE `\x81"},
  };
  StatementText text;
  for (const Case& c : cases) {
    binlog::QueryEvent query;
    query.text = c.text;
    query.client_collation = c.collation;
    EXPECT_EQ(text.in_utf8(query, ServerFlavor::mysql), c.utf8) << c.what;
  }
}

} // namespace
} // namespace rowferry
