// The words of an SQL statement, for readers that need to know no grammar beyond them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rowferry {

/// Words, quoted names (double quotes too: ANSI_QUOTES), literals and single signs of a statement, comments left out;
/// an executable comment (`/*!50000 …`, `/*M!…`) counts as text. The statement is in a character set that extends ASCII
/// and has no ASCII bytes inside its other characters. Tokens are views of it.
class SqlWords {
 public:
  explicit SqlWords(std::string_view text) noexcept : text_(text) {}

  /// The next token; empty at the end.
  std::string_view next() noexcept;
  std::string_view peek() noexcept;
  /// The word behind the next one, without reading either.
  std::string_view peek_second() noexcept;
  /// Reads the next token if it is this keyword (given in upper case), in any case.
  bool accept(std::string_view upper) noexcept;
  [[nodiscard]] bool at(std::string_view upper) noexcept;
  /// Behind an opening parenthesis: reads up to its closing one. False when there is none.
  bool skip_parentheses() noexcept;
  /// Bytes read so far.
  [[nodiscard]] std::size_t offset() const noexcept { return at_; }
  /// What is left, without blanks and comments in front.
  [[nodiscard]] std::string_view rest() noexcept;

 private:
  void skip_blanks() noexcept;
  std::string_view quoted() noexcept;
  std::string_view literal() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Compares a token with a keyword in upper case.
bool same_word(std::string_view token, std::string_view upper) noexcept;
/// The name that a token means, quotes undone; empty when it is no identifier.
std::string sql_identifier(std::string_view token);
/// The text that a literal in single quotes means, escapes undone. The token begins and ends with the quote.
std::string sql_literal(std::string_view token);
/// `'text'` as sql_literal reads it.
std::string quote_sql_literal(std::string_view text);

} // namespace rowferry
