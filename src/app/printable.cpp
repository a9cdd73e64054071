#include "app/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <rowferry/base/text.hpp>

namespace rowferry {
namespace {

constexpr std::string_view kItem = "\n  ";

bool is_control(unsigned char byte) noexcept { return byte < 0x20 || byte == 0x7f; }

} // namespace

std::string printable(std::string_view text) {
  const bool utf8 = is_utf8(text);
  if (utf8 && std::none_of(text.begin(), text.end(), is_control)) return std::string(text);
  std::string shown;
  for (; !text.empty(); text.remove_prefix(1)) {
    const auto byte = static_cast<unsigned char>(text.front());
    const bool fits = text.starts_with(kItem) || (!is_control(byte) && (utf8 || byte < 0x80));
    shown += fits ? std::string(1, text.front()) : fmt::format("\\x{:02x}", byte);
  }
  return shown;
}

} // namespace rowferry
