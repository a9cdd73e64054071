#include "change/statement.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace rowferry {
namespace {

bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}
bool same_word(std::string_view a, std::string_view upper) noexcept {
  return a.size() == upper.size() && std::equal(a.begin(), a.end(), upper.begin(), [](char x, char y) {
           return std::toupper(static_cast<unsigned char>(x)) == y;
         });
}

/// Words, quoted names (double quotes too: ANSI_QUOTES), literals and single signs of a statement, comments left out.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::string_view next() noexcept {
    skip_blanks();
    if (at_ >= text_.size()) return {};
    const std::size_t begin = at_;
    if (text_[at_] == '`' || text_[at_] == '"') return quoted();
    if (text_[at_] == '\'') return literal();
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    if (at_ == begin) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  std::string_view peek() noexcept {
    const std::size_t at = at_;
    const std::string_view word = next();
    at_ = at;
    return word;
  }
  bool accept(std::string_view upper) noexcept {
    const std::size_t at = at_;
    if (same_word(next(), upper)) return true;
    at_ = at;
    return false;
  }
  [[nodiscard]] std::string_view rest() noexcept {
    skip_blanks();
    return text_.substr(at_);
  }

 private:
  void skip_blanks() noexcept {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (is_space(rest[0])) {
        ++at_;
      } else if (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
        at_ += rest.starts_with("/*!") ? 3u : 4u;  // an executable comment is text: its version digits are passed over
        while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
      } else if (rest.starts_with("*/")) {
        at_ += 2;  // the end of an executable comment
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
  std::string_view quoted() noexcept {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size()) {
      if (text_[at_++] != quote) continue;
      if (at_ < text_.size() && text_[at_] == quote) {
        ++at_;
      } else {
        return text_.substr(begin, at_ - begin);
      }
    }
    return text_.substr(begin);
  }

  std::string_view literal() noexcept {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '\'') at_ += text_[at_] == '\\' ? 2U : 1U;
    at_ = std::min(at_ + 1, text_.size());  // a doubled quote: the next literal goes on
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The name that an identifier token means; empty when the token is no identifier.
std::string identifier(std::string_view token) {
  if (token.empty()) return {};
  const char quote = token[0];
  if (quote != '`' && quote != '"') return is_word(quote) ? std::string(token) : std::string();
  std::string name;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    name += token[i];
    if (token[i] == quote) ++i;  // doubled: one of the name
  }
  return name;
}

bool read_table(Words& words, std::string_view session_database, Statement& statement) {
  std::string first = identifier(words.next());
  if (first.empty()) return false;
  if (words.peek() == ".") {
    words.next();
    statement.database = std::move(first);
    statement.table = identifier(words.next());
    return !statement.table.empty();
  }
  statement.database = session_database;
  statement.table = std::move(first);
  return true;
}

void forget_table(Statement& statement) {
  statement.database.clear();
  statement.table.clear();
}

/// The one table that a data statement writes, when that is plain to see; else none.
void read_target(Words& words, std::string_view session_database, Statement& statement) {
  const bool insert = same_word(statement.verb, "INSERT") || same_word(statement.verb, "REPLACE");
  const bool remove = same_word(statement.verb, "DELETE");
  if (!insert && !remove && !same_word(statement.verb, "UPDATE")) return;
  while (words.accept("LOW_PRIORITY") || words.accept("HIGH_PRIORITY") || words.accept("DELAYED") ||
         words.accept("QUICK") || words.accept("IGNORE")) {
  }
  if (insert) words.accept("INTO");
  if (remove && !words.accept("FROM")) return;
  if (!read_table(words, session_database, statement)) return forget_table(statement);
  // Another table behind the first (a comma, a join, USING) makes it a multi-table statement.
  const std::string_view follows = words.peek();
  const bool single = insert || follows.empty() || same_word(follows, "SET") || same_word(follows, "WHERE") ||
                      same_word(follows, "ORDER") || same_word(follows, "LIMIT");
  if (!single) forget_table(statement);
}

/// The words of a definition that bring rows with it are reserved: a column of that name would be quoted.
bool brings_rows(Words& words) noexcept {
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (same_word(word, "SELECT") || same_word(word, "TABLE")) return true;
    if (same_word(word, "VALUES") && words.accept("ROW")) return true;
  }
  return false;
}

void read_create(Words& words, std::string_view session_database, Statement& statement) {
  if (words.accept("OR")) words.accept("REPLACE");
  if (!words.accept("TABLE")) return;  // a TEMPORARY one is nobody's to capture
  if (words.accept("IF")) {
    words.accept("NOT");
    words.accept("EXISTS");
  }
  if (!read_table(words, session_database, statement)) forget_table(statement);
  if (!brings_rows(words)) return forget_table(statement);
  statement.kind = StatementKind::create_select;
  statement.verb = "CREATE TABLE … SELECT";
}

StatementKind xa_kind(Words& words) {
  const std::string_view verb = words.next();
  if (same_word(verb, "START") || same_word(verb, "BEGIN")) return StatementKind::xa_start;
  if (same_word(verb, "END")) return StatementKind::xa_end;
  if (same_word(verb, "COMMIT") || same_word(verb, "ROLLBACK")) return StatementKind::xa_outcome;
  return StatementKind::other;
}

StatementKind rollback_kind(Words& words) {
  words.accept("WORK");
  return words.accept("TO") ? StatementKind::rollback_to : StatementKind::rollback;
}

// Verbs that change rows, or may (a function or procedure with side effects is logged as SELECT, DO or CALL).
constexpr std::array<std::string_view, 13> kDataVerbs = {"INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD",  "WITH", "CALL",
                                                         "SELECT", "DO",     "IMPORT", "TABLE",   "VALUES", "("};

}  // namespace

Statement read_statement(std::string_view text, std::string_view session_database) {
  Words words(text);
  Statement statement;
  statement.verb = words.next();
  const auto is = [&](std::string_view upper) { return same_word(statement.verb, upper); };
  if (is("BEGIN")) {
    statement.kind = StatementKind::begin;
  } else if (is("START")) {
    statement.kind = words.accept("TRANSACTION") ? StatementKind::begin : StatementKind::other;
  } else if (is("COMMIT")) {
    statement.kind = StatementKind::commit;
  } else if (is("ROLLBACK")) {
    statement.kind = rollback_kind(words);
  } else if (is("SAVEPOINT") || is("RELEASE")) {
    statement.kind = StatementKind::savepoint;
  } else if (is("XA")) {
    statement.kind = xa_kind(words);
  } else if (is("TRUNCATE")) {
    statement.kind = StatementKind::truncate;
    words.accept("TABLE");
    if (!read_table(words, session_database, statement)) forget_table(statement);
  } else if (is("CREATE")) {
    read_create(words, session_database, statement);
  } else if (std::any_of(kDataVerbs.begin(), kDataVerbs.end(), is)) {
    statement.kind = StatementKind::data;
    read_target(words, session_database, statement);
  }
  return statement;
}

}  // namespace rowferry
