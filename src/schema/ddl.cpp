#include <algorithm>
#include <array>
#include <rowferry/base/sql_words.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/schema/ddl.hpp>

namespace rowferry {
namespace {

using Scope = DdlEffect::Scope;

template <std::size_t N>
bool is_any(std::string_view token, const std::array<std::string_view, N>& words) noexcept {
  return std::ranges::any_of(words, [&](std::string_view word) { return same_word(token, word); });
}

// First words of what changes no shape, or is no DDL.
constexpr std::array<std::string_view, 36> kHarmless = {
    "BEGIN",    "START",   "COMMIT",    "ROLLBACK", "SAVEPOINT", "RELEASE",  "XA",     "INSERT", "UPDATE",
    "DELETE",   "REPLACE", "LOAD",      "WITH",     "CALL",      "SELECT",   "DO",     "TABLE",  "VALUES",
    "(",        "GRANT",   "REVOKE",    "FLUSH",    "ANALYZE",   "OPTIMIZE", "REPAIR", "CHECK",  "CHECKSUM",
    "TRUNCATE", "INSTALL", "UNINSTALL", "LOCK",     "UNLOCK",    "CACHE",    "RESET",  "KILL",   "PURGE"};

// What CREATE, ALTER and DROP may be of beside tables and indexes. JSON: RELATIONAL DUALITY VIEW.
constexpr std::array<std::string_view, 16> kOtherObjects = {
    "USER",       "ROLE",    "VIEW",     "PROCEDURE", "FUNCTION", "TRIGGER",  "EVENT",   "SERVER",
    "TABLESPACE", "LOGFILE", "RESOURCE", "LIBRARY",   "PACKAGE",  "INSTANCE", "CATALOG", "JSON"};

constexpr std::array<std::string_view, 9> kModifiers = {"ONLINE", "OFFLINE",   "IGNORE", "UNIQUE",   "FULLTEXT",
                                                        "VECTOR", "AGGREGATE", "UNDO",   "RECURSIVE"};

/// Reads one statement.
class DdlReader {
 public:
  DdlReader(std::string_view text, std::string_view session_database) : words_(text), database_(session_database) {}

  DdlEffect read() {
    const std::string_view verb = words_.next();
    if (verb.empty() || is_any(verb, kHarmless)) return {};
    if (same_word(verb, "SET")) return read_set();
    if (same_word(verb, "RENAME")) return read_rename();
    if (same_word(verb, "ALTER") || same_word(verb, "CREATE") || same_word(verb, "DROP")) return read_object(verb);
    return everything();
  }

 private:
  static DdlEffect everything() {
    DdlEffect effect;
    effect.scope = Scope::all;
    return effect;
  }

  // SET PASSWORD, SET DEFAULT ROLE; MariaDB's SET STATEMENT … FOR a statement of its own.
  DdlEffect read_set() { return words_.accept("STATEMENT") ? everything() : DdlEffect{}; }

  DdlEffect read_rename() {
    if (words_.accept("USER")) return {};
    if (!words_.accept("TABLE") && !words_.accept("TABLES")) return everything();
    DdlEffect effect;
    skip_exists();
    do {
      if (!read_table(effect)) return everything();
      if (words_.accept("WAIT")) words_.next();
      words_.accept("NOWAIT");
      if (!words_.accept("TO") || !read_table(effect)) return everything();
    } while (words_.accept(","));
    return effect;
  }

  DdlEffect read_object(std::string_view verb) {
    const bool drop = same_word(verb, "DROP");
    for (;;) {
      const std::string_view word = words_.next();
      if (same_word(word, "TEMPORARY")) return {}; // nobody else's
      if (same_word(word, "TABLE") || same_word(word, "TABLES") || same_word(word, "SEQUENCE")) {
        return drop ? read_drop() : read_named(same_word(verb, "ALTER"));
      }
      if (same_word(word, "INDEX")) return read_index();
      if (same_word(word, "DATABASE") || same_word(word, "SCHEMA")) return drop ? read_drop_database() : DdlEffect{};
      if (same_word(word, "SPATIAL")) { // INDEX, or REFERENCE SYSTEM
        if (words_.at("REFERENCE")) return {};
      } else if (is_any(word, kOtherObjects)) {
        return {};
      } else if (same_word(word, "OR")) {
        words_.accept("REPLACE");
      } else if (same_word(word, "IF")) {
        skip_if();
      } else if (same_word(word, "ALGORITHM")) { // = word
        words_.accept("=");
        words_.next();
      } else if (same_word(word, "SQL")) { // SECURITY word
        words_.next();
        words_.next();
      } else if (same_word(word, "DEFINER")) {
        skip_account();
      } else if (!is_any(word, kModifiers)) {
        return everything();
      }
    }
  }

  // = user@host, = CURRENT_USER()
  void skip_account() {
    words_.accept("=");
    words_.next();
    if (words_.accept("(")) words_.accept(")");
    if (words_.accept("@")) words_.next();
  }

  void skip_if() {
    words_.accept("NOT");
    words_.accept("EXISTS");
  }
  void skip_exists() {
    if (words_.accept("IF")) skip_if();
  }

  /// CREATE and ALTER TABLE. A later RENAME [TO] and TABLE (LIKE needs none) names another one.
  DdlEffect read_named(bool alter) {
    DdlEffect effect;
    skip_exists();
    if (!read_table(effect)) return everything();
    if (!alter) return effect;
    for (std::string_view word = words_.next(); !word.empty(); word = words_.next()) {
      if (word == "(") {
        words_.skip_parentheses();
      } else if (same_word(word, "RENAME")) {
        if (words_.at("COLUMN") || words_.at("INDEX") || words_.at("KEY") || words_.at("CONSTRAINT")) continue;
        words_.accept("TO") || words_.accept("AS") || words_.accept("=");
        if (!read_table(effect)) return everything();
      } else if (same_word(word, "TABLE")) { // EXCHANGE PARTITION p WITH TABLE t, CONVERT …
        if (!read_table(effect)) return everything();
      }
    }
    return effect;
  }

  DdlEffect read_drop() {
    DdlEffect effect;
    skip_exists();
    do {
      if (!read_table(effect)) return everything();
    } while (words_.accept(","));
    return effect;
  }

  /// … name [USING type] ON table
  DdlEffect read_index() {
    DdlEffect effect;
    skip_exists();
    words_.next();
    for (std::string_view word = words_.next(); !same_word(word, "ON"); word = words_.next()) {
      if (word.empty()) return everything();
    }
    return read_table(effect) ? effect : everything();
  }

  DdlEffect read_drop_database() {
    DdlEffect effect;
    skip_exists();
    effect.scope = Scope::database;
    effect.database = sql_identifier(words_.next());
    return is_name(effect.database) ? effect : everything();
  }

  static bool is_name(const std::string& name) { return !name.empty() && is_utf8(name); }

  bool read_table(DdlEffect& effect) {
    TableRef table{database_, sql_identifier(words_.next())};
    if (words_.accept(".")) table = {std::move(table.table), sql_identifier(words_.next())};
    effect.scope = Scope::tables;
    effect.tables.push_back(std::move(table));
    return is_name(effect.tables.back().table) && is_name(effect.tables.back().database);
  }

  SqlWords words_;
  std::string database_;
};

bool is_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

bool DdlEffect::touches(std::string_view database_name, std::string_view table, bool fold_case) const {
  const auto same = [&](const std::string& a, std::string_view b) {
    return fold_case ? lower_case_name(a) == lower_case_name(b) : a == b;
  };
  switch (scope) {
    case Scope::none:
      return false;
    case Scope::tables:
      return std::ranges::any_of(
          tables, [&](const TableRef& each) { return same(each.table, table) && same(each.database, database_name); });
    case Scope::database:
      return same(database, database_name);
    case Scope::all:
      break;
  }
  return true;
}

DdlEffect read_ddl(std::string_view text, std::string_view session_database, std::uint32_t collation,
                   ServerFlavor flavor) {
  if (collation == 0 || is_ascii(text)) return DdlReader(text, session_database).read();
  const Charset* const charset = charset_of_collation(collation, flavor);
  if (charset != nullptr && charset->is_utf8()) return DdlReader(text, session_database).read();
  OutputUsage usage;
  Output converted(usage, 4 * text.size() + 16);
  if (charset != nullptr && charset->append_utf8(converted, as_bytes(text))) {
    return DdlReader(converted.record(), session_database).read();
  }
  // Its words are ASCII in every client character set; a name that is not is then no UTF-8, or not the right one.
  DdlEffect effect = DdlReader(text, session_database).read();
  if (effect.scope != Scope::none) effect.scope = Scope::all;
  return effect;
}

} // namespace rowferry
