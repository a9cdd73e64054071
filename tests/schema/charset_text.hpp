// A character set's conversion as a string, for tests.
#pragma once

#include <algorithm>
#include <memory>
#include <rowferry/schema/charset.hpp>
#include <string>
#include <string_view>

namespace rowferry::test {

/// UTF-8 of exactly these bytes (no byte to spare behind them), "invalid" when the character set refuses them.
inline std::string utf8_of(std::string_view charset, std::string_view bytes) {
  const auto exact = std::make_unique<std::uint8_t[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), exact.get());
  OutputUsage usage;
  Output out(usage, 64);
  const bool valid = find_charset(charset)->append_utf8(out, Bytes(exact.get(), bytes.size()));
  return valid ? std::string(out.record()) : "invalid";
}

} // namespace rowferry::test
