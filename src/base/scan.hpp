// How many leading bytes of a text need no attention: 16 at a time where SSE2 is there, 8 elsewhere.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rowferry {

/// True for a byte that a JSON string holds as it is, at any place.
constexpr bool is_plain_in_json(std::uint8_t byte) noexcept { return byte >= 0x20 && byte != '"' && byte != '\\'; }

#ifdef __SSE2__

inline constexpr std::size_t kScanBytes = 16;

inline __m128i load_block(const char* p) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

/// Index within the block at p of the first byte that a JSON string escapes; kScanBytes when there is none.
inline std::size_t find_escape_in_block(const char* p) noexcept {
  const __m128i block = load_block(p);
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  const int mask = _mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash)));
  return static_cast<std::size_t>(std::countr_zero(static_cast<std::uint32_t>(mask) | 0x10000U));
}

inline bool is_ascii_block(const char* p) noexcept { return _mm_movemask_epi8(load_block(p)) == 0; }

#else

inline constexpr std::size_t kScanBytes = 8;

inline std::uint64_t load_block(const char* p) noexcept {
  std::uint64_t block = 0;
  std::memcpy(&block, p, sizeof block);
  return block;
}

inline std::size_t find_escape_in_block(const char* p) noexcept {
  std::size_t i = 0;
  while (i < kScanBytes && is_plain_in_json(static_cast<std::uint8_t>(p[i]))) ++i;
  return i;
}

inline bool is_ascii_block(const char* p) noexcept { return (load_block(p) & 0x8080808080808080U) == 0; }

#endif

} // namespace rowferry
