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

// MySQL and MariaDB print '?' for these bytes under this collation, U+0080 to U+009F under the others of latin2.
TEST(EightBitCharset, Latin2CzechCsLacksTheControls) {
  EXPECT_EQ(utf8_of("latin2", "\xb1\x8b"), "ą\xc2\x8b");
  EXPECT_EQ(utf8_of("latin2_czech_cs", "\xb1\xa0\xff"), "ą\xc2\xa0\xcb\x99");
  EXPECT_EQ(utf8_of("latin2_czech_cs", "\xb1\x80"), "invalid");
  EXPECT_EQ(utf8_of("latin2_czech_cs", "\x9f"), "invalid");
}

TEST(EightBitCharset, KeepsAsciiAndZeroBytes) {
  const std::string text("0123456789abcdef\0\x7f~", 19);
  EXPECT_EQ(utf8_of("latin1", text), text);
  EXPECT_EQ(utf8_of("latin1", text + "\xe9" + text), text + "é" + text);
  EXPECT_EQ(utf8_of("latin1", ""), "");
}

} // namespace
} // namespace rowferry
