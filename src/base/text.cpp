#include <algorithm>
#include <array>
#include <numeric>
#include <rowferry/base/text.hpp>
#include <utility>
#include <vector>

namespace rowferry {
namespace {

constexpr const char* kHexDigits = "0123456789abcdef";
constexpr const char* kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::array<std::size_t, 5> kUuidGroups{4, 2, 2, 2, 6};

char* write_hex(char* p, Bytes bytes) noexcept {
  for (const std::uint8_t byte : bytes) {
    *p++ = kHexDigits[byte >> 4];
    *p++ = kHexDigits[byte & 0xf];
  }
  return p;
}

/// The first `digits` of the four digits of 24 bits, then padding.
char* write_base64_group(char* p, unsigned bits, int digits) noexcept {
  for (int i = 0; i < 4; ++i) *p++ = i < digits ? kBase64Digits[bits >> (18 - 6 * i) & 0x3f] : '=';
  return p;
}

} // namespace

void append_base64(Output& out, Bytes bytes) {
  char* p = out.ensure((bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    p = write_base64_group(p, static_cast<unsigned>(load_be<3>(bytes.data() + i)), 4);
  }
  if (bytes.size() - i == 1) p = write_base64_group(p, static_cast<unsigned>(bytes[i]) << 16, 2);
  if (bytes.size() - i == 2) p = write_base64_group(p, static_cast<unsigned>(load_be<2>(bytes.data() + i)) << 8, 3);
  out.advance(p);
}

void append_hex(Output& out, Bytes bytes) { out.advance(write_hex(out.ensure(2 * bytes.size()), bytes)); }

std::string hex(Bytes bytes) {
  std::string text(2 * bytes.size(), '\0');
  write_hex(text.data(), bytes);
  return text;
}

char* write_uuid(char* p, const std::uint8_t* bytes) noexcept {
  std::size_t at = 0;
  for (const std::size_t group : kUuidGroups) {
    if (at != 0) *p++ = '-';
    p = write_hex(p, {bytes + at, group});
    at += group;
  }
  return p;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

} // namespace rowferry
