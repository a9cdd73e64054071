#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <rowferry/base/text.hpp>
#include <utility>
#include <vector>

namespace rowferry {
namespace {

constexpr const char* kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// "00" "01" … "ff"
constexpr auto kHexPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = kDigits[i >> 4];
    pairs[2 * i + 1] = kDigits[i & 0xf];
  }
  return pairs;
}();

inline char* write_hex(char* p, Bytes bytes) noexcept {
  for (const std::uint8_t byte : bytes) {
    std::memcpy(p, &kHexPairs[2 * std::size_t{byte}], 2);
    p += 2;
  }
  return p;
}

/// The first `digits` of the four digits of 24 bits, then padding.
char* write_base64_group(char* p, unsigned bits, int digits) noexcept {
  for (int i = 0; i < 4; ++i) *p++ = i < digits ? kBase64Digits[bits >> (18 - 6 * i) & 0x3f] : '=';
  return p;
}

constexpr std::array<char, 2 * 4096> make_base64_pairs() {
  std::array<char, 2 * 4096> pairs{};
  for (std::size_t i = 0; i < 4096; ++i) {
    pairs[2 * i] = kBase64Digits[i >> 6];
    pairs[2 * i + 1] = kBase64Digits[i & 0x3f];
  }
  return pairs;
}
constexpr std::array<char, 2 * 4096> kBase64Pairs = make_base64_pairs(); // of twelve bits

void copy_base64_pair(char* p, std::uint64_t bits) noexcept { std::memcpy(p, &kBase64Pairs[2 * bits], 2); }

} // namespace

void append_base64(Output& out, Bytes bytes) {
  char* p = out.ensure((bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 6, p += 8) { // six of the eight bytes loaded
    const std::uint64_t group = load_be<8>(bytes.data() + i);
    copy_base64_pair(p, group >> 52);
    copy_base64_pair(p + 2, group >> 40 & 0xfff);
    copy_base64_pair(p + 4, group >> 28 & 0xfff);
    copy_base64_pair(p + 6, group >> 16 & 0xfff);
  }
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
  p = write_hex(p, {bytes, 4});
  for (std::size_t at = 4; at <= 8; at += 2) {
    *p++ = '-';
    p = write_hex(p, {bytes + at, 2});
  }
  *p++ = '-';
  return write_hex(p, {bytes + 10, 6});
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
