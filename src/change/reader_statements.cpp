// QUERY events: what delimits, what changes data without rows, what empties a table.
#include <rowferry/base/text.hpp>

#include "change/reader_state.hpp"

namespace rowferry {

ChangeReader::State::Outcome ChangeReader::State::query(const EventView& event) {
  if (event.header.type == binlog::EventType::query &&
      binlog::is_begin(stream.format(), event.body)) { // of nearly every transaction
    if (!group.is_open()) open_group(event);
    group.begin_transaction(false);
    return std::nullopt;
  }
  const auto plain = stream.plain(event);
  if (!plain) return failed(plain.error().message);
  const auto decoded = binlog::decode_query(stream.format(), plain->body);
  if (!decoded) return failed(decoded.error().message);
  const ServerFlavor flavor = stream.format().mariadb ? ServerFlavor::mariadb : ServerFlavor::mysql;
  const Statement statement = read_statement(statement_text.in_utf8(*decoded, flavor), decoded->database);
  if (!group.is_open()) open_group(event); // logs without GTID events
  if (statement.kind == StatementKind::other || statement.kind == StatementKind::create_select ||
      statement.kind == StatementKind::partition_change) {
    tables.forget(read_ddl(decoded->text, decoded->database, decoded->client_collation, flavor));
  }
  switch (statement.kind) {
    case StatementKind::begin:
      group.begin_transaction(false);
      return std::nullopt;
    case StatementKind::xa_start:
      group.begin_transaction(true);
      return std::nullopt;
    case StatementKind::xa_end:
    case StatementKind::savepoint:
      return std::nullopt;
    case StatementKind::rollback_to:
      return rolled_back_to();
    case StatementKind::commit:
      return end_whole_group();
    case StatementKind::rollback:
      return xa ? replay(*xa, AfterReplay::rolled_back) : rolled_back();
    case StatementKind::xa_commit:
    case StatementKind::xa_rollback:
      return decide(statement);
    case StatementKind::truncate:
      return truncate(event, statement);
    case StatementKind::create_select:
      if (!statement.table.empty() && !selector.wanted(statement.database, statement.table)) {
        return group.in_transaction() ? Outcome(std::nullopt) : Outcome(end_group());
      }
      [[fallthrough]];
    case StatementKind::data: {
      const Outcome outcome = statement_change(statement);
      if (outcome.is_failed() || group.in_transaction()) return outcome;
      if (outcome.is_nothing()) return end_group(); // not inside BEGIN … COMMIT: a group of its own
      commit_after_change = true;
      return outcome;
    }
    case StatementKind::partition_change:
      return partition_change(statement);
    case StatementKind::other:
      if (group.in_transaction()) return std::nullopt; // CREATE TABLE … SELECT: its rows follow
      return end_group();
  }
  return std::nullopt;
}

// Logged only where non-transactional tables changed, and MariaDB then leaves in the log what was undone in the others.
ChangeReader::State::Outcome ChangeReader::State::rolled_back_to() {
  const std::uint64_t captured = xa ? xa->events() : group.captured();
  if (rereading || captured == 0) return std::nullopt;
  const std::string text = fmt::format(
      "ROLLBACK TO SAVEPOINT in a transaction with {} captured changes, also of tables without transactions: some of "
      "them may have been undone in the server, and the log does not say which; change such tables in transactions of "
      "their own, or have all changes sent with source.statements: warn",
      captured);
  if (options.statements == StatementPolicy::fail) return failed(text);
  warning = fmt::format("{}: {}", stream.where(), text);
  return Step::warning;
}

ChangeReader::State::Outcome ChangeReader::State::partition_change(const Statement& statement) {
  const bool captured =
      selector.wanted(statement.database, statement.table) ||
      (!statement.other_table.empty() && selector.wanted(statement.other_database, statement.other_table));
  if (!captured || rereading) return end_group();
  warning = fmt::format("{}: {} on {}: the rows that come or go by it are not in the log, no message tells of them",
                        stream.where(), statement.verb, quote_table(statement.database, statement.table));
  commit_after_change = true;
  return Step::warning;
}

// Only rows that could not be undone (non-transactional tables) are logged so.
ChangeReader::State::Outcome ChangeReader::State::rolled_back() {
  if (group.captured() == 0) return end_group();
  warning = fmt::format(
      "{}: a transaction with {} captured changes ends with ROLLBACK: those of non-transactional tables stand, "
      "others were undone in the server",
      stream.where(), group.captured());
  commit_after_change = true;
  return Step::warning;
}

ChangeReader::State::Outcome ChangeReader::State::statement_change(const Statement& statement) {
  if (rereading) return std::nullopt; // told of before
  ++counters.statements_passed_over;
  if (!statement.table.empty() && selector.unrelated(statement.database, statement.table)) return std::nullopt;
  const std::string target = statement.table.empty() ? std::string("tables that cannot be read from it")
                                                     : fmt::format("`{}`.`{}`", statement.database, statement.table);
  const bool other = !statement.table.empty() && !selector.wanted(statement.database, statement.table);
  const std::string text = fmt::format(
      "{} on {} was logged as a statement, not as rows: what it changed is not in the log{}; set "
      "binlog_format=ROW globally and in every session, or accept the loss with "
      "source.statements: warn",
      statement.verb, target,
      other ? " (nobody captures this table, but it is a view or has triggers, or the account lacks "
              "the TRIGGER privilege and cannot see that it has none)"
            : "");
  if (options.statements == StatementPolicy::fail) return failed(text);
  warning = fmt::format("{}: {}", stream.where(), text);
  return Step::warning;
}

ChangeReader::State::Outcome ChangeReader::State::truncate(const EventView& event, const Statement& statement) {
  if (statement.table.empty() || !is_utf8(statement.database) || !is_utf8(statement.table)) {
    return failed("a TRUNCATE whose table cannot be read");
  }
  // As rows of the table name it; the statement may be written in any case.
  truncated.database = options.fold_case ? lower_case_name(statement.database) : statement.database;
  truncated.table = options.fold_case ? lower_case_name(statement.table) : statement.table;
  TableState& state = tables.state(truncated.database, truncated.table);
  if (!state.wanted) return end_group();
  change = Change{};
  change.operation = Operation::truncate;
  // A shape not seen yet: names are all that a truncation needs.
  if (!state.schema) state.schema = std::make_shared<const TableSchema>(truncated);
  change.table = state.schema.get();
  change.schema = &state.schema;
  change.origin = &group.origin_of(event, stream);
  group.count_captured();
  ++counters.rows_captured;
  commit_after_change = true;
  return Step::change;
}

} // namespace rowferry
