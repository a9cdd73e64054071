#include "base/json_escape.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace rowferry {
namespace {

/// Byte by byte; "refused" where `high` bytes are and may not be.
std::string expected(const std::string& text, HighBytes high) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && high == HighBytes::special) return "refused";
    if (byte == '"' || byte == '\\') {
      escaped += {'\\', c};
    } else if (byte >= 0x20) {
      escaped += c;
    } else if (const std::size_t at = std::string_view("\b\f\n\r\t").find(c); at != std::string_view::npos) {
      escaped += {'\\', "bfnrt"[at]};
    } else {
      escaped += {'\\', 'u', '0', '0', "01"[byte >> 4], "0123456789abcdef"[byte & 0xf]};
    }
  }
  return escaped;
}

/// From a buffer of exactly that size to one of exactly the promised room.
template <class Blocks>
std::string written(const std::string& text) {
  const auto from = std::make_unique<char[]>(text.size());
  std::copy(text.begin(), text.end(), from.get());
  const auto to = std::make_unique<char[]>(6 * text.size() + 2);
  const char* const end = write_escaped<Blocks>(to.get(), from.get(), text.size());
  return end == nullptr ? "refused" : std::string(to.get(), static_cast<std::size_t>(end - to.get()));
}

template <template <HighBytes> class Blocks>
void expect_the_same() {
  const std::string specials[] = {"\"", "\\",   "\x1f", " ",    "!",      "#",      "[",
                                  "]",  "\x7f", "\x80", "\xff", "\n\n\"", "a\"b\\c"};
  for (std::size_t length = 0; length <= 70; ++length) {
    for (std::size_t at = 0; at <= length; ++at) {
      for (const std::string& special : specials) {
        std::string text(length, 'x');
        text.insert(at, special);
        ASSERT_EQ(written<Blocks<HighBytes::special>>(text), expected(text, HighBytes::special)) << length << " " << at;
        ASSERT_EQ(written<Blocks<HighBytes::plain>>(text), expected(text, HighBytes::plain)) << length << " " << at;
      }
    }
  }
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::size_t length : {1U, 2U, 5U, 11U, 16U, 21U, 32U, 40U}) {
      const std::string text(length, static_cast<char>(byte));
      ASSERT_EQ(written<Blocks<HighBytes::special>>(text), expected(text, HighBytes::special)) << byte;
      ASSERT_EQ(written<Blocks<HighBytes::plain>>(text), expected(text, HighBytes::plain)) << byte;
    }
  }
}

/// Every kind that is used on this processor.
TEST(JsonEscape, BlocksFindWhatABytewiseLookFinds) {
  expect_the_same<Blocks16>();
#ifdef ROWFERRY_AVX2
  if (__builtin_cpu_supports("avx2")) expect_the_same<Blocks32>();
#endif
}

} // namespace
} // namespace rowferry
