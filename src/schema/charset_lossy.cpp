#include <algorithm>
#include <rowferry/schema/charset.hpp>

namespace rowferry {
namespace {

constexpr std::size_t kMaxCharacterBytes = 4;

/// Bytes of the smallest character: what is skipped where there is none.
std::size_t unit_of(const Charset& charset) noexcept {
  const std::string_view name = charset.name();
  if (name == "utf32") return 4;
  return name == "ucs2" || name.starts_with("utf16") ? 2 : 1;
}

} // namespace

// Character by character: the shortest bytes that the character set reads. That is slow, and meant for what is broken.
void append_utf8_lossy(Output& out, const Charset& charset, Bytes bytes) {
  const std::size_t unit = unit_of(charset);
  while (!bytes.empty()) {
    const std::size_t start = out.size();
    const std::size_t longest = std::min(kMaxCharacterBytes, bytes.size());
    std::size_t taken = unit;
    while (taken <= longest && !charset.append_utf8(out, bytes.first(taken))) {
      out.truncate(start);
      taken += unit;
    }
    if (taken > longest) {
      out.append("\xef\xbf\xbd");
      taken = std::min(unit, bytes.size());
    }
    bytes = bytes.subspan(taken);
  }
}

} // namespace rowferry
