// Text encodings that more than one module writes: hex, base64, UUIDs, JSON strings, UTF-8 validity.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool is_utf8(std::string_view text) noexcept;

/// Standard alphabet, padded, one line.
void append_base64(Output& out, Bytes bytes);
/// Lower case.
void append_hex(Output& out, Bytes bytes);
std::string hex(Bytes bytes);
/// 36 characters in lower case at p; reads 16 bytes. Returns the end.
char* write_uuid(char* p, const std::uint8_t* bytes) noexcept;

/// `"text"` with `"`, `\`, `\b \f \n \r \t` and other control characters (`\u001f`) escaped and nothing else.
void append_json_string(Output& out, std::string_view text);
/// The same of bytes that ought to be UTF-8; false, and nothing appended, when they are not.
bool append_checked_json_string(Output& out, std::string_view text);
/// The same at p, with room for json_string_room(); the end, or null.
inline char* write_checked_json_string(char* p, std::string_view text) noexcept;
/// Six characters a byte ("\u001f"), quotes, and what a store of eight bytes writes too much.
constexpr std::size_t json_string_room(std::size_t size) noexcept { return 6 * size + 8; }
std::string json_string(std::string_view text);

namespace detail {
/// What stands between the quotes; null for a text that is not ASCII. Settled before main() by what the processor can.
using JsonWriter = char* (*)(char* p, const char* text, std::size_t size) noexcept;
extern JsonWriter write_ascii;
/// The same of UTF-8; null for what is none.
char* write_utf8(char* p, std::string_view text) noexcept;
} // namespace detail

inline char* write_checked_json_string(char* p, std::string_view text) noexcept {
  *p++ = '"';
  char* end = detail::write_ascii(p, text.data(), text.size());
  if (end == nullptr) [[unlikely]]
    end = detail::write_utf8(p, text);
  if (end == nullptr) [[unlikely]]
    return nullptr;
  *end = '"';
  return end + 1;
}

/// Levenshtein distance, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word` when it is near enough to be a typing error, else empty.
template <class Range>
std::string_view nearest(std::string_view word, const Range& candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() / 2 + 1;
  for (std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

} // namespace rowferry
