// Bytes to JSON strings: looked at, escaped and copied in one pass, 16 at a time where SSE2 is there.
#include <bit>
#include <cstdint>
#include <cstring>
#include <rowferry/base/text.hpp>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rowferry {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kMaxEscapeChars = 6; // "\u001f"

bool is_escaped(std::uint8_t byte) noexcept { return byte < 0x20 || byte == '"' || byte == '\\'; }

/// Which bytes stop the copying: those that JSON escapes, and beyond ASCII until the text is known to be UTF-8.
class PlainBytes {
 public:
  void take_high_bytes() noexcept { high_ = 0; }
  [[nodiscard]] bool holds(std::uint8_t byte) const noexcept { return !is_escaped(byte) && (byte & high_) == 0; }

#ifdef __SSE2__
  /// Copies 16 bytes. One bit for each that is not plain, the first the lowest.
  [[nodiscard]] unsigned copy_block(char* to, const char* from) const noexcept {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
    return special(block);
  }
  /// Copies 4 to 15 bytes, as two parts that overlap. False when one is not plain.
  [[nodiscard]] bool copy_short(char* to, const char* from, std::size_t size) const noexcept {
    if (size >= 8) {
      const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
      const __m128i high = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + size - 8));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(to), low);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(to + size - 8), high);
      return special(_mm_unpacklo_epi64(low, high)) == 0;
    }
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, from, 4);
    std::memcpy(&high, from + size - 4, 4);
    std::memcpy(to, &low, 4);
    std::memcpy(to + size - 4, &high, 4);
    const std::uint64_t both = low | std::uint64_t{high} << 32;
    return (special(_mm_cvtsi64_si128(static_cast<long long>(both))) & 0xff) == 0;
  }
#else
  [[nodiscard]] unsigned copy_block(char* to, const char* from) const noexcept {
    unsigned special = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      to[i] = from[i];
      special |= holds(static_cast<std::uint8_t>(from[i])) ? 0U : 1U << i;
    }
    return special;
  }
  [[nodiscard]] bool copy_short(char*, const char*, std::size_t) const noexcept { return false; }
#endif

 private:
#ifdef __SSE2__
  [[nodiscard]] unsigned special(__m128i block) const noexcept {
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    const __m128i high = _mm_and_si128(block, _mm_set1_epi8(static_cast<char>(high_)));
    const __m128i escaped = _mm_or_si128(control, _mm_or_si128(quote, backslash));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(escaped, high)));
  }
#endif
  std::uint8_t high_ = 0x80; ///< the bits that no plain byte has
};

/// Copies up to `end`, or to the first byte that is not plain; moves `p` there and returns the end of the copy. `to`
/// has room for the bytes and a block more.
char* copy_plain(const PlainBytes& plain, char* to, const char*& p, const char* end) noexcept {
  const char* const begin = p;
  for (; static_cast<std::size_t>(end - p) >= kBlock; p += kBlock, to += kBlock) {
    const unsigned special = plain.copy_block(to, p);
    if (special == 0) continue; // so that the next block need not wait for this one
    const int copied = std::countr_zero(special);
    p += copied;
    return to + copied;
  }
  const auto left = static_cast<std::size_t>(end - p);
  if (p != begin) { // the last block once more from where it is whole: what was copied before is plain
    const std::size_t known = kBlock - left;
    const unsigned special = plain.copy_block(to - known, p - known) >> known;
    const std::size_t copied = special == 0 ? left : static_cast<std::size_t>(std::countr_zero(special));
    p += copied;
    return to + copied;
  }
  if (left >= 4 && plain.copy_short(to, p, left)) {
    p = end;
    return to + left;
  }
  for (; p != end && plain.holds(static_cast<std::uint8_t>(*p)); ++p) *to++ = *p;
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

/// False, and nothing appended, for a text that `plain` does not let pass and that is no UTF-8.
bool append(Output& out, PlainBytes plain, std::string_view text) {
  const std::size_t start = out.size();
  const char* p = text.data();
  const char* const end = p + text.size();
  char* to = out.ensure(text.size() + kBlock + kMaxEscapeChars);
  *to++ = '"';
  for (;;) {
    to = copy_plain(plain, to, p, end);
    if (p == end) break;
    if (is_escaped(static_cast<std::uint8_t>(*p))) {
      out.advance(write_escape(to, *p++));
      to = out.ensure(static_cast<std::size_t>(end - p) + kBlock + kMaxEscapeChars);
    } else if (is_utf8({p, static_cast<std::size_t>(end - p)})) {
      plain.take_high_bytes();
    } else {
      out.truncate(start);
      return false;
    }
  }
  *to++ = '"';
  out.advance(to);
  return true;
}

} // namespace

void append_json_string(Output& out, std::string_view text) {
  PlainBytes plain;
  plain.take_high_bytes();
  append(out, plain, text);
}

bool append_checked_json_string(Output& out, std::string_view text) { return append(out, PlainBytes(), text); }

std::string json_string(std::string_view text) {
  OutputUsage usage;
  Output out(usage, text.size() + 64);
  append_json_string(out, text);
  return std::string(out.record());
}

} // namespace rowferry
