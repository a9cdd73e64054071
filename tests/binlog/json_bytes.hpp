// Binary JSON documents for tests.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <rowferry/binlog/values.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry::binlog {

using Document = std::vector<std::uint8_t>;

/// "0a00 ff": spaces are left out.
inline Document from_hex(std::string_view hex) {
  std::string digits;
  std::copy_if(hex.begin(), hex.end(), std::back_inserter(digits), [](char c) { return c != ' '; });
  Document bytes(digits.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
  }
  return bytes;
}

/// What append_json_text makes of exactly these bytes (no byte to spare behind them); "invalid" when it refuses them.
inline std::string json_text(const Document& document) {
  const auto exact = std::make_unique<std::uint8_t[]>(document.size());
  std::copy(document.begin(), document.end(), exact.get());
  OutputUsage usage;
  Output out(usage, 64);
  return append_json_text(out, Bytes(exact.get(), document.size())) ? std::string(out.record()) : "invalid";
}

/// An array of the large format around values that are not inlined: each a type byte and its bytes.
inline Document large_array(const std::vector<Document>& values) {
  const auto put = [](Document& to, std::size_t value) {
    for (unsigned i = 0; i < 4; ++i) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  std::size_t at = 8 + 5 * values.size();
  std::size_t size = at;
  for (const Document& value : values) size += value.size() - 1;
  Document document{3};
  put(document, values.size());
  put(document, size);
  for (const Document& value : values) {
    document.push_back(value[0]);
    put(document, at);
    at += value.size() - 1;
  }
  for (const Document& value : values) document.insert(document.end(), value.begin() + 1, value.end());
  return document;
}

} // namespace rowferry::binlog
