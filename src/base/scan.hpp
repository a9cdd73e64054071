// Whether a block of text is ASCII: 16 bytes at a time where SSE2 is there, 8 elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rowferry {

#ifdef __SSE2__

inline constexpr std::size_t kScanBytes = 16;

inline bool is_ascii_block(const char* p) noexcept {
  return _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))) == 0;
}

#else

inline constexpr std::size_t kScanBytes = 8;

inline bool is_ascii_block(const char* p) noexcept {
  std::uint64_t block = 0;
  std::memcpy(&block, p, sizeof block);
  return (block & 0x8080808080808080U) == 0;
}

#endif

} // namespace rowferry
