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
std::string json_string(std::string_view text);

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

}  // namespace rowferry
