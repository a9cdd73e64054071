#pragma once

#include <cstdint>
#include <string>

namespace rowferry::test {

/// Text that compresses badly, the same every time.
inline std::string noise(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 12345;
  for (char& c : text) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

} // namespace rowferry::test
