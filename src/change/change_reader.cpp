#include <fmt/format.h>

#include <rowferry/change/change_reader.hpp>
#include <utility>

#include "change/captured_tables.hpp"
#include "change/group.hpp"
#include "change/row_cursor.hpp"
#include "change/statement.hpp"
#include "change/statement_text.hpp"

namespace rowferry {

using binlog::EventType;
using binlog::EventView;

struct ChangeReader::State {
  State(const TableSelector& s, Options o)
      : selector(s), options(o), stream(binlog::EventStream::Options{o.verify_checksum}), tables(s) {}

  // One step: nullopt when the event gave nothing to tell.
  using Outcome = Result<std::optional<Step>>;

  [[nodiscard]] bool follows(const EventView& event);
  Outcome handle(const EventView& event);
  Outcome begin_group(const EventView& event);
  Outcome query(const EventView& event);
  Outcome statement_change(const Statement& statement);
  Outcome truncate(const EventView& event, const Statement& statement);
  Outcome table_map(const EventView& event);
  Outcome rows(const EventView& event);
  Outcome xa_prepare(const EventView& event);
  Outcome next_row();
  Step end_group();
  Outcome idle();
  void moved(const Gtid* ended, bool is_idle);
  void open_group(const EventView& event);
  Result<TableState*> table_of(const EventView& event);
  [[nodiscard]] Error error(std::string_view what) const { return Error::data(fmt::format("{}: {}", stream.where(), what)); }

  const TableSelector& selector;
  Options options;
  binlog::EventStream stream;
  CapturedTables tables;
  ReaderCounters counters;

  Group group;
  std::uint64_t next_begin = 0;  // where the event behind the last one begins
  StatementText statement_text;
  RowCursor rows_under_way;
  std::uint64_t newest_commit_us = 0;

  // What was handed out last.
  Change change;
  TableSchema truncated;  // of a table whose shape was not seen
  bool commit_after_change = false;
  Commit commit;
  std::string commit_file;
  Gtid committed_gtid;
  Fingerprint fingerprint;
  std::string warning;
};

ChangeReader::ChangeReader(const TableSelector& selector, Options options)
    : state_(std::make_unique<State>(selector, options)) {}
ChangeReader::~ChangeReader() = default;

void ChangeReader::start(const FileOffset& at) {
  State& s = *state_;
  s.stream.start(at);
  s.group.close();
  s.commit_after_change = false;
  s.rows_under_way.close();
  s.tables.end_statement();
}

Result<void> ChangeReader::push(Bytes event) {
  ++state_->counters.events;
  state_->counters.bytes += event.size();
  return state_->stream.push(event);
}

Result<ChangeReader::Step> ChangeReader::next() {
  State& s = *state_;
  if (s.rows_under_way.is_open()) {
    auto row = s.next_row();
    if (!row) return fail(std::move(row.error()));
    if (*row) return **row;
  }
  if (std::exchange(s.commit_after_change, false)) return s.end_group();
  for (;;) {
    auto event = s.stream.next();
    if (!event) return fail(std::move(event.error()));
    if (*event == nullptr) return Step::need_event;
    auto outcome = s.handle(**event);
    if (!outcome) return fail(std::move(outcome.error()));
    if (*outcome) return **outcome;
  }
}

const Change& ChangeReader::change() const noexcept { return state_->change; }
const Commit& ChangeReader::commit() const noexcept { return state_->commit; }
const std::string& ChangeReader::warning() const noexcept { return state_->warning; }
bool ChangeReader::in_transaction() const noexcept { return state_->group.is_open(); }
const ReaderCounters& ChangeReader::counters() const noexcept { return state_->counters; }
const binlog::EventStream& ChangeReader::stream() const noexcept { return state_->stream; }
std::uint64_t ChangeReader::newest_commit_us() const noexcept { return state_->newest_commit_us; }

// Servers leave out whole groups, never a part of one.
bool ChangeReader::State::follows(const EventView& event) {
  if (event.begin == event.end) return true;
  const bool gap = group.is_open() && !event.inner && event.begin != next_begin;
  next_begin = event.end;
  return !gap;
}

ChangeReader::State::Outcome ChangeReader::State::handle(const EventView& event) {
  if (!follows(event)) return fail(error("the events before this one were lost on their way here: start again from the checkpoint"));
  switch (event.header.type) {
    case EventType::gtid:
    case EventType::anonymous_gtid:
    case EventType::gtid_tagged:
      return begin_group(event);
    case EventType::query:
      return query(event);
    case EventType::table_map:
      return table_map(event);
    case EventType::write_rows:
    case EventType::update_rows:
    case EventType::delete_rows:
    case EventType::write_rows_v1:
    case EventType::update_rows_v1:
    case EventType::delete_rows_v1:
    case EventType::partial_update_rows:
      return rows(event);
    case EventType::xid:
      return end_group();
    case EventType::xa_prepare:
      return xa_prepare(event);
    case EventType::execute_load_query: {
      Statement load;
      load.kind = StatementKind::data;
      load.verb = "LOAD DATA";
      return statement_change(load);
    }
    case EventType::incident: {
      const auto incident = binlog::decode_incident(event.body);
      if (!incident) return fail(error(incident.error().message));
      return fail(error(fmt::format("the server reports that events are missing from its log (incident {}): take a new copy of "
                                    "the tables and start from a position behind this one",
                                    incident->number)));
    }
    case EventType::format_description:
      if (!group.is_open()) return std::nullopt;
      group.close();
      warning = fmt::format("{}: the transaction before was never ended (the server was restarted in the middle of it)",
                            stream.where());
      return Step::warning;
    case EventType::rotate:
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
    case EventType::previous_gtids:
    case EventType::stop:
      return idle();
    // They carry no rows and end no group; the file of a LOAD DATA is followed by the statement.
    case EventType::begin_load_query:
    case EventType::append_block:
    case EventType::delete_file:
    case EventType::rows_query:
    case EventType::ignorable:
    case EventType::view_change:
    case EventType::transaction_context:
    // The context of a statement: what follows is a QUERY that says what it is.
    case EventType::intvar:
    case EventType::rand:
    case EventType::user_var:
      return std::nullopt;
    default:
      if ((event.header.flags & binlog::event_flag::ignorable) != 0) {
        ++counters.unknown_ignorable;
        return std::nullopt;
      }
      return fail(error("this version does not understand events of this type"));
  }
}

void ChangeReader::State::open_group(const EventView& event) {
  group.open(event, stream);
  tables.end_statement();
}

ChangeReader::State::Outcome ChangeReader::State::begin_group(const EventView& event) {
  if (group.is_open()) return fail(error("a transaction begins before the one before it has ended"));
  const auto decoded = binlog::decode_gtid(event.header.type, event.body);
  if (!decoded) return fail(error(decoded.error().message));
  open_group(event);
  group.describe(*decoded);
  return std::nullopt;
}

ChangeReader::State::Outcome ChangeReader::State::query(const EventView& event) {
  const auto decoded = binlog::decode_query(stream.format(), event.body);
  if (!decoded) return fail(error(decoded.error().message));
  const ServerFlavor flavor = stream.format().mariadb ? ServerFlavor::mariadb : ServerFlavor::mysql;
  const Statement statement = read_statement(statement_text.in_utf8(*decoded, flavor), decoded->database);
  if (!group.is_open()) open_group(event);  // logs without GTID events
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
      // As above: logged only where non-transactional tables changed.
      if (group.captured() == 0) return std::nullopt;
      warning = fmt::format("{}: ROLLBACK TO SAVEPOINT in a transaction with {} captured changes: some of them may have been undone "
                            "in the server",
                            stream.where(), group.captured());
      return Step::warning;
    case StatementKind::commit:
      return end_group();
    case StatementKind::rollback:
      // Only rows that could not be undone (non-transactional tables) are logged so.
      if (group.captured() != 0) {
        warning = fmt::format("{}: a transaction with {} captured changes ends with ROLLBACK: those of non-transactional tables stand, "
                              "others were undone in the server",
                              stream.where(), group.captured());
        commit_after_change = true;
        return Step::warning;
      }
      return end_group();
    case StatementKind::xa_outcome:
      return end_group();
    case StatementKind::truncate:
      return truncate(event, statement);
    case StatementKind::create_select:
      if (!statement.table.empty() && !selector.wanted(statement.database, statement.table)) {
        return group.in_transaction() ? Outcome(std::nullopt) : Outcome(end_group());
      }
      [[fallthrough]];
    case StatementKind::data: {
      auto outcome = statement_change(statement);
      if (!outcome || group.in_transaction()) return outcome;
      commit_after_change = true;  // not inside BEGIN … COMMIT: a group of its own
      return *outcome ? outcome : Outcome(end_group());
    }
    case StatementKind::other:
      if (group.in_transaction()) return std::nullopt;  // CREATE TABLE … SELECT: its rows follow
      return end_group();
  }
  return std::nullopt;
}

ChangeReader::State::Outcome ChangeReader::State::statement_change(const Statement& statement) {
  ++counters.statements_passed_over;
  if (!statement.table.empty() && selector.unrelated(statement.database, statement.table)) return std::nullopt;
  const std::string target = statement.table.empty() ? std::string("tables that cannot be read from it")
                                                     : fmt::format("`{}`.`{}`", statement.database, statement.table);
  const bool other = !statement.table.empty() && !selector.wanted(statement.database, statement.table);
  const std::string text = fmt::format("{} on {} was logged as a statement, not as rows: what it changed is not in the log{}; set "
                                       "binlog_format=ROW globally and in every session, or accept the loss with "
                                       "source.statements: warn",
                                       statement.verb, target,
                                       other ? " (nobody captures this table, but it is a view or has triggers, or the account lacks "
                                               "the TRIGGER privilege and cannot see that it has none)"
                                             : "");
  if (options.statements == StatementPolicy::fail) return fail(error(text));
  warning = fmt::format("{}: {}", stream.where(), text);
  return Step::warning;
}

ChangeReader::State::Outcome ChangeReader::State::truncate(const EventView& event, const Statement& statement) {
  if (statement.table.empty()) return fail(error("a TRUNCATE whose table cannot be read"));
  TableState& state = tables.state(statement.database, statement.table);
  if (!state.wanted) return end_group();
  truncated.database = statement.database;
  truncated.table = statement.table;
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

ChangeReader::State::Outcome ChangeReader::State::table_map(const EventView& event) {
  const auto map = binlog::decode_table_map(stream.format(), event.body);
  if (!map) return fail(error(map.error().message));
  auto mapped = tables.map(*map, stream.format().mariadb ? ServerFlavor::mariadb : ServerFlavor::mysql);
  if (!mapped) return fail(error(mapped.error().message));
  return std::nullopt;
}

// Null: no TABLE_MAP of this statement named the table.
Result<TableState*> ChangeReader::State::table_of(const EventView& event) {
  const auto id = binlog::decode_table_id(stream.format(), event.header.type, event.body);
  if (!id) return fail(error(id.error().message));
  return tables.find(*id);
}

ChangeReader::State::Outcome ChangeReader::State::rows(const EventView& event) {
  const auto found = table_of(event);
  if (!found) return fail(found.error());
  TableState* const table = *found;
  if (table != nullptr && !table->wanted) {
    ++counters.rows_events_filtered;
    return std::nullopt;
  }
  const auto decoded = binlog::decode_rows(stream.format(), event.header.type, event.body);
  if (!decoded) return fail(error(decoded.error().message));
  if ((decoded->flags & binlog::rows_flag::statement_end) != 0) tables.end_statement();
  if (decoded->dummy()) return std::nullopt;
  if (table == nullptr || !group.is_open()) {
    return fail(error("rows of a table that no TABLE_MAP named, or of no transaction: reading began inside a transaction"));
  }
  const TableSchema& schema = *table->schema;
  if (group.in_xa()) {
    return fail(error(fmt::format("an XA transaction changed {}: this version does not follow XA transactions", schema.quoted())));
  }
  if (!schema.named && !options.unnamed_tables) {
    return fail(error(fmt::format("the rows of {} carry no column names: set binlog_row_metadata=FULL in the server, then start behind "
                                  "this position",
                                  schema.quoted())));
  }
  if (decoded->column_count != schema.layout.size()) {
    return fail(error(fmt::format("rows of {} columns under a TABLE_MAP of {} for {}", decoded->column_count, schema.layout.size(),
                                  schema.quoted())));
  }
  rows_under_way.open(*table, *decoded, group.number(), group.origin_of(event, stream), change);
  return next_row();
}

ChangeReader::State::Outcome ChangeReader::State::next_row() {
  switch (rows_under_way.next(change)) {
    case binlog::RowReader::Step::row:
      group.count_captured();
      ++counters.rows_captured;
      return Step::change;
    case binlog::RowReader::Step::end:
      return std::nullopt;
    case binlog::RowReader::Step::malformed:
      break;
  }
  return fail(error("a row is cut short or has bytes that fit no column"));
}

ChangeReader::State::Outcome ChangeReader::State::xa_prepare(const EventView& event) {
  const auto prepare = binlog::decode_xa_prepare(event.body);
  if (!prepare) return fail(error(prepare.error().message));
  return end_group();
}

ChangeReader::Step ChangeReader::State::end_group() {
  group.close();
  ++counters.transactions;
  newest_commit_us = group.commit_us();
  tables.end_statement();
  tables.forget_old(group.number());
  if (group.gtid()) committed_gtid = *group.gtid();
  fingerprint = stream.fingerprint();
  moved(group.gtid() ? &committed_gtid : nullptr, false);
  return Step::commit;
}

ChangeReader::State::Outcome ChangeReader::State::idle() {
  if (group.is_open()) return std::nullopt;
  if (commit.file == stream.file() && commit.offset == stream.offset()) return std::nullopt;
  fingerprint = stream.fingerprint();
  // A heartbeat may move the offset over groups that were not sent.
  if (fingerprint.offset + fingerprint.size != stream.offset()) fingerprint = {};
  moved(nullptr, true);
  return Step::commit;
}

void ChangeReader::State::moved(const Gtid* ended, bool is_idle) {
  if (commit_file != stream.file()) commit_file = stream.file();
  commit.gtid = ended;
  commit.file = commit_file;
  commit.offset = stream.offset();
  commit.fingerprint = &fingerprint;
  commit.idle = is_idle;
}

}  // namespace rowferry
