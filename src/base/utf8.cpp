#include <rowferry/base/text.hpp>

#include "base/scan.hpp"

namespace rowferry {
namespace {

bool is_continuation(std::uint8_t byte) noexcept { return (byte & 0xc0) == 0x80; }

/// Length of the well-formed character of two bytes or more at p, 0 when there is none (Unicode, table 3-7).
std::size_t multibyte_length(const std::uint8_t* p, std::size_t left) noexcept {
  const std::uint8_t lead = p[0];
  if (lead >= 0xc2 && lead <= 0xdf) return left >= 2 && is_continuation(p[1]) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    if (left < 3 || !is_continuation(p[1]) || !is_continuation(p[2])) return 0;
    if (lead == 0xe0 && p[1] < 0xa0) return 0;  // overlong
    if (lead == 0xed && p[1] >= 0xa0) return 0; // surrogate
    return 3;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if (left < 4 || !is_continuation(p[1]) || !is_continuation(p[2]) || !is_continuation(p[3])) return 0;
    if (lead == 0xf0 && p[1] < 0x90) return 0;  // overlong
    if (lead == 0xf4 && p[1] >= 0x90) return 0; // beyond U+10FFFF
    return 4;
  }
  return 0;
}

template <class Word>
bool has_high_byte(const char* p) noexcept {
  Word word = 0;
  std::memcpy(&word, p, sizeof word);
  return (word & static_cast<Word>(0x8080808080808080U)) != 0;
}

/// Of fewer bytes than a block, as two parts that overlap.
bool is_short_ascii(const char* p, std::size_t size) noexcept {
  if (size >= 8) return !has_high_byte<std::uint64_t>(p) && !has_high_byte<std::uint64_t>(p + size - 8);
  if (size >= 4) return !has_high_byte<std::uint32_t>(p) && !has_high_byte<std::uint32_t>(p + size - 4);
  for (std::size_t i = 0; i < size; ++i) {
    if (static_cast<std::uint8_t>(p[i]) >= 0x80) return false;
  }
  return true;
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const auto left = static_cast<std::size_t>(end - p);
    if (left >= kScanBytes) {
      if (is_ascii_block(p)) {
        p += kScanBytes;
        continue;
      }
    } else if (is_short_ascii(p, left)) {
      return true;
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(p);
    if (*bytes < 0x80) {
      ++p;
      continue;
    }
    const std::size_t length = multibyte_length(bytes, left);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

} // namespace rowferry
