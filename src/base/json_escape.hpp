// Text to what stands between the quotes of a JSON string, by the kind of blocks that the processor can do.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/json_blocks.hpp"

namespace rowferry {

/// What stands for a special byte, in eight bytes so that one store writes it.
struct Escape {
  char text[7];
  std::uint8_t size;
};
inline constexpr auto kEscapes = [] {
  std::array<Escape, '\\' + 1> escapes{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) {
    escapes[byte] = {{'\\', 'u', '0', '0', static_cast<char>('0' + (byte >> 4)), "0123456789abcdef"[byte & 0xf]}, 6};
  }
  const auto set = [&](char byte, char letter) { escapes[static_cast<std::size_t>(byte)] = {{'\\', letter}, 2}; };
  set('\b', 'b');
  set('\f', 'f');
  set('\n', 'n');
  set('\r', 'r');
  set('\t', 't');
  set('"', '"');
  set('\\', '\\');
  return escapes;
}();
static_assert(sizeof(Escape) == 8);

/// Copies plain bytes; returns how many there are in front of the first special one. What lies behind it in `to` may
/// be written over, too.
template <class Blocks>
[[gnu::always_inline]] inline std::size_t copy_plain(char* to, const char* from, std::size_t size) noexcept {
  if (size < Blocks::kSize) {
    const unsigned special = Blocks::copy_less(to, from, size);
    return special == 0 ? size : static_cast<std::size_t>(std::countr_zero(special));
  }
  const std::size_t last = size - Blocks::kSize;
  for (std::size_t at = 0; at < last; at += Blocks::kSize) {
    const unsigned special = Blocks::copy(to + at, from + at);
    if (special != 0) [[unlikely]]
      return at + static_cast<std::size_t>(std::countr_zero(special));
  }
  const unsigned special = Blocks::copy(to + last, from + last); // once more what was plain before
  return special == 0 ? size : last + static_cast<std::size_t>(std::countr_zero(special));
}

/// At `to`, with room for six characters a byte and two more. Returns the end; null for a byte that is special and has
/// no escape: one beyond ASCII where such are special.
template <class Blocks>
[[gnu::always_inline]] inline char* write_escaped(char* to, const char* text, std::size_t size) noexcept {
  for (;;) {
    const std::size_t copied = copy_plain<Blocks>(to, text, size);
    to += copied;
    if (copied == size) return to;
    const auto byte = static_cast<unsigned char>(text[copied]);
    if (byte >= kEscapes.size()) [[unlikely]]
      return nullptr;
    std::memcpy(to, &kEscapes[byte], sizeof(Escape));
    to += kEscapes[byte].size;
    text += copied + 1;
    size -= copied + 1;
  }
}

} // namespace rowferry
