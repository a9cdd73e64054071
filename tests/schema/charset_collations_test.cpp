#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <rowferry/schema/charset.hpp>
#include <string>

namespace rowferry {
namespace {

std::string name_of(std::uint32_t collation, ServerFlavor flavor) {
  const Charset* charset = charset_of_collation(collation, flavor);
  return charset == nullptr ? "none" : std::string(charset->name());
}

struct Case {
  std::uint32_t collation;
  const char* mysql;
  const char* mariadb;
};

class Collation : public testing::TestWithParam<Case> {};

TEST_P(Collation, BelongsToACharset) {
  EXPECT_EQ(name_of(GetParam().collation, ServerFlavor::mysql), GetParam().mysql);
  EXPECT_EQ(name_of(GetParam().collation, ServerFlavor::mariadb), GetParam().mariadb);
}

INSTANTIATE_TEST_SUITE_P(
    Ids, Collation,
    testing::Values(Case{0, "none", "none"}, Case{2, "latin2_czech_cs", "latin2_czech_cs"}, Case{8, "latin1", "latin1"},
                    Case{17, "none", "none"}, Case{33, "utf8mb3", "utf8mb3"}, Case{45, "utf8mb4", "utf8mb4"},
                    Case{63, "binary", "binary"}, Case{76, "utf8mb3", "utf8mb3"}, Case{101, "utf16", "utf16"},
                    Case{215, "utf8mb3", "utf8mb3"}, Case{247, "utf8mb4", "utf8mb4"}, Case{255, "utf8mb4", "utf8mb4"},
                    Case{323, "utf8mb4", "utf8mb4"}, Case{324, "none", "none"}, Case{576, "none", "utf8mb3"},
                    Case{579, "none", "utf8mb3"}, Case{611, "none", "utf8mb4"}, Case{1635, "none", "utf8mb4"},
                    Case{612, "none", "none"},
                    // MySQL leaves 1024 to 2047 to collations that users define
                    Case{1032, "none", "latin1"}, Case{1070, "none", "utf8mb4"}, Case{2048, "none", "utf8mb3"},
                    Case{2304, "none", "utf8mb4"}, Case{2560, "none", "ucs2"}, Case{2816, "none", "utf16"},
                    Case{3072, "none", "utf32"}, Case{3271, "none", "utf32"}, Case{3328, "none", "none"},
                    Case{0xffffffff, "none", "none"}));

// `first last charset` of every run of ids, as MariaDB 10.11 lists them; tests/e2e/test_mariadb_types.py asks the
// server of today.
TEST(Charset, OfEveryCollationOfMariadb) {
  std::ifstream in(std::filesystem::path(ROWFERRY_TESTDATA) / "collations" / "mariadb-10.11.txt");
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::string charset;
  int collations = 0;
  while (in >> first >> last >> charset) {
    for (std::uint32_t id = first; id <= last; ++id, ++collations) {
      const bool czech = id == 2; // the one collation with a table of its own
      EXPECT_EQ(name_of(id, ServerFlavor::mariadb), czech ? "latin2_czech_cs" : charset) << id;
    }
  }
  EXPECT_EQ(collations, 1242);
}

TEST(Charset, IsFoundByName) {
  EXPECT_EQ(find_charset("latin1"), charset_of_collation(8));
  EXPECT_EQ(find_charset("utf8"), find_charset("utf8mb3"));
  EXPECT_TRUE(find_charset("binary")->is_binary());
  EXPECT_TRUE(find_charset("utf8mb4")->is_utf8());
  EXPECT_FALSE(find_charset("ascii")->is_utf8()); // MariaDB stores any byte there
  EXPECT_FALSE(find_charset("latin1")->is_utf8());
  EXPECT_EQ(find_charset("LATIN1"), nullptr);
  EXPECT_EQ(find_charset(""), nullptr);
}

} // namespace
} // namespace rowferry
