// Borrowed bytes and the one bounds-checked reader that every decoder uses.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace rowferry {

/// Borrowed bytes. Whoever hands them out says how long they live.
using Bytes = std::span<const std::uint8_t>;

inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Little-endian load of N bytes (1 to 8) from memory that holds at least N.
template <unsigned N>
[[nodiscard]] inline std::uint64_t load_le(const std::uint8_t* p) noexcept {
  static_assert(N >= 1 && N <= 8 && std::endian::native == std::endian::little);
  if constexpr (N == 3 || N == 5 || N == 6 || N == 7) { // two loads; a copy of odd size goes through memory
    constexpr unsigned kFirst = N == 3 ? 2 : 4;
    return load_le<kFirst>(p) | load_le<N - kFirst>(p + kFirst) << (8 * kFirst);
  } else {
    std::conditional_t<
        N == 1, std::uint8_t,
        std::conditional_t<N == 2, std::uint16_t, std::conditional_t<N == 4, std::uint32_t, std::uint64_t>>>
        value = 0;
    std::memcpy(&value, p, N);
    return value;
  }
}

/// Big-endian load of N bytes (1 to 8) from memory that holds at least N.
template <unsigned N>
[[nodiscard]] inline std::uint64_t load_be(const std::uint8_t* p) noexcept {
  return __builtin_bswap64(load_le<N>(p)) >> (8 * (8 - N));
}

/// Reads a byte string front to back. Sticky: the first read past the end makes the reader fail, and from then on every
/// read returns zero or an empty view. Read a whole struct in wire order, then check ok() once, before any value is
/// trusted (in particular before a length drives a loop or an allocation).
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) noexcept : next_(bytes.data()), left_(bytes.size()), size_(bytes.size()) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return left_; }
  /// Bytes read so far.
  [[nodiscard]] std::size_t offset() const noexcept { return size_ - left_; }
  /// What is left, without reading it.
  [[nodiscard]] Bytes rest() const noexcept { return {next_, left_}; }

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(uint_le<1>()); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(uint_le<2>()); }
  std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(uint_le<3>()); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(uint_le<4>()); }
  std::uint64_t u48() noexcept { return uint_le<6>(); }
  std::uint64_t u64() noexcept { return uint_le<8>(); }

  /// Little-endian integer of N bytes.
  template <unsigned N>
  std::uint64_t uint_le() noexcept {
    const std::uint8_t* p = take(N);
    return p == nullptr ? 0 : load_le<N>(p);
  }

  /// MySQL's length-encoded integer (1, 3, 4 or 9 bytes). 0xfb and 0xff do not occur in events: they fail the reader.
  std::uint64_t lenenc() noexcept {
    const std::uint8_t first = u8();
    if (first < 0xfb) return first;
    if (first == 0xfc) return u16();
    if (first == 0xfd) return u24();
    if (first == 0xfe) return u64();
    fail();
    return 0;
  }

  /// The next n bytes, borrowed.
  Bytes bytes(std::uint64_t n) noexcept {
    const std::uint8_t* p = take(n);
    return p == nullptr ? Bytes{} : Bytes{p, static_cast<std::size_t>(n)};
  }
  void skip(std::uint64_t n) noexcept { take(n); }
  void fail() noexcept {
    ok_ = false;
    left_ = 0;
  }

 private:
  const std::uint8_t* take(std::uint64_t n) noexcept {
    if (n > left_) {
      fail();
      return nullptr;
    }
    const std::uint8_t* p = next_;
    next_ += n;
    left_ -= static_cast<std::size_t>(n);
    return p;
  }

  const std::uint8_t* next_;
  std::size_t left_;
  std::size_t size_;
  bool ok_ = true;
};

} // namespace rowferry
