#include <algorithm>
#include <cctype>
#include <rowferry/base/sql_words.hpp>

namespace rowferry {
namespace {

bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_word(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

char unescaped(char c) noexcept {
  switch (c) {
    case '0':
      return '\0';
    case 'b':
      return '\b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'Z':
      return '\x1a';
    default:
      return c;
  }
}

} // namespace

std::string_view SqlWords::next() noexcept {
  skip_blanks();
  if (at_ >= text_.size()) return {};
  const std::size_t begin = at_;
  if (text_[at_] == '`' || text_[at_] == '"') return quoted();
  if (text_[at_] == '\'') return literal();
  while (at_ < text_.size() && is_word(text_[at_])) ++at_;
  if (at_ == begin) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string_view SqlWords::peek() noexcept {
  const std::size_t at = at_;
  const std::string_view word = next();
  at_ = at;
  return word;
}

std::string_view SqlWords::peek_second() noexcept {
  const std::size_t at = at_;
  next();
  const std::string_view word = next();
  at_ = at;
  return word;
}

bool SqlWords::accept(std::string_view upper) noexcept {
  const std::size_t at = at_;
  if (same_word(next(), upper)) return true;
  at_ = at;
  return false;
}

bool SqlWords::at(std::string_view upper) noexcept { return same_word(peek(), upper); }

bool SqlWords::skip_parentheses() noexcept {
  for (std::size_t depth = 1; depth != 0;) {
    const std::string_view token = next();
    if (token.empty()) return false;
    if (token == "(") ++depth;
    if (token == ")") --depth;
  }
  return true;
}

std::string_view SqlWords::rest() noexcept {
  skip_blanks();
  return text_.substr(at_);
}

void SqlWords::skip_blanks() noexcept {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (is_space(rest[0])) {
      ++at_;
    } else if (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
      at_ += rest.starts_with("/*!") ? 3U : 4U; // its version digits are passed over
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    } else if (rest.starts_with("*/")) {
      at_ += 2; // the end of an executable comment
    } else if (rest.starts_with("/*")) {
      const std::size_t end = rest.find("*/", 2);
      at_ = end == std::string_view::npos ? text_.size() : at_ + end + 2;
    } else if (rest[0] == '#' || (rest.starts_with("--") && (rest.size() == 2 || is_space(rest[2])))) {
      const std::size_t end = rest.find('\n');
      at_ = end == std::string_view::npos ? text_.size() : at_ + end + 1;
    } else {
      return;
    }
  }
}

std::string_view SqlWords::quoted() noexcept {
  const std::size_t begin = at_;
  const char quote = text_[at_++];
  while (at_ < text_.size()) {
    if (text_[at_++] != quote) continue;
    if (at_ == text_.size() || text_[at_] != quote) break;
    ++at_; // doubled: one of the name
  }
  return text_.substr(begin, at_ - begin);
}

std::string_view SqlWords::literal() noexcept {
  const std::size_t begin = at_++;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\\') {
      at_ = std::min(at_ + 1, text_.size());
    } else if (c == '\'') {
      if (at_ == text_.size() || text_[at_] != '\'') break;
      ++at_;
    }
  }
  return text_.substr(begin, at_ - begin);
}

bool same_word(std::string_view token, std::string_view upper) noexcept {
  return std::equal(token.begin(), token.end(), upper.begin(), upper.end(),
                    [](char x, char y) { return std::toupper(static_cast<unsigned char>(x)) == y; });
}

std::string sql_identifier(std::string_view token) {
  if (token.empty()) return {};
  const char quote = token[0];
  if (quote != '`' && quote != '"') return is_word(quote) ? std::string(token) : std::string();
  std::string name;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    name += token[i];
    if (token[i] == quote) ++i;
  }
  return name;
}

std::string sql_literal(std::string_view token) {
  std::string text;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    const char c = token[i];
    if (c == '\\' && i + 2 < token.size()) {
      text += unescaped(token[++i]);
    } else {
      text += c;
      if (c == '\'') ++i; // doubled
    }
  }
  return text;
}

std::string quote_sql_literal(std::string_view text) {
  std::string token = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') token += c;
    token += c;
  }
  return token + "'";
}

} // namespace rowferry
