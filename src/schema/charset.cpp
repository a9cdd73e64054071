// The registry of all character sets.
#include <rowferry/schema/charset.hpp>

#include <array>

#include "schema/charset_8bit.hpp"
#include "schema/charset_multibyte.hpp"
#include "schema/charset_unicode.hpp"

namespace rowferry {
namespace {

namespace tables = charset_tables;

constinit const Utf8Charset kUtf8mb4("utf8mb4", Utf8Charset::Planes::all);
constinit const Utf8Charset kUtf8mb3("utf8mb3", Utf8Charset::Planes::basic);
constinit const AsciiCharset kAscii;
constinit const BinaryCharset kBinary;
constinit const Ucs2Charset kUcs2;
constinit const Utf16Charset kUtf16("utf16", Utf16Charset::Order::big_endian);
constinit const Utf16Charset kUtf16le("utf16le", Utf16Charset::Order::little_endian);
constinit const Utf32Charset kUtf32;

constinit const TableCharset kArmscii8("armscii8", tables::kArmscii8);
constinit const TableCharset kCp1250("cp1250", tables::kCp1250);
constinit const TableCharset kCp1251("cp1251", tables::kCp1251);
constinit const TableCharset kCp1256("cp1256", tables::kCp1256);
constinit const TableCharset kCp1257("cp1257", tables::kCp1257);
constinit const TableCharset kCp850("cp850", tables::kCp850);
constinit const TableCharset kCp852("cp852", tables::kCp852);
constinit const TableCharset kCp866("cp866", tables::kCp866);
constinit const TableCharset kDec8("dec8", tables::kDec8);
constinit const TableCharset kGeostd8("geostd8", tables::kGeostd8);
constinit const TableCharset kGreek("greek", tables::kGreek);
constinit const TableCharset kHebrew("hebrew", tables::kHebrew);
constinit const TableCharset kHp8("hp8", tables::kHp8);
constinit const TableCharset kKeybcs2("keybcs2", tables::kKeybcs2);
constinit const TableCharset kKoi8r("koi8r", tables::kKoi8r);
constinit const TableCharset kKoi8u("koi8u", tables::kKoi8u);
constinit const TableCharset kLatin1("latin1", tables::kLatin1);
constinit const TableCharset kLatin2("latin2", tables::kLatin2);
/// The one collation that converts other than its character set: 0x80 to 0x9f are no characters.
constinit const TableCharset kLatin2Czech("latin2_czech_cs", tables::kLatin2, TableCharset::Half::high, 0xa0);
constinit const TableCharset kLatin5("latin5", tables::kLatin5);
constinit const TableCharset kLatin7("latin7", tables::kLatin7);
constinit const TableCharset kMacce("macce", tables::kMacce);
constinit const TableCharset kMacroman("macroman", tables::kMacroman);
constinit const TableCharset kSwe7("swe7", tables::kSwe7, TableCharset::Half::low);
constinit const TableCharset kTis620("tis620", tables::kTis620);

using Singles = DoubleByteCharset::Singles;
constinit const DoubleByteCharset kBig5("big5", big5_table);
constinit const DoubleByteCharset kGb2312("gb2312", gb2312_table);
constinit const DoubleByteCharset kGbk("gbk", gbk_table);
constinit const DoubleByteCharset kEuckr("euckr", euckr_table);
constinit const DoubleByteCharset kSjis("sjis", sjis_table, Singles::katakana);
constinit const DoubleByteCharset kCp932("cp932", cp932_table, Singles::katakana);
constinit const EucJapaneseCharset kUjis("ujis", ujis_table, ujis_supplement);
constinit const EucJapaneseCharset kEucjpms("eucjpms", eucjpms_table, eucjpms_supplement);
constinit const Gb18030Charset kGb18030;

constexpr std::array<const Charset*, 42> kCharsets{
    &kUtf8mb4, &kUtf8mb3, &kAscii,    &kBinary,  &kUcs2,    &kUtf16,      &kUtf16le, &kUtf32,  &kArmscii8,
    &kCp1250,  &kCp1251,  &kCp1256,   &kCp1257,  &kCp850,   &kCp852,      &kCp866,   &kDec8,   &kGeostd8,
    &kGreek,   &kHebrew,  &kHp8,      &kKeybcs2, &kKoi8r,   &kKoi8u,      &kLatin1,  &kLatin2, &kLatin5,
    &kLatin7,  &kMacce,   &kMacroman, &kSwe7,    &kTis620,  &kBig5,       &kGb2312,  &kGbk,    &kEuckr,
    &kSjis,    &kCp932,   &kUjis,     &kEucjpms, &kGb18030, &kLatin2Czech};

} // namespace

const Charset* find_charset(std::string_view name) noexcept {
  if (name == "utf8") return &kUtf8mb3;
  for (const Charset* charset : kCharsets) {
    if (charset->name() == name) return charset;
  }
  return nullptr;
}

} // namespace rowferry
