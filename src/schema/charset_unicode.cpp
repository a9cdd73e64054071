#include "schema/charset_unicode.hpp"

#include <algorithm>
#include <rowferry/base/text.hpp>

#include "schema/charset_blocks.hpp"

namespace rowferry {
namespace {

constexpr char32_t kMaxCodePoint = 0x10ffff;

bool append_if_utf8(Output& out, Bytes bytes) {
  if (!is_utf8(as_text(bytes))) return false;
  out.append(as_text(bytes));
  return true;
}

} // namespace

bool Utf8Charset::append_utf8(Output& out, Bytes bytes) const {
  const auto needs_four = [](std::uint8_t byte) { return byte >= 0xf0; };
  if (planes_ == Planes::basic && std::any_of(bytes.begin(), bytes.end(), needs_four)) return false;
  return append_if_utf8(out, bytes);
}

bool AsciiCharset::append_utf8(Output& out, Bytes bytes) const {
  if (std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte >= 0x80; })) return false;
  out.append(as_text(bytes));
  return true;
}

bool BinaryCharset::append_utf8(Output& out, Bytes bytes) const { return append_if_utf8(out, bytes); }

bool Ucs2Charset::append_utf8(Output& out, Bytes bytes) const {
  if (bytes.size() % 2 != 0) return false;
  return append_characters(out, bytes, [](const std::uint8_t*& next, const std::uint8_t*, char*& p) {
    const auto c = static_cast<char32_t>(load_be<2>(next));
    if (is_surrogate(c)) return false;
    next += 2;
    p = write_utf8(p, c);
    return true;
  });
}

bool Utf16Charset::append_utf8(Output& out, Bytes bytes) const {
  if (bytes.size() % 2 != 0) return false;
  const auto unit = [order = order_](const std::uint8_t* at) {
    return static_cast<char32_t>(order == Order::big_endian ? load_be<2>(at) : load_le<2>(at));
  };
  return append_characters(out, bytes, [&](const std::uint8_t*& next, const std::uint8_t* end, char*& p) {
    char32_t c = unit(next);
    next += 2;
    if (is_surrogate(c)) {
      if (c >= 0xdc00 || next == end) return false;
      const char32_t low = unit(next);
      if (low < 0xdc00 || low > 0xdfff) return false;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      next += 2;
    }
    p = write_utf8(p, c);
    return true;
  });
}

bool Utf32Charset::append_utf8(Output& out, Bytes bytes) const {
  if (bytes.size() % 4 != 0) return false;
  return append_characters(out, bytes, [](const std::uint8_t*& next, const std::uint8_t*, char*& p) {
    const auto c = static_cast<char32_t>(load_be<4>(next));
    if (c > kMaxCodePoint || is_surrogate(c)) return false;
    next += 4;
    p = write_utf8(p, c);
    return true;
  });
}

} // namespace rowferry
