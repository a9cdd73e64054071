#include <array>
#include <cstdint>
#include <rowferry/schema/table_name.hpp>

#include "schema/utf8_writer.hpp"

namespace rowferry {
namespace {

/// Upper-case letters `first`, `first` + `step`, … up to `last`, and how far their lower-case ones are behind them.
struct Range {
  char32_t first;
  char32_t last;
  std::int32_t distance;
  std::uint32_t step;
};

// The server's system character set (utf8mb3) with its simple case mapping.
constexpr std::array<Range, 45> kUpper = {{
    {0x41, 0x5a, 32, 1},      {0xc0, 0xd6, 32, 1},     {0xd8, 0xde, 32, 1},     {0x100, 0x12e, 1, 2},
    {0x130, 0x130, -0xc7, 1}, {0x132, 0x136, 1, 2},    {0x139, 0x147, 1, 2},    {0x14a, 0x176, 1, 2},
    {0x178, 0x178, -0x79, 1}, {0x179, 0x17d, 1, 2},    {0x182, 0x184, 1, 2},    {0x187, 0x187, 1, 1},
    {0x18b, 0x18b, 1, 1},     {0x191, 0x191, 1, 1},    {0x198, 0x198, 1, 1},    {0x1a0, 0x1a4, 1, 2},
    {0x1ac, 0x1ac, 1, 1},     {0x1af, 0x1af, 1, 1},    {0x1cd, 0x1db, 1, 2},    {0x1de, 0x1ee, 1, 2},
    {0x1f4, 0x1f4, 1, 1},     {0x1f8, 0x21e, 1, 2},    {0x222, 0x232, 1, 2},    {0x386, 0x386, 0x26, 1},
    {0x388, 0x38a, 0x25, 1},  {0x38c, 0x38c, 0x40, 1}, {0x38e, 0x38f, 0x3f, 1}, {0x391, 0x3a1, 32, 1},
    {0x3a3, 0x3ab, 32, 1},    {0x3d8, 0x3ee, 1, 2},    {0x400, 0x40f, 80, 1},   {0x410, 0x42f, 32, 1},
    {0x460, 0x480, 1, 2},     {0x48a, 0x4be, 1, 2},    {0x4c1, 0x4cd, 1, 2},    {0x4d0, 0x52e, 1, 2},
    {0x531, 0x556, 48, 1},    {0x1e00, 0x1e94, 1, 2},  {0x1ea0, 0x1efe, 1, 2},  {0x2160, 0x216f, 16, 1},
    {0x24b6, 0x24cf, 26, 1},  {0xff21, 0xff3a, 32, 1}, {0x1f08, 0x1f0f, -8, 1}, {0x1f18, 0x1f1d, -8, 1},
    {0x1f28, 0x1f2f, -8, 1},
}};

char32_t lower(char32_t c) noexcept {
  for (const Range& range : kUpper) {
    if (c < range.first || c > range.last || (c - range.first) % range.step != 0) continue;
    return static_cast<char32_t>(static_cast<std::int32_t>(c) + range.distance);
  }
  return c;
}

/// Length of the well-formed two- or three-byte character at `at`, with its code point; 0 for anything else.
std::size_t decode(std::string_view text, std::size_t at, char32_t& code) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto follows = [&](std::size_t i) { return at + i < text.size() && (byte(i) & 0xc0) == 0x80; };
  if (byte(0) >= 0xc2 && byte(0) <= 0xdf && follows(1)) {
    code = static_cast<char32_t>((byte(0) & 0x1f) << 6 | (byte(1) & 0x3f));
    return 2;
  }
  if (byte(0) >= 0xe0 && byte(0) <= 0xef && follows(1) && follows(2)) {
    code = static_cast<char32_t>((byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f));
    return code < 0x800 ? 0 : 3;
  }
  return 0;
}

void append(std::string& to, char32_t c) {
  std::array<char, kMaxUtf8Bytes> bytes{};
  to.append(bytes.data(), write_utf8(bytes.data(), c));
}

} // namespace

std::string lower_case_name(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  for (std::size_t at = 0; at < name.size();) {
    const auto byte = static_cast<unsigned char>(name[at]);
    char32_t code = byte;
    const std::size_t length = byte < 0x80 ? 1 : decode(name, at, code);
    if (length == 0) {
      folded += name[at++];
    } else {
      append(folded, lower(code));
      at += length;
    }
  }
  return folded;
}

} // namespace rowferry
