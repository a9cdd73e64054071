#include "checkpoint/text_scanner.hpp"

#include <algorithm>

namespace rowferry {

void TextScanner::literal(std::string_view wanted) noexcept {
  if (!at(wanted)) return fail();
  rest_.remove_prefix(wanted.size());
}

void TextScanner::newline() noexcept {
  literal("\n");
  if (ok_) ++line_;
}

std::string_view TextScanner::word() noexcept {
  const std::string_view word = rest_.substr(0, rest_.find_first_of(" \n"));
  rest_.remove_prefix(word.size());
  return word;
}

std::string_view TextScanner::line_rest() noexcept {
  const std::string_view text = rest_.substr(0, rest_.find('\n'));
  rest_.remove_prefix(text.size());
  return text;
}

std::string TextScanner::string() {
  std::string text;
  literal("\"");
  while (ok_) {
    const char c = next();
    if (c == '"') return text;
    if (static_cast<unsigned char>(c) < 0x20) fail();
    text += c == '\\' ? unescape() : c;
  }
  return {};
}

char TextScanner::next() noexcept {
  if (rest_.empty()) {
    fail();
    return '\0';
  }
  const char c = rest_.front();
  rest_.remove_prefix(1);
  return c;
}

char TextScanner::unescape() noexcept {
  switch (next()) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'u': {
      literal("00");
      const std::string_view digits = rest_.substr(0, 2);
      unsigned char value = 0;
      const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (problem != std::errc{} || end != digits.data() + 2) break;
      rest_.remove_prefix(2);
      return static_cast<char>(value);
    }
    default:
      break;
  }
  fail();
  return '\0';
}

} // namespace rowferry
