#include "schema/charset_8bit.hpp"

#include "schema/charset_blocks.hpp"

namespace rowferry {
namespace {

constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;

/// Bytes in front that are ASCII, counted in steps of eight.
std::size_t ascii_prefix(Bytes bytes) noexcept {
  std::size_t n = 0;
  while (n + 8 <= bytes.size() && (load_le<8>(&bytes[n]) & kHighBits) == 0) n += 8;
  return n;
}

} // namespace

bool TableCharset::append_utf8(Output& out, Bytes bytes) const {
  if (half_ == Half::high) {
    const std::size_t plain = ascii_prefix(bytes);
    out.append(as_text(bytes.first(plain)));
    bytes = bytes.subspan(plain);
  }
  return append_characters(out, bytes, [this](const std::uint8_t*& next, const std::uint8_t*, char*& p) {
    const std::uint8_t byte = *next++;
    char32_t c = byte;
    if (byte >= 0x80 && byte < first_high_) return false;
    if ((byte >= 0x80) == (half_ == Half::high)) {
      c = table_[byte & 0x7f];
    } else if (byte >= 0x80) {
      return false;
    }
    if (c == 0 && byte != 0) return false;
    p = write_utf8(p, c);
    return true;
  });
}

} // namespace rowferry
