#include <gtest/gtest.h>

#include <rowferry/schema/table_name.hpp>
#include <utility>

namespace rowferry {
namespace {

TEST(TableName, FoldsAsTheServerDoes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"Orders_2$", "orders_2$"}, {"ÄÖÜß", "äöüß"}, {"ÀÞ×÷", "àþ×÷"}, {"ŁŹž", "łźž"},
      {"ΑΩΆΏς", "αωάώς"},         {"ЖЁЯ", "жёя"},   {"ԱՖ", "աֆ"},     {"漢字", "漢字"},
      {"ＡＺ", "ａｚ"},           {"Ÿ", "ÿ"},       {"🚀A", "🚀a"},     {"", ""},
  };
  for (const auto& [name, folded] : cases) EXPECT_EQ(lower_case_name(name), folded);
}

TEST(TableName, KeepsWhatIsNoUtf8) {
  EXPECT_EQ(lower_case_name("A\xc3"), "a\xc3");
  EXPECT_EQ(lower_case_name("\xe2\x82"
                            "B"),
            "\xe2\x82"
            "b");
  EXPECT_EQ(lower_case_name("\xe0\x80\x80Q"), "\xe0\x80\x80q");
}

} // namespace
} // namespace rowferry
