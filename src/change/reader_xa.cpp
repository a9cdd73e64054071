// XA transactions: rows are held back where they are prepared, and handed out where they are committed.
#include "change/reader_state.hpp"

namespace rowferry {

// Of a group that has just begun.
ChangeReader::State::Outcome ChangeReader::State::look_back() {
  const auto verdict = past.judge(group);
  if (!verdict) return failed(verdict.error().message);
  rereading = *verdict == PastGroups::Verdict::reread;
  passing = *verdict == PastGroups::Verdict::pass;
  if (passing) group.close();
  if (rereading) tables.begin_borrowing();
  return std::nullopt;
}

ChangeReader::State::Outcome ChangeReader::State::spool(const std::shared_ptr<const TableSchema>& schema,
                                                        const EventView& event) {
  if (!xa) xa = std::make_unique<XaRows>(group, stream.format());
  if (auto spooled = xa->append(schema, event); !spooled) return failed(std::move(spooled.error()));
  return std::nullopt;
}

// Of MySQL also the end of XA COMMIT … ONE PHASE, which MariaDB logs as an ordinary transaction.
ChangeReader::State::Outcome ChangeReader::State::xa_prepare(const EventView& event) {
  const auto prepare = binlog::decode_xa_prepare(event.body);
  if (!prepare) return failed(prepare.error().message);
  if (prepare->one_phase || !group.in_xa()) return end_whole_group();
  if (!xa) xa = std::make_unique<XaRows>(group, stream.format()); // without rows: it is known all the same
  xa->prepared.xid = {std::string(prepare->gtrid), std::string(prepare->bqual), prepare->format_id};
  const auto kept = prepared.keep(std::move(xa));
  if (!kept) return failed(kept.error());
  if (rereading) {
    past.arrived(group);
    rereading = false;
    group.close();
    tables.end_statement();
    tables.end_borrowing();
    return std::nullopt;
  }
  const Step step = end_group();
  commit.prepared = &(*kept)->prepared;
  return step;
}

ChangeReader::State::Outcome ChangeReader::State::decide(const Statement& statement) {
  const bool commits = statement.kind == StatementKind::xa_commit;
  if (group.in_xa())
    return !xa ? Outcome(end_group()) : replay(*xa, commits ? AfterReplay::end : AfterReplay::rolled_back);
  const auto xid = Xid::parse(statement.xid);
  if (!xid) return failed(xid.error().message);
  if (XaRows* const rows = prepared.find(*xid); rows != nullptr) {
    if (commits) return replay(*rows, AfterReplay::end);
    prepared.drop(*xid);
    decided = *xid;
    const Step step = end_group();
    commit.decided = &decided;
    return step;
  }
  if (past.awaits(*xid)) {
    return failed(
        fmt::format("the outcome of XA transaction {} comes before what prepared it was read again", xid->text()));
  }
  if (!commits) return end_group();
  warning =
      fmt::format("{}: XA COMMIT {}: it was prepared before reading began: its rows were not read and are not sent",
                  stream.where(), xid->text());
  commit_after_change = true;
  return Step::warning;
}

ChangeReader::State::Outcome ChangeReader::State::replay(XaRows& rows, AfterReplay after) {
  replaying = &rows;
  after_replay = after;
  rows.replay(group);
  return replay_on();
}

ChangeReader::State::Outcome ChangeReader::State::replay_on() {
  for (;;) {
    auto event = replaying->next();
    if (!event) return failed(std::move(event.error()));
    if (!*event) return end_replay();
    TableState& table = *(*event)->table;
    rows_under_way.open(table.schema, table.rows_in(group.number()), (*event)->rows, *(*event)->origin, change);
    if (const Outcome row = first_row(); !row.is_nothing()) return row;
  }
}

ChangeReader::State::Outcome ChangeReader::State::end_replay() {
  XaRows* const rows = std::exchange(replaying, nullptr);
  if (rows == xa.get()) {
    xa.reset();
    return after_replay == AfterReplay::rolled_back ? rolled_back() : Outcome(end_group());
  }
  decided = rows->prepared.xid;
  prepared.drop(decided);
  const Step step = end_group();
  commit.decided = &decided;
  return step;
}

} // namespace rowferry
