// What a QUERY event means for the stream: reads only as much of a statement as that takes. No DDL grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rowferry {

enum class StatementKind : std::uint8_t {
  begin,
  commit,
  rollback,
  savepoint,   ///< SAVEPOINT, RELEASE SAVEPOINT
  rollback_to, ///< ROLLBACK TO a savepoint
  xa_start,
  xa_end,
  xa_commit,
  xa_rollback,
  truncate,
  data,          ///< INSERT, UPDATE, DELETE, REPLACE, LOAD, CALL, …: changes rows, or may
  create_select, ///< CREATE TABLE … SELECT (or TABLE, VALUES) in one statement: ROW logs the rows apart
  /// ALTER TABLE … DROP, TRUNCATE, EXCHANGE, … PARTITION, IMPORT TABLESPACE, …: rows come or go that no event has.
  partition_change,
  other, ///< DDL, administration
};

struct Statement {
  StatementKind kind = StatementKind::other;
  std::string_view verb; ///< first keyword, a view of the text; safe to show
  /// TRUNCATE, CREATE TABLE … SELECT, ALTER TABLE … PARTITION, and single-table INSERT, REPLACE, UPDATE, DELETE whose
  /// target can be read; else empty. `database` is the session's where the statement names none.
  std::string database;
  std::string table;
  std::string other_database; ///< partition_change: the table that rows are exchanged with; else empty
  std::string other_table;
  std::string_view xid; ///< XA COMMIT, XA ROLLBACK: what stands behind it, for Xid::parse()
};

/// `text` is a statement in a character set that extends ASCII; white space and comments in front are passed over, and
/// `/*!50000 …` counts as text.
Statement read_statement(std::string_view text, std::string_view session_database);

} // namespace rowferry
