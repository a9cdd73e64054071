// Blocks of text, copied and searched for the bytes that a JSON string cannot hold as they are: 16 bytes at a time
// where SSE2 is there, 32 on processors with AVX2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <immintrin.h>
#define ROWFERRY_AVX2 1
#endif

namespace rowferry {

/// Whether bytes beyond ASCII are special, too.
enum class HighBytes : bool { special, plain };

#ifdef __SSE2__
/// Each one byte over and over. Defined where the compiler does not see their values: it would put them together in
/// registers, three instructions each, where an operand in memory costs none.
struct alignas(32) JsonConstants {
  std::uint8_t flip[32];      ///< 0xfd. Flipped, `"` is the next above the control characters, as signed bytes…
  std::uint8_t below[32];     ///< 0xde: …greater than this, and so are the bytes beyond ASCII…
  std::uint8_t unsigned_[32]; ///< 0xdf: …but as unsigned bytes they are less
  std::uint8_t backslash[32];
};
extern const JsonConstants kJsonConstants;
#endif

/// Each function returns one bit for each special byte, that of the first byte the lowest.
template <HighBytes high>
struct Blocks16 {
  static constexpr std::size_t kSize = 16;

#ifdef __SSE2__
  static unsigned copy(char* to, const char* from) noexcept {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
    return special(block);
  }
  /// Of fewer bytes than a block, as parts that overlap.
  static unsigned copy_less(char* to, const char* from, std::size_t size) noexcept {
    if (size >= 8) {
      const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
      const __m128i last = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + size - 8));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(to), first);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(to + size - 8), last);
      return joined<8>(special(_mm_unpacklo_epi64(first, last)), size);
    }
    if (size >= 4) {
      const int first = load4(from);
      const int last = load4(from + size - 4);
      std::memcpy(to, &first, 4);
      std::memcpy(to + size - 4, &last, 4);
      return joined<4>(special(_mm_unpacklo_epi32(_mm_cvtsi32_si128(first), _mm_cvtsi32_si128(last))) & 0xff, size);
    }
    unsigned found = 0;
    for (std::size_t i = 0; i < size; ++i) {
      to[i] = from[i];
      found |= (special(_mm_cvtsi32_si128(static_cast<unsigned char>(from[i]))) & 1) << i;
    }
    return found;
  }

 private:
  static int load4(const char* from) noexcept {
    int word = 0;
    std::memcpy(&word, from, 4);
    return word;
  }
  /// The bits of the first n bytes and those of the last n of `size`.
  template <unsigned n>
  static unsigned joined(unsigned bits, std::size_t size) noexcept {
    return (bits & ((1U << n) - 1)) | bits >> n << (size - n);
  }
  static unsigned special(__m128i block) noexcept {
    const __m128i flipped = _mm_xor_si128(block, constant(kJsonConstants.flip));
    const __m128i below = high == HighBytes::special
                              ? _mm_cmpgt_epi8(flipped, constant(kJsonConstants.below))
                              : _mm_cmpeq_epi8(_mm_max_epu8(flipped, constant(kJsonConstants.unsigned_)), flipped);
    const __m128i backslash = _mm_cmpeq_epi8(block, constant(kJsonConstants.backslash));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(below, backslash)));
  }
  static __m128i constant(const std::uint8_t* bytes) noexcept {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(bytes));
  }
#else
  static unsigned copy(char* to, const char* from) noexcept { return copy_less(to, from, kSize); }
  static unsigned copy_less(char* to, const char* from, std::size_t size) noexcept {
    unsigned found = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto byte = static_cast<std::uint8_t>(from[i]);
      const bool special = byte < 0x20 || byte == '"' || byte == '\\' || (high == HighBytes::special && byte >= 0x80);
      to[i] = from[i];
      found |= (special ? 1U : 0U) << i;
    }
    return found;
  }
#endif
};

#ifdef ROWFERRY_AVX2

/// To be called where the processor has AVX2. No vector is passed, so callers of any kind agree on how to call.
template <HighBytes high>
struct Blocks32 {
  static constexpr std::size_t kSize = 32;

  [[gnu::target("avx2")]] static unsigned copy(char* to, const char* from) noexcept {
    const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), block);
    const __m256i flipped = _mm256_xor_si256(block, constant(kJsonConstants.flip));
    const __m256i below =
        high == HighBytes::special
            ? _mm256_cmpgt_epi8(flipped, constant(kJsonConstants.below))
            : _mm256_cmpeq_epi8(_mm256_max_epu8(flipped, constant(kJsonConstants.unsigned_)), flipped);
    const __m256i backslash = _mm256_cmpeq_epi8(block, constant(kJsonConstants.backslash));
    return static_cast<unsigned>(_mm256_movemask_epi8(_mm256_or_si256(below, backslash)));
  }
  [[gnu::target("avx2")]] static unsigned copy_less(char* to, const char* from, std::size_t size) noexcept {
    using Half = Blocks16<high>;
    if (size < Half::kSize) return Half::copy_less(to, from, size);
    const std::size_t rest = size - Half::kSize;
    const unsigned first = Half::copy(to, from);
    return first | Half::copy(to + rest, from + rest) << rest;
  }

 private:
  [[gnu::target("avx2")]] static __m256i constant(const std::uint8_t* bytes) noexcept {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
  }
};

#endif

} // namespace rowferry
