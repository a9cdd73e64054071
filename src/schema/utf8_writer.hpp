// One code point to UTF-8.
#pragma once

#include <cstddef>

namespace rowferry {

inline constexpr std::size_t kMaxUtf8Bytes = 4;

/// Writes at p, room for kMaxUtf8Bytes is the caller's (3 below U+10000). `c` is a scalar value: at most U+10FFFF and
/// no surrogate. Returns the end.
inline char* write_utf8(char* p, char32_t c) noexcept {
  const auto tail = [](char32_t bits) { return static_cast<char>(0x80 | (bits & 0x3f)); };
  if (c < 0x80) {
    *p++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *p++ = static_cast<char>(0xc0 | c >> 6);
    *p++ = tail(c);
  } else if (c < 0x10000) {
    *p++ = static_cast<char>(0xe0 | c >> 12);
    *p++ = tail(c >> 6);
    *p++ = tail(c);
  } else {
    *p++ = static_cast<char>(0xf0 | c >> 18);
    *p++ = tail(c >> 12);
    *p++ = tail(c >> 6);
    *p++ = tail(c);
  }
  return p;
}

constexpr bool is_surrogate(char32_t c) noexcept { return c >= 0xd800 && c <= 0xdfff; }

} // namespace rowferry
