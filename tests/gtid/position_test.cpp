#include <gtest/gtest.h>

#include <compare>

#include <rowferry/gtid/position.hpp>

namespace rowferry {
namespace {

TEST(BinlogFiles, SortByNumber) {
  const char* const ascending[] = {"bin",
                                   "index",
                                   "bin.1",
                                   "bin.000002",
                                   "bin.10",
                                   "bin.999999",
                                   "bin.1000000",
                                   "bin.99999999999999999999998",
                                   "bin.99999999999999999999999"};
  for (const char* const& a : ascending) {
    for (const char* const& b : ascending) {
      EXPECT_EQ(compare_binlog_files(a, b), &a <=> &b) << a << " and " << b;
    }
  }
}

TEST(BinlogFiles, EqualOnlyWhenTheSame) {
  EXPECT_NE(compare_binlog_files("bin.1", "bin.01"), std::strong_ordering::equal);
  EXPECT_NE(compare_binlog_files("a.1", "b.1"), std::strong_ordering::equal);
  EXPECT_EQ(compare_binlog_files("host.example.000007", "host.example.000007"), std::strong_ordering::equal);
}

TEST(FileOffset, ComparesFileThenOffset) {
  EXPECT_EQ(compare({"bin.000002", 500}, {"bin.000010", 4}), std::strong_ordering::less);
  EXPECT_EQ(compare({"bin.000002", 4}, {"bin.000002", 500}), std::strong_ordering::less);
  EXPECT_EQ(compare({"bin.000002", 4}, {"bin.000002", 4}), std::strong_ordering::equal);
  EXPECT_EQ((FileOffset{"bin.000002", 5'000'000'000}.text()), "bin.000002:5000000000");
}

} // namespace
} // namespace rowferry
