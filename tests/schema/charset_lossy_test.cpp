#include <gtest/gtest.h>

#include <memory>
#include <rowferry/schema/charset.hpp>
#include <string>

#include "binlog/builders.hpp"

namespace rowferry {
namespace {

using namespace std::string_literals;

std::string lossy(std::string_view charset, const std::string& bytes) {
  const auto exact = test::exact_prefix(as_bytes(bytes), bytes.size());
  OutputUsage usage;
  Output out(usage, 16);
  append_utf8_lossy(out, *find_charset(charset), exact);
  return std::string(out.record());
}

constexpr const char* kMark = "\xef\xbf\xbd";

TEST(LossyText, KeepsWhatIsText) {
  EXPECT_EQ(lossy("utf8mb4", "a\u00e9\u20ac\U0001f680"), "a\u00e9\u20ac\U0001f680");
  EXPECT_EQ(lossy("latin1", "g\xfc"), "g\u00fc");
  EXPECT_EQ(lossy("utf16", "\x00\x61\xd8\x3d\xde\x80"s), "a\U0001f680");
  EXPECT_EQ(lossy("utf32", "\x00\x00\x00\x61"s), "a");
  EXPECT_EQ(lossy("gb18030", "\x81\x30\x81\x30\x61"), "\u0080a") << "four bytes, of which two are no character";
  EXPECT_EQ(lossy("ujis", "\x8f\xb0\xa1\x61"), "\u4e02a");
  EXPECT_EQ(lossy("utf8mb4", ""), "");
}

TEST(LossyText, MarksWhatIsNone) {
  EXPECT_EQ(lossy("utf8mb4", "a\xff\xc3(b\xe2\x82"), "a"s + kMark + kMark + "(b" + kMark + kMark);
  EXPECT_EQ(lossy("utf8mb3", "a\xf0\x9f\x9a\x80"), "a"s + kMark + kMark + kMark + kMark) << "beyond its plane";
  EXPECT_EQ(lossy("ascii", "a\x80"), "a"s + kMark);
  EXPECT_EQ(lossy("utf16", "\xd8\x3d\x00\x61\x62"s), kMark + "a"s + kMark) << "half a pair, half a unit";
  EXPECT_EQ(lossy("utf32", "\x00\x11\x00\x00\x00\x00\x00\x61"s), kMark + "a"s);
  EXPECT_EQ(lossy("gbk", "\x81"), kMark);
}

} // namespace
} // namespace rowferry
