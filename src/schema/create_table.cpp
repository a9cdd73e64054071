#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <rowferry/base/sql_words.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/schema/create_table.hpp>

#include "schema/declared_type.hpp"

namespace rowferry {
namespace {

/// A character set by its own name or as the beginning of a collation's ("latin1_swedish_ci"); a collation that
/// converts in its own way is one by itself. MariaDB's "uca1400_ai_ci" is of any: empty.
std::string charset_of(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const Charset* charset = find_charset(lower);
  if (charset == nullptr) charset = find_charset(std::string_view(lower).substr(0, lower.find('_')));
  return charset == nullptr ? std::string() : std::string(charset->name());
}

/// One key over columns; `usable` when each row has exactly one value in it.
struct Key {
  std::vector<std::string> columns;
  bool primary = false;
  bool whole = true; ///< no prefixes, no expressions
};

/// The definition behind the name of the table, from its opening parenthesis on.
class TableParser {
 public:
  TableParser(SqlWords& words, TableDefinition& table) : words_(words), table_(table) {}

  /// False: something that we do not understand stands where the words are now.
  bool parse() {
    do {
      if (!(is_key_or_check() ? parse_constraint() : parse_column())) return false;
    } while (words_.accept(","));
    if (!words_.accept(")")) return false;
    parse_options();
    return !table_.columns.empty() && settle_charsets() && settle_key();
  }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  bool is_key_or_check() {
    constexpr std::string_view kWords[] = {"PRIMARY",    "UNIQUE",  "KEY",   "INDEX",  "FULLTEXT", "SPATIAL",
                                           "CONSTRAINT", "FOREIGN", "CHECK", "PERIOD", "VECTOR"};
    const std::string_view first = words_.peek();
    return std::ranges::any_of(kWords, [&](std::string_view word) { return same_word(first, word); });
  }

  bool parse_column() {
    ColumnDefinition column;
    column.name = sql_identifier(words_.next());
    if (column.name.empty() || !parse_type(column)) return false;
    std::string charset;
    std::string collation;
    while (!words_.at(",") && !words_.at(")")) {
      const std::string_view word = words_.next();
      if (word.empty()) return false;
      if (word == "(") {
        if (!words_.skip_parentheses()) return false;
      } else if (same_word(word, "NOT")) {
        if (words_.accept("NULL")) column.nullable = false;
      } else if (same_word(word, "DEFAULT")) {
        if (!words_.at("(")) words_.next(); // NULL among others
      } else if (same_word(word, "INVISIBLE")) {
        column.visible = false;
      } else if (same_word(word, "CHARSET") || (same_word(word, "CHARACTER") && words_.accept("SET"))) {
        charset = charset_of(sql_identifier(words_.next()));
      } else if (same_word(word, "COLLATE")) {
        collation = charset_of(sql_identifier(words_.next()));
      } else if (same_word(word, "PRIMARY")) {
        words_.accept("KEY");
        column.nullable = false;
        keys_.push_back({{column.name}, true, true});
      } else if (same_word(word, "UNIQUE")) {
        words_.accept("KEY");
        keys_.push_back({{column.name}, false, true});
      }
    }
    column.charset = collation.empty() ? charset : collation;
    table_.columns.push_back(std::move(column));
    return true;
  }

  bool parse_type(ColumnDefinition& column) {
    const std::string_view text = words_.rest();
    const std::size_t begin = words_.offset();
    words_.next();
    words_.accept("PRECISION") || words_.accept("VARYING");
    if (words_.accept("(") && !words_.skip_parentheses()) return false;
    while (words_.accept("UNSIGNED") || words_.accept("SIGNED") || words_.accept("ZEROFILL")) {
    }
    column.type = text.substr(0, words_.offset() - begin);
    if (parse_declared_type(column.type)) return true;
    problem_ = fmt::format("column {} has the type {}, which this version does not know", json_string(column.name),
                           json_string(column.type.substr(0, 60)));
    return false;
  }

  bool parse_constraint() {
    if (words_.accept("CONSTRAINT") && !words_.at("PRIMARY") && !words_.at("UNIQUE") && !words_.at("FOREIGN") &&
        !words_.at("CHECK")) {
      words_.next(); // its name
    }
    Key key;
    key.primary = words_.accept("PRIMARY");
    const bool unique = key.primary || words_.accept("UNIQUE");
    if (!unique) return skip_item();
    while (!words_.at("(")) {
      if (words_.next().empty()) return false;
    }
    words_.next();
    if (!parse_key_columns(key)) return false;
    keys_.push_back(std::move(key));
    return skip_item();
  }

  bool parse_key_columns(Key& key) {
    do {
      if (words_.accept("(")) { // an expression
        key.whole = false;
        if (!words_.skip_parentheses()) return false;
      } else {
        key.columns.push_back(sql_identifier(words_.next()));
        if (words_.accept("(")) {
          key.whole = false;
          if (!words_.skip_parentheses()) return false;
        }
        if (same_word(words_.peek(), "WITHOUT")) { // … OVERLAPS
          words_.next();
          words_.next();
        }
      }
      words_.accept("ASC") || words_.accept("DESC");
    } while (words_.accept(","));
    return words_.accept(")");
  }

  bool skip_item() {
    while (!words_.at(",") && !words_.at(")")) {
      const std::string_view word = words_.next();
      if (word.empty() || (word == "(" && !words_.skip_parentheses())) return false;
    }
    return true;
  }

  void parse_options() {
    std::string collation;
    while (!words_.at(";") && !words_.at("CREATE") && !words_.at("PARTITION") && !words_.peek().empty()) {
      const std::string_view word = words_.next();
      const bool is_charset = same_word(word, "CHARSET") || (same_word(word, "CHARACTER") && words_.accept("SET"));
      if (!is_charset && !same_word(word, "COLLATE")) {
        continue;
      }
      words_.accept("=");
      (is_charset ? default_charset_ : collation) = charset_of(sql_identifier(words_.next()));
    }
    if (!collation.empty()) default_charset_ = collation;
  }

  bool settle_charsets() {
    for (ColumnDefinition& column : table_.columns) {
      const DeclaredType type = *parse_declared_type(column.type);
      const bool has_one = (is_character(type) && !type.is_binary) || !type.labels.empty();
      if (!has_one) {
        column.charset.clear();
      } else if (column.charset.empty()) {
        if (default_charset_.empty()) {
          problem_ = fmt::format(
              "column {} has no character set, and the table has none: add DEFAULT CHARSET=… behind the parenthesis",
              json_string(column.name));
          return false;
        }
        column.charset = default_charset_;
      }
    }
    return true;
  }

  ColumnDefinition* find(const std::string& name) {
    const auto same = [&](const ColumnDefinition& column) { return column.name == name; };
    const auto found = std::ranges::find_if(table_.columns, same);
    return found == table_.columns.end() ? nullptr : &*found;
  }

  /// The primary key, else the first unique key that identifies a row.
  bool settle_key() {
    for (const Key& key : keys_) {
      if (!key.primary) continue;
      for (const std::string& name : key.columns) {
        ColumnDefinition* const column = find(name);
        if (column == nullptr) return unknown_column(name);
        column->nullable = false;
      }
      table_.key = key.columns;
      return true;
    }
    for (const Key& key : keys_) {
      bool identifies = key.whole;
      for (const std::string& name : key.columns) {
        const ColumnDefinition* const column = find(name);
        if (column == nullptr) return unknown_column(name);
        identifies = identifies && !column->nullable;
      }
      if (!identifies) continue;
      table_.key = key.columns;
      return true;
    }
    return true;
  }

  bool unknown_column(const std::string& name) {
    problem_ = fmt::format("a key names {}, which is no column of the table", json_string(name));
    return false;
  }

  SqlWords& words_;
  TableDefinition& table_;
  std::vector<Key> keys_;
  std::string default_charset_;
  std::string problem_;
};

/// The clients' batch mode prints a definition in one line, with \n and \t for what it holds.
std::string unescape_batch(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    const char c = text[++i];
    plain += c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c;
  }
  return plain;
}

/// "-- Host: localhost    Database: shop", which mysqldump writes first.
std::string database_of_dump(std::string_view text) {
  constexpr std::string_view kMark = "Database: ";
  const std::size_t host = text.find("-- Host:");
  if (host == std::string_view::npos) return {};
  const std::string_view line = text.substr(host, text.find('\n', host) - host);
  const std::size_t mark = line.find(kMark);
  if (mark == std::string_view::npos) return {};
  std::string name(line.substr(mark + kMark.size()));
  while (!name.empty() && (name.back() == '\r' || name.back() == ' ')) name.pop_back();
  return name;
}

class DumpParser {
 public:
  explicit DumpParser(std::string_view text) : text_(text), words_(text), database_(database_of_dump(text)) {}

  Result<std::vector<TableDefinition>> parse() {
    while (!words_.peek().empty()) {
      if (words_.accept("USE")) {
        if (std::string name = sql_identifier(words_.next()); !name.empty()) database_ = std::move(name);
      } else if (words_.accept("CREATE")) {
        if (auto parsed = parse_create(); !parsed) return fail(std::move(parsed.error()));
      } else {
        words_.next();
      }
    }
    return std::move(tables_);
  }

 private:
  Result<void> parse_create() {
    if (words_.accept("OR")) words_.accept("REPLACE");
    words_.accept("TEMPORARY");
    if (!words_.accept("TABLE")) return {};
    if (words_.accept("IF")) {
      words_.accept("NOT");
      words_.accept("EXISTS");
    }
    if (words_.at("CREATE")) return {}; // the head of SHOW CREATE TABLE's output
    TableDefinition table;
    table.database = database_;
    const std::size_t begin = words_.offset();
    table.table = sql_identifier(words_.next());
    if (words_.accept(".")) {
      table.database = std::move(table.table);
      table.table = sql_identifier(words_.next());
    }
    if (table.table.empty() || !words_.accept("(")) return {}; // LIKE, SELECT: no definition
    TableParser parser(words_, table);
    if (!parser.parse()) {
      return fail(Error::usage(fmt::format(
          "line {}: the definition of table {}, which begins in line {}, cannot be read{}{}", line_at(words_.offset()),
          json_string(table.table), line_at(begin), parser.problem().empty() ? "" : ": ", parser.problem())));
    }
    tables_.push_back(std::move(table));
    return {};
  }

  [[nodiscard]] std::size_t line_at(std::size_t offset) const {
    return 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, offset), '\n'));
  }

  std::string_view text_;
  SqlWords words_;
  std::string database_;
  std::vector<TableDefinition> tables_;
};

} // namespace

Result<std::vector<TableDefinition>> parse_create_tables(std::string_view sql) {
  if (sql.find("(\\n") == std::string_view::npos) return DumpParser(sql).parse();
  const std::string plain = unescape_batch(sql);
  return DumpParser(plain).parse();
}

} // namespace rowferry
