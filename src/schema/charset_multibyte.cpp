#include "schema/charset_multibyte.hpp"

#include <algorithm>

#include "schema/charset_blocks.hpp"

namespace rowferry {
namespace {

/// Consumes an ASCII byte where there is one.
bool take_ascii(const std::uint8_t*& next, char*& p) noexcept {
  if (*next >= 0x80) return false;
  *p++ = static_cast<char>(*next++);
  return true;
}

/// Consumes `size` bytes that mean `code_point`; 0 means nothing.
bool take(const std::uint8_t*& next, std::size_t size, char*& p, char32_t code_point) noexcept {
  if (code_point == 0) return false;
  next += size;
  p = write_utf8(p, code_point);
  return true;
}

bool has(const std::uint8_t* next, const std::uint8_t* end, std::ptrdiff_t size) noexcept { return end - next >= size; }

constexpr std::uint32_t kGb18030Supplementary = 189'000; // linear code of U+10000
constexpr char32_t kFirstSupplementary = 0x10000;
constexpr char32_t kMaxCodePoint = 0x10ffff;

/// The code point of a four-byte code, 0 when the bytes are none.
char32_t gb18030_four_bytes(const std::uint8_t* p) noexcept {
  const auto within = [](unsigned byte, unsigned low, unsigned high) { return byte >= low && byte <= high; };
  if (!within(p[0], 0x81, 0xfe) || !within(p[1], 0x30, 0x39) || !within(p[2], 0x81, 0xfe) ||
      !within(p[3], 0x30, 0x39)) {
    return 0;
  }
  const std::uint32_t linear = (p[0] - 0x81U) * 12'600 + (p[1] - 0x30U) * 1'260 + (p[2] - 0x81U) * 10 + (p[3] - 0x30U);
  if (linear >= kGb18030Supplementary) {
    const char32_t c = kFirstSupplementary + (linear - kGb18030Supplementary);
    return c <= kMaxCodePoint ? c : 0;
  }
  const auto ranges = charset_tables::kGb18030Ranges;
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), linear,
                       [](std::uint32_t code, const FourByteRange& range) { return code < range.linear; });
  const FourByteRange& range = *(after - 1); // the first one begins at 0
  return range.code_point == 0 ? 0 : range.code_point + (linear - range.linear);
}

} // namespace

bool DoubleByteCharset::append_utf8(Output& out, Bytes bytes) const {
  constexpr char32_t kKatakana = 0xff61;
  const CodeTable& table = table_();
  const bool katakana = singles_ == Singles::katakana;
  return append_characters(out, bytes, [&](const std::uint8_t*& next, const std::uint8_t* end, char*& p) {
    if (take_ascii(next, p)) return true;
    if (katakana && *next >= 0xa1 && *next <= 0xdf) return take(next, 1, p, kKatakana + (*next - 0xa1U));
    return has(next, end, 2) && take(next, 2, p, table.at(next[0], next[1]));
  });
}

bool EucJapaneseCharset::append_utf8(Output& out, Bytes bytes) const {
  constexpr std::uint8_t kSupplement = 0x8f;
  const CodeTable& table = table_();
  const CodeTable& supplement = supplement_();
  return append_characters(out, bytes, [&](const std::uint8_t*& next, const std::uint8_t* end, char*& p) {
    if (take_ascii(next, p)) return true;
    if (*next != kSupplement) return has(next, end, 2) && take(next, 2, p, table.at(next[0], next[1]));
    return has(next, end, 3) && next[1] >= 0x80 && take(next, 3, p, supplement.at(next[1], next[2]));
  });
}

bool Gb18030Charset::append_utf8(Output& out, Bytes bytes) const {
  const CodeTable& table = gb18030_table();
  return append_characters(out, bytes, [&](const std::uint8_t*& next, const std::uint8_t* end, char*& p) {
    if (take_ascii(next, p)) return true;
    if (!has(next, end, 2)) return false;
    if (next[1] < 0x30 || next[1] > 0x39) return take(next, 2, p, table.at(next[0], next[1]));
    return has(next, end, 4) && take(next, 4, p, gb18030_four_bytes(next));
  });
}

} // namespace rowferry
