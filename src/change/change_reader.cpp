#include <rowferry/change/change_reader.hpp>

#include <algorithm>

#include "change/reader_state.hpp"

namespace rowferry {

using binlog::EventType;
using binlog::EventView;

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
  s.unmapped = nullptr;
  s.xa.reset();
  if (s.replaying != nullptr) std::exchange(s.replaying, nullptr)->release();
  if (s.rereading) s.tables.end_borrowing();
  s.passing = s.rereading = false;
}

void ChangeReader::look_back(LookBack from) { state_->past.begin(std::move(from)); }
const std::vector<PreparedXa>& ChangeReader::awaited() const noexcept { return state_->past.awaited(); }

std::vector<PreparedXa> ChangeReader::undecided() const {
  std::vector<PreparedXa> undecided;
  for (const auto& [xid, rows] : state_->prepared.all()) undecided.push_back(rows->prepared);
  std::ranges::sort(undecided, [](const PreparedXa& a, const PreparedXa& b) { return compare(a.begin, b.begin) < 0; });
  return undecided;
}

Result<void> ChangeReader::push(const binlog::RawEvent& event) {
  ++state_->counters.events;
  state_->counters.bytes += event.size();
  return state_->stream.push(event);
}

Result<ChangeReader::Step> ChangeReader::next() {
  State& s = *state_;
  if (s.rows_under_way.is_open()) {
    const auto step = s.rows_under_way.next(s.change);
    if (step == binlog::RowReader::Step::row) [[likely]] {
      s.count_row();
      return Step::change;
    }
    if (const auto ended = s.rows_ended(step); !ended.is_nothing()) return s.told(ended);
  }
  if (s.is_under_way()) {
    if (const auto outcome = s.go_on(); !outcome.is_nothing()) return s.told(outcome);
  }
  if (const EventView* const event = s.stream.next_ordinary()) {
    const auto outcome = s.handle(*event);
    return outcome.is_nothing() ? Step::need_event : s.told(outcome);
  }
  return s.next_of_any();
}

Result<ChangeReader::Step> ChangeReader::State::next_of_any() {
  for (;;) {
    auto event = stream.next();
    if (!event) return fail(std::move(event.error()));
    if (*event == nullptr) return Step::need_event;
    if (const auto outcome = handle(**event); !outcome.is_nothing()) return told(outcome);
  }
}

ChangeReader::State::Outcome ChangeReader::State::go_on() {
  if (replaying != nullptr) {
    if (const auto outcome = replay_on(); !outcome.is_nothing()) return outcome;
  }
  if (std::exchange(commit_after_change, false)) return end_group();
  if (const EventView* const event = std::exchange(unmapped, nullptr)) return table_map(*event);
  return std::nullopt;
}

const Change& ChangeReader::change() const noexcept { return state_->change; }
std::size_t ChangeReader::rows_size() const noexcept { return state_->rows_event.rows.size(); }
bool ChangeReader::rows_are_inner() const noexcept { return state_->rows_are_inner; }
bool ChangeReader::take_rows(EventRows& rows) { return state_->take_rows(rows); }
const Commit& ChangeReader::commit() const noexcept { return state_->commit; }
const std::string& ChangeReader::warning() const noexcept { return state_->warning; }
const ShapeRequest& ChangeReader::shape_request() const noexcept { return state_->shape_request; }
void ChangeReader::provide(std::shared_ptr<const TableDefinition> definition) {
  state_->tables.provide(state_->shape_request.database, state_->shape_request.table, std::move(definition));
}
void ChangeReader::know_shape(TableRef table, std::shared_ptr<const TableDefinition> definition) {
  state_->tables.shapes().learn(std::move(table), std::move(definition), true);
}
bool ChangeReader::has_shape_changes() const noexcept { return state_->tables.shapes().has_changes(); }
std::vector<ShapeChange> ChangeReader::take_shape_changes() { return state_->tables.shapes().take_changes(); }
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

namespace {

/// What follows is another group, or none. A HEARTBEAT may come in the middle of one.
bool ends_passing(EventType type) noexcept {
  switch (type) {
    case EventType::gtid:
    case EventType::anonymous_gtid:
    case EventType::gtid_tagged:
    case EventType::mariadb_gtid:
    case EventType::format_description:
    case EventType::rotate:
      return true;
    default:
      return false;
  }
}

} // namespace

ChangeReader::State::Outcome ChangeReader::State::handle(const EventView& event) {
  if (!follows(event)) {
    return failed("the events before this one were lost on their way here: start again from the checkpoint");
  }
  if (passing && !ends_passing(event.header.type)) return std::nullopt;
  switch (event.header.type) {
    case EventType::gtid:
    case EventType::anonymous_gtid:
    case EventType::gtid_tagged:
      return begin_group(event);
    case EventType::query:
    case EventType::query_compressed:
      return query(event);
    case EventType::table_map:
      return table_map(event);
    case EventType::write_rows:
    case EventType::update_rows:
    case EventType::delete_rows:
    case EventType::pre_ga_write_rows:
    case EventType::pre_ga_update_rows:
    case EventType::pre_ga_delete_rows:
    case EventType::write_rows_v1:
    case EventType::update_rows_v1:
    case EventType::delete_rows_v1:
    case EventType::partial_update_rows:
    case EventType::write_rows_compressed_v1:
    case EventType::update_rows_compressed_v1:
    case EventType::delete_rows_compressed_v1:
    case EventType::write_rows_compressed:
    case EventType::update_rows_compressed:
    case EventType::delete_rows_compressed:
      return rows(event);
    case EventType::xid:
      return end_whole_group();
    default:
      return handle_rare(event);
  }
}

ChangeReader::State::Outcome ChangeReader::State::handle_rare(const EventView& event) {
  switch (event.header.type) {
    case EventType::mariadb_gtid:
      return begin_mariadb_group(event);
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
      if (!incident) return failed(incident.error().message);
      return failed(
          fmt::format("the server reports that events are missing from its log (incident {}): take a new copy of "
                      "the tables and start from a position behind this one",
                      incident->number));
    }
    case EventType::format_description:
      passing = rereading = false;
      xa.reset();
      if (!group.is_open()) return std::nullopt;
      group.close();
      warning = fmt::format("{}: the transaction before was never ended (the server was restarted in the middle of it)",
                            stream.where());
      return Step::warning;
    case EventType::rotate:
      passing = false;
      return idle();
    case EventType::heartbeat:
    case EventType::heartbeat_v2:
    case EventType::previous_gtids:
    case EventType::stop:
    case EventType::mariadb_gtid_list:
    case EventType::mariadb_binlog_checkpoint:
    case EventType::mariadb_start_encryption:
      return idle();
    // They carry no rows and end no group; the file of a LOAD DATA is followed by the statement.
    case EventType::begin_load_query:
    case EventType::append_block:
    case EventType::delete_file:
    case EventType::rows_query:
    case EventType::mariadb_annotate_rows:
    case EventType::ignorable:
    case EventType::view_change:
    case EventType::transaction_context:
    // The context of a statement: what follows is a QUERY that says what it is.
    case EventType::intvar:
    case EventType::rand:
    case EventType::user_var:
      return std::nullopt;
    case EventType::partial_row_data:
      return failed(
          "this version does not put together rows events that the server cut into fragments: SET GLOBAL "
          "binlog_row_event_fragment_threshold to a size that no rows event reaches, then start behind this position");
    default:
      if ((event.header.flags & binlog::event_flag::ignorable) != 0) {
        ++counters.unknown_ignorable;
        return std::nullopt;
      }
      return failed("this version does not understand events of this type");
  }
}

} // namespace rowferry
