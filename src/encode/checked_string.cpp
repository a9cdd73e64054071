#include "encode/checked_string.hpp"

#include <bit>
#include <cstdint>
#include <rowferry/base/text.hpp>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rowferry {
namespace {

#ifdef __SSE2__

constexpr std::size_t kBlock = 16;

/// One bit for each byte that is not plain: a control character, a quote, a backslash, or beyond ASCII.
unsigned special_bytes(__m128i block) noexcept {
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  const __m128i escaped = _mm_or_si128(control, _mm_or_si128(quote, backslash));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(escaped, block)));
}

/// Copies 16 bytes and says where the first special one is, kBlock when there is none.
std::size_t copy_block(char* to, const char* from) noexcept {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
  return static_cast<std::size_t>(std::countr_zero(special_bytes(block) | 1U << kBlock));
}

/// 8 to 15 bytes, as two halves that overlap. False when any is special.
bool copy_half_blocks(char* to, const char* from, std::size_t size) noexcept {
  const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  const __m128i high = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + size - 8));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), low);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to + size - 8), high);
  return special_bytes(_mm_unpacklo_epi64(low, high)) == 0;
}

bool is_plain(char c) noexcept { return c >= 0x20 && c != '"' && c != '\\' && static_cast<unsigned char>(c) < 0x80; }

/// Copies plain bytes to `to` (room for the text rounded up to a block) and returns how many there are in front of the
/// first special one, or fewer.
std::size_t copy_plain(char* to, std::string_view text) noexcept {
  const char* from = text.data();
  const std::size_t size = text.size();
  if (size >= kBlock) {
    for (std::size_t i = 0; i + kBlock <= size; i += kBlock) {
      const std::size_t plain = copy_block(to + i, from + i);
      if (plain != kBlock) return i + plain;
    }
    const std::size_t last = size - kBlock; // the bytes in front of the tail are known to be plain
    return last + copy_block(to + last, from + last);
  }
  if (size >= 8) return copy_half_blocks(to, from, size) ? size : 0;
  std::size_t i = 0;
  for (; i < size && is_plain(from[i]); ++i) to[i] = from[i];
  return i;
}

#else

std::size_t copy_plain(char*, std::string_view) noexcept { return 0; }

#endif

} // namespace

bool append_checked_json_string(Output& out, std::string_view text) {
  const std::size_t start = out.size();
  char* p = out.ensure(text.size() + 2);
  *p++ = '"';
  const std::size_t plain = copy_plain(p, text);
  p += plain;
  if (plain == text.size()) {
    *p++ = '"';
    out.advance(p);
    return true;
  }
  const std::string_view rest = text.substr(plain);
  if (!is_utf8(rest)) {
    out.truncate(start);
    return false;
  }
  // append_json_string opens with a quote: it goes where the last plain byte is, which is then put back.
  const char last_plain = p[-1];
  out.advance(p - 1);
  append_json_string(out, rest);
  out.record_data()[start + plain] = last_plain;
  return true;
}

} // namespace rowferry
