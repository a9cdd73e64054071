// Where groups begin and end, and the position after each.
#include <rowferry/binlog/mariadb_events.hpp>

#include "change/reader_state.hpp"

namespace rowferry {

void ChangeReader::State::open_group(const EventView& event) {
  group.open(event, stream);
  tables.end_statement();
  passing = rereading = false;
}

ChangeReader::State::Outcome ChangeReader::State::begin_group(const EventView& event) {
  if (group.is_open()) return failed("a transaction begins before the one before it has ended");
  const auto decoded = binlog::decode_gtid(event.header.type, event.body);
  if (!decoded) return failed(decoded.error().message);
  open_group(event);
  group.describe(*decoded);
  return past.active() ? look_back() : Outcome(std::nullopt);
}

// No BEGIN follows: the event itself is one, unless a single statement is the whole group.
ChangeReader::State::Outcome ChangeReader::State::begin_mariadb_group(const EventView& event) {
  if (group.is_open()) return failed("a transaction begins before the one before it has ended");
  const auto decoded = binlog::decode_mariadb_gtid(event.header.server_id, event.body);
  if (!decoded) return failed(decoded.error().message);
  open_group(event);
  group.describe(decoded->gtid);
  if (!decoded->standalone) group.begin_transaction(decoded->xa_prepared);
  return past.active() ? look_back() : Outcome(std::nullopt);
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
  if (past.active()) {
    if (auto moved = past.moved(stream.file(), stream.offset()); !moved) return failed(moved.error().message);
    if (past.active()) return std::nullopt; // what lies before the position must not become it
  }
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
  commit.prepared = nullptr;
  commit.decided = nullptr;
}

} // namespace rowferry
