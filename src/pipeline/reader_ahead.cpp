// The reader with workers: rows events are handed out as they come, and what they become is sent in the order of the
// log.
#include "pipeline/reader.hpp"

namespace rowferry {

// A lone event, and small ones while nothing is under way, are worth no other thread: the reader sends their changes
// itself, and so it does with what cannot be handed out.
Result<void> Reader::read_ahead(EventSource& events) {
  const std::size_t size = changes_.rows_size();
  const bool worthwhile = size >= ReadAhead::kWorthwhile && size <= ReadAhead::kMostOfEvent;
  if (ahead_->empty() && !(worthwhile && (changes_.rows_are_inner() || events.has_more()))) return {};
  if (size > ReadAhead::kMostOfEvent) return take_all();
  if (auto taken = take_done(); !taken) return taken;
  if (auto room = make_room(); !room) return room;
  if (!changes_.take_rows(ahead_->spare().rows)) return take_all();
  ahead_->push_spare(table_of(ahead_->spare().rows.schema()));
  return {};
}

Result<void> Reader::commit_in_turn(const Commit& commit_now) {
  const bool has_shapes = changes_.has_shape_changes();
  if (ahead_ && !ahead_->empty()) {
    if (!has_shapes && commit_now.prepared == nullptr && commit_now.decided == nullptr) {
      if (auto room = make_room(); !room) return room;
      ahead_->push(commit_now);
      return {};
    }
    if (auto taken = take_all(); !taken) return taken;
  }
  if (has_shapes) note_shapes(); // what the group ended by it made void is so from its end on
  return commit(commit_now);
}

Result<void> Reader::make_room() {
  while (!ahead_->has_room()) {
    if (auto taken = take_front(); !taken) return taken;
  }
  return {};
}

Result<void> Reader::take_done() {
  while (!ahead_->empty() && ahead_->front_is_done()) {
    if (auto taken = take_front(); !taken) return taken;
  }
  return {};
}

Result<void> Reader::take_all() {
  while (!ahead_->empty()) {
    if (auto taken = take_front(); !taken) return taken;
  }
  return {};
}

// Nothing behind what could not be sent may be sent.
Result<void> Reader::take_front() {
  ReadAhead::Item& item = ahead_->front();
  auto taken = item.job == nullptr ? commit(item.commit) : send(*item.job, item.table);
  ahead_->pop();
  if (!taken) give_up();
  return taken;
}

void Reader::give_up() {
  for (; !ahead_->empty(); ahead_->pop()) {
    RowsJob* const job = ahead_->front().job.get();
    if (job == nullptr) continue;
    log_warnings(job->warnings()); // they are given once
    encode_warnings_.invalid_text += job->invalid_texts();
    totals_.abandoned += job->rows.count();
  }
}

Result<void> Reader::send(RowsJob& job, std::uint32_t table) {
  const Origin& origin = job.rows.origin();
  const TableSchema& schema = *job.rows.schema();
  log_warnings(job.warnings());
  encode_warnings_.invalid_text += job.invalid_texts();
  std::size_t i = 0;
  begin(origin);
  Result<void> sent;
  while (sent && i < job.size()) {
    const std::uint64_t row = job.rows.first() + i;
    if (progress_.seen(table, row)) {
      ++totals_.repeated;
    } else if (job.drop(i) != Drop::none) {
      ++totals_.bookkeeping; // a TRUNCATE has no rows
    } else {
      sent = submit(job.messages(i), table, row, origin, schema);
    }
    if (sent) ++i;
  }
  if (sent && job.error()) sent = fail(std::move(*job.error()));
  while (sent && i < job.rows.count()) { // more than the worker was to make of it
    sent = send(*job.rows.next(), table);
    if (sent) ++i;
  }
  if (!sent) totals_.abandoned += job.rows.count() - i;
  return sent;
}

} // namespace rowferry
