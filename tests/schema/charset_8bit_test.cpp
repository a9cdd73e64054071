#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "schema/charset_text.hpp"

namespace rowferry {
namespace {

using test::utf8_of;

TEST(EightBitCharset, Latin1IsWindows1252WithItsHolesFilled) {
  EXPECT_EQ(utf8_of("latin1", "caf\xe9 \x80 \x81"), "café € \xc2\x81");
}

TEST(EightBitCharset, MapsEachSetAsTheServerDoes) {
  EXPECT_EQ(utf8_of("cp1251", "\xcf\xf0\xe8"), "При");
  EXPECT_EQ(utf8_of("koi8r", "\xf0\xd2\xc9"), "При");
  EXPECT_EQ(utf8_of("greek", "\xc1\xa1\xa2"), "Α\xca\xbd\xca\xbc");
  EXPECT_EQ(utf8_of("hebrew", "\xf9\xec\xe5\xed"), "שלום");
  EXPECT_EQ(utf8_of("latin2", "\xb1\xe6"), "ąć");
  EXPECT_EQ(utf8_of("cp850", "\x82\x9b"), "éø");
  EXPECT_EQ(utf8_of("tis620", "\xa1\x80"), "ก\xc2\x80");
  EXPECT_EQ(utf8_of("keybcs2", "\x88"), "ě");
}

TEST(EightBitCharset, Swe7ReplacesPunctuation) {
  EXPECT_EQ(utf8_of("swe7", "a[\\]{|}$"), "aÄÖÅäöå$");
  EXPECT_EQ(utf8_of("swe7", "\x7f"), "invalid");
  EXPECT_EQ(utf8_of("swe7", "\xe9"), "invalid");
}

TEST(EightBitCharset, RefusesBytesWithoutACharacter) {
  EXPECT_EQ(utf8_of("cp1250", "\x81"), "invalid");
  EXPECT_EQ(utf8_of("hebrew", "abcdefghij\xff"), "invalid");
}

TEST(EightBitCharset, KeepsAsciiAndZeroBytes) {
  const std::string text("0123456789abcdef\0\x7f~", 19);
  EXPECT_EQ(utf8_of("latin1", text), text);
  EXPECT_EQ(utf8_of("latin1", text + "\xe9" + text), text + "é" + text);
  EXPECT_EQ(utf8_of("latin1", ""), "");
}

} // namespace
} // namespace rowferry
