#include "change/statement.hpp"

#include <algorithm>
#include <array>
#include <rowferry/base/sql_words.hpp>
#include <utility>

namespace rowferry {
namespace {

bool read_table(SqlWords& words, std::string_view session_database, Statement& statement) {
  std::string first = sql_identifier(words.next());
  if (first.empty()) return false;
  if (words.peek() == ".") {
    words.next();
    statement.database = std::move(first);
    statement.table = sql_identifier(words.next());
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
void read_target(SqlWords& words, std::string_view session_database, Statement& statement) {
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
bool brings_rows(SqlWords& words) noexcept {
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (same_word(word, "SELECT") || same_word(word, "TABLE")) return true;
    if (same_word(word, "VALUES") && words.accept("ROW")) return true;
  }
  return false;
}

void read_create(SqlWords& words, std::string_view session_database, Statement& statement) {
  if (words.accept("OR")) words.accept("REPLACE");
  if (!words.accept("TABLE")) return; // a TEMPORARY one is nobody's to capture
  if (words.accept("IF")) {
    words.accept("NOT");
    words.accept("EXISTS");
  }
  if (!read_table(words, session_database, statement)) forget_table(statement);
  if (!brings_rows(words)) return forget_table(statement);
  statement.kind = StatementKind::create_select;
  statement.verb = "CREATE TABLE … SELECT";
}

/// Only what moves rows without an event for each: other changes of a table keep its rows.
void read_alter(SqlWords& words, std::string_view session_database, Statement& statement) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kVerbs{
      {{"DROP", "ALTER TABLE … DROP PARTITION"},
       {"TRUNCATE", "ALTER TABLE … TRUNCATE PARTITION"},
       {"EXCHANGE", "ALTER TABLE … EXCHANGE PARTITION"},
       {"DISCARD", "ALTER TABLE … DISCARD TABLESPACE"},
       {"IMPORT", "ALTER TABLE … IMPORT TABLESPACE"},
       {"CONVERT", "ALTER TABLE … CONVERT PARTITION"}}};
  while (words.accept("ONLINE") || words.accept("IGNORE")) {
  }
  if (!words.accept("TABLE")) return;
  if (words.accept("IF")) words.accept("EXISTS");
  Statement altered;
  if (!read_table(words, session_database, altered)) return;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    const auto verb = std::ranges::find_if(kVerbs, [&](const auto& each) { return same_word(word, each.first); });
    if (verb == kVerbs.end()) continue;
    const bool converts = verb->first == "CONVERT"; // MariaDB: … PARTITION p TO TABLE t, … TABLE t TO PARTITION p
    const bool moves_file = verb->first == "DISCARD" || verb->first == "IMPORT";
    if (!words.at("PARTITION") && !(converts && words.at("TABLE")) && !(moves_file && words.at("TABLESPACE"))) continue;
    statement.kind = StatementKind::partition_change;
    statement.verb = verb->second;
    statement.database = std::move(altered.database);
    statement.table = std::move(altered.table);
    break;
  }
  if (statement.kind != StatementKind::partition_change) return;
  for (; !words.peek().empty(); words.next()) {
    Statement other;
    if (!words.accept("TABLE") || !read_table(words, session_database, other)) continue;
    statement.other_database = std::move(other.database);
    statement.other_table = std::move(other.table);
    return;
  }
}

void read_xa(SqlWords& words, Statement& statement) {
  const std::string_view verb = words.next();
  if (same_word(verb, "START") || same_word(verb, "BEGIN")) statement.kind = StatementKind::xa_start;
  if (same_word(verb, "END")) statement.kind = StatementKind::xa_end;
  if (same_word(verb, "COMMIT")) statement.kind = StatementKind::xa_commit;
  if (same_word(verb, "ROLLBACK")) statement.kind = StatementKind::xa_rollback;
  statement.xid = words.rest();
}

StatementKind rollback_kind(SqlWords& words) {
  words.accept("WORK");
  return words.accept("TO") ? StatementKind::rollback_to : StatementKind::rollback;
}

// Verbs that change rows, or may (a function or procedure with side effects is logged as SELECT, DO or CALL).
constexpr std::array<std::string_view, 13> kDataVerbs = {
    "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "WITH", "CALL", "SELECT", "DO", "IMPORT", "TABLE", "VALUES", "("};

} // namespace

Statement read_statement(std::string_view text, std::string_view session_database) {
  SqlWords words(text);
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
    read_xa(words, statement);
  } else if (is("TRUNCATE")) {
    statement.kind = StatementKind::truncate;
    words.accept("TABLE");
    if (!read_table(words, session_database, statement)) forget_table(statement);
  } else if (is("ALTER")) {
    read_alter(words, session_database, statement);
  } else if (is("CREATE")) {
    read_create(words, session_database, statement);
  } else if (std::any_of(kDataVerbs.begin(), kDataVerbs.end(), is)) {
    statement.kind = StatementKind::data;
    read_target(words, session_database, statement);
  }
  return statement;
}

} // namespace rowferry
