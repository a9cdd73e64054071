#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "schema/charset_text.hpp"

namespace rowferry {
namespace {

using test::utf8_of;
using namespace std::string_view_literals;

TEST(UnicodeCharset, Utf8PassesUnchanged) {
  EXPECT_EQ(utf8_of("utf8mb4", "aé€😀\0"sv), "aé€😀\0"sv);
  EXPECT_EQ(utf8_of("utf8mb3", "aé€"), "aé€");
  EXPECT_EQ(utf8_of("utf8", "aé€"), "aé€");
  EXPECT_EQ(utf8_of("utf8mb4", ""), "");
  EXPECT_EQ(utf8_of("binary", "aé"), "aé");
}

TEST(UnicodeCharset, RefusesWhatIsNotUtf8) {
  for (const char* text : {"\x80", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xff"}) {
    EXPECT_EQ(utf8_of("utf8mb4", text), "invalid");
    EXPECT_EQ(utf8_of("binary", text), "invalid");
  }
  EXPECT_EQ(utf8_of("utf8mb3", "😀"), "invalid");
}

TEST(UnicodeCharset, AsciiHasSevenBits) {
  EXPECT_EQ(utf8_of("ascii", "a\x7f"), "a\x7f");
  EXPECT_EQ(utf8_of("ascii", "é"), "invalid");
}

TEST(UnicodeCharset, Utf16IsBigEndianWithSurrogates) {
  EXPECT_EQ(utf8_of("utf16", "\0a\0\xe9\x20\xac\xd8\x3d\xde\0"sv), "aé€😀");
  EXPECT_EQ(utf8_of("utf16le", "a\0\xe9\0\xac\x20\x3d\xd8\0\xde"sv), "aé€😀");
  EXPECT_EQ(utf8_of("utf16", "\xdb\xff\xdf\xff"), "\xf4\x8f\xbf\xbf");
  EXPECT_EQ(utf8_of("utf16", "\xd8\x3d"), "invalid");
  EXPECT_EQ(utf8_of("utf16", "\xd8\x3d\0a"sv), "invalid");
  EXPECT_EQ(utf8_of("utf16", "\xde\0"sv), "invalid");
  EXPECT_EQ(utf8_of("utf16", "\0"sv), "invalid");
  EXPECT_EQ(utf8_of("utf16le", "a\0b"sv), "invalid");
}

TEST(UnicodeCharset, Ucs2HasNoSurrogates) {
  EXPECT_EQ(utf8_of("ucs2", "\0a\x20\xac\xff\xff"sv), "a€\xef\xbf\xbf");
  EXPECT_EQ(utf8_of("ucs2", "\xd8\x3d\xde\0"sv), "invalid");
  EXPECT_EQ(utf8_of("ucs2", "\0a\0"sv), "invalid");
}

TEST(UnicodeCharset, Utf32EndsWithTheLastPlane) {
  EXPECT_EQ(utf8_of("utf32", "\0\0\0a\0\1\xf6\0"sv), "a😀");
  EXPECT_EQ(utf8_of("utf32", "\0\x10\xff\xff"sv), "\xf4\x8f\xbf\xbf");
  EXPECT_EQ(utf8_of("utf32", "\0\x11\0\0"sv), "invalid");
  EXPECT_EQ(utf8_of("utf32", "\0\0\xd8\0"sv), "invalid");
  EXPECT_EQ(utf8_of("utf32", "\0\0\0"sv), "invalid");
}

TEST(UnicodeCharset, ConvertsValuesLargerThanABlock) {
  std::string utf16, utf8;
  for (int i = 0; i < 10'000; ++i) {
    utf16.append("\xd8\x3d\xde\0"sv);
    utf8.append("😀");
  }
  EXPECT_EQ(utf8_of("utf16", utf16), utf8);
}

} // namespace
} // namespace rowferry
