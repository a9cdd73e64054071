#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "schema/charset_text.hpp"

namespace rowferry {
namespace {

using test::utf8_of;

struct Case {
  const char* charset;
  std::string_view bytes;
  const char* text;
};

class MultiByteCharset : public testing::TestWithParam<Case> {};

TEST_P(MultiByteCharset, ConvertsAsTheServer) {
  EXPECT_EQ(utf8_of(GetParam().charset, GetParam().bytes), GetParam().text);
}

TEST_P(MultiByteCharset, RefusesACharacterCutShort) {
  std::string_view bytes = GetParam().bytes;
  bytes.remove_suffix(1);
  EXPECT_EQ(utf8_of(GetParam().charset, bytes), "invalid");
}

INSTANTIATE_TEST_SUITE_P(
    Texts, MultiByteCharset, // each ends with a character of several bytes
    testing::Values(Case{"big5", "a\xa4\xa4\xa4\xe5", "a中文"}, Case{"gb2312", "a\xd6\xd0\xce\xc4", "a中文"},
                    Case{"gbk", "a\xd6\xd0\x81\x40", "a中丂"}, Case{"euckr", "a\xc7\xd1\x81\x41", "a한갂"},
                    Case{"sjis", "a\x5c\xb1\x93\xfa\x96\x7b", "a\\ｱ日本"}, Case{"cp932", "\x87\x40\x81\x60", "①～"},
                    Case{"sjis", "\x81\x5f\x81\x60", "\\〜"}, Case{"ujis", "a\x8e\xb1\xc6\xfc\x8f\xb0\xa1", "aｱ日丂"},
                    Case{"eucjpms", "\xad\xa1\xa1\xc1", "①～"}, Case{"gb18030", "a\xd6\xd0\xa2\xe3", "a中€"},
                    Case{"gb18030", "\x81\x30\x81\x30\x94\x39\xda\x33", "\xc2\x80💩"},
                    Case{"gb18030", "\xe3\x32\x9a\x35", "\xf4\x8f\xbf\xbf"}));

TEST(MultiByteCharset, RefusesCodesWithoutACharacter) {
  for (const auto& [charset, bytes] : {std::pair{"big5", "\xa3\xfe"},
                                       {"gbk", "\xff\xff"},
                                       {"gb2312", "\x81\x40"},
                                       {"sjis", "\x87\x40"},
                                       {"cp932", "\x80"},
                                       {"euckr", "\x80\x80"},
                                       {"ujis", "\xad\xa1"},
                                       {"eucjpms", "\x8f\x20\x20"},
                                       {"gb18030", "\xe3\x32\x9a\x36"},
                                       {"gb18030", "\x84\x31\xa4\x40"},
                                       {"gb18030", "\x80\x30\x81\x30"}}) {
    EXPECT_EQ(utf8_of(charset, bytes), "invalid") << charset;
  }
}

} // namespace
} // namespace rowferry
