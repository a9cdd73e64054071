#include <algorithm>
#include <rowferry/base/text.hpp>

#include "base/scan.hpp"

namespace rowferry {
namespace {

constexpr std::size_t kMaxEscapeChars = 6; // "\u001f"

/// Copies the longest prefix of [p, end) that needs no escape to `to`, which has room for all of it and a block more.
/// Moves p behind what was copied and returns the end of the copy.
char* copy_plain(char* to, const char*& p, const char* end) noexcept {
  while (static_cast<std::size_t>(end - p) >= kScanBytes) {
    std::memcpy(to, p, kScanBytes); // of which only what comes before an escape counts
    const std::size_t plain = find_escape_in_block(p);
    if (plain != kScanBytes) {
      p += plain;
      return to + plain;
    }
    to += kScanBytes; // a constant: the next block need not wait for this one's scan
    p += kScanBytes;
  }
  while (p != end && is_plain_in_json(static_cast<std::uint8_t>(*p))) *to++ = *p++;
  return to;
}

char* write_escape(char* p, char c) noexcept {
  *p++ = '\\';
  switch (c) {
    case '"':
      *p++ = '"';
      return p;
    case '\\':
      *p++ = '\\';
      return p;
    case '\b':
      *p++ = 'b';
      return p;
    case '\f':
      *p++ = 'f';
      return p;
    case '\n':
      *p++ = 'n';
      return p;
    case '\r':
      *p++ = 'r';
      return p;
    case '\t':
      *p++ = 't';
      return p;
    default: {
      const auto byte = static_cast<unsigned>(c); // below 0x20
      std::memcpy(p, "u00", 3);
      p[3] = static_cast<char>('0' + (byte >> 4));
      p[4] = "0123456789abcdef"[byte & 0xf];
      return p + 5;
    }
  }
}

} // namespace

void append_json_string(Output& out, std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  out.push('"');
  for (;;) {
    char* to = out.ensure(static_cast<std::size_t>(end - p) + kScanBytes + kMaxEscapeChars);
    to = copy_plain(to, p, end);
    if (p == end) {
      *to++ = '"';
      out.advance(to);
      return;
    }
    out.advance(write_escape(to, *p++));
  }
}

std::string json_string(std::string_view text) {
  OutputUsage usage;
  Output out(usage, text.size() + 64);
  append_json_string(out, text);
  return std::string(out.record());
}

} // namespace rowferry
