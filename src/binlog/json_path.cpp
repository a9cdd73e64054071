#include "binlog/json_path.hpp"

#include <algorithm>
#include <charconv>

#include "binlog/json_format.hpp"

namespace rowferry::binlog {
namespace {

bool take(std::string_view& rest, std::string_view text) noexcept {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

bool take_number(std::string_view& rest, std::uint32_t& number) noexcept {
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (problem != std::errc{}) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

bool take_hex4(std::string_view& rest, std::uint32_t& unit) noexcept {
  if (rest.size() < 4) return false;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + 4, unit, 16);
  if (problem != std::errc{} || end != rest.data() + 4) return false;
  rest.remove_prefix(4);
  return true;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      byte(0xe0 | code >> 12);
    } else {
      byte(0xf0 | code >> 18);
      byte(0x80 | (code >> 12 & 0x3f));
    }
    byte(0x80 | (code >> 6 & 0x3f));
  }
  byte(0x80 | (code & 0x3f));
}

/// Behind `\u`.
bool take_code(std::string_view& rest, std::string& out) {
  std::uint32_t code = 0;
  if (!take_hex4(rest, code)) return false;
  if (code >= 0xd800 && code < 0xdc00) {
    std::uint32_t low = 0;
    if (!take(rest, "\\u") || !take_hex4(rest, low) || low < 0xdc00 || low > 0xdfff) return false;
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (code >= 0xdc00 && code <= 0xdfff) {
    return false;
  }
  append_utf8(out, code);
  return true;
}

/// Behind a backslash.
bool take_escape(std::string_view& rest, std::string& out) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (rest.empty()) return false;
  const char letter = rest.front();
  rest.remove_prefix(1);
  if (letter == 'u') return take_code(rest, out);
  const std::size_t at = kLetters.find(letter);
  if (at == std::string_view::npos) return false;
  out.push_back(kMeanings[at]);
  return true;
}

} // namespace

bool JsonPathParser::parse(std::string_view path) {
  legs_.clear();
  if (!take(path, "$")) return false;
  while (!path.empty()) {
    if (legs_.size() == kMaxJsonDepth) return false;
    if (take(path, ".")) {
      if (!member(path)) return false;
    } else if (!take(path, "[") || !cell(path)) {
      return false;
    }
  }
  return true;
}

bool JsonPathParser::member(std::string_view& rest) {
  JsonPathLeg leg;
  if (take(rest, "\"")) {
    if (!quoted(rest, leg.key)) return false;
  } else {
    leg.key = rest.substr(0, std::min(rest.find_first_of(".["), rest.size()));
    if (leg.key.empty() || leg.key == "*") return false;
    rest.remove_prefix(leg.key.size());
  }
  legs_.push_back(leg);
  return true;
}

/// Behind the opening quote, up to and with the closing one.
bool JsonPathParser::quoted(std::string_view& rest, std::string_view& key) {
  const std::size_t plain = rest.find_first_of("\"\\");
  if (plain == std::string_view::npos) return false;
  if (rest[plain] == '"') {
    key = rest.substr(0, plain);
    rest.remove_prefix(plain + 1);
    return true;
  }
  if (unescaped_used_ == unescaped_.size()) unescaped_.emplace_back();
  std::string& text = unescaped_[unescaped_used_++];
  text.clear();
  while (!rest.empty()) {
    const std::size_t run = std::min(rest.find_first_of("\"\\"), rest.size());
    text.append(rest.substr(0, run));
    rest.remove_prefix(run);
    if (take(rest, "\"")) {
      key = text;
      return true;
    }
    if (take(rest, "\\") && !take_escape(rest, text)) return false;
  }
  return false;
}

bool JsonPathParser::cell(std::string_view& rest) {
  JsonPathLeg leg;
  leg.is_key = false;
  leg.from_end = take(rest, "last");
  const bool told = leg.from_end ? !take(rest, "-") || take_number(rest, leg.index) : take_number(rest, leg.index);
  if (!told || !take(rest, "]")) return false;
  legs_.push_back(leg);
  return true;
}

} // namespace rowferry::binlog
