#include "pipeline/reader.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace rowferry {
namespace {

constexpr std::size_t kMaxTargets = 4096;

ChangeReader::Options announcing(ChangeReader::Options options, bool rows) noexcept {
  options.announce_rows = rows;
  return options;
}

} // namespace

Reader::Reader(const TableSelector& selector, Router& router, EncodeWarnings& warnings, ChangeReader::Options options,
               Delivery& delivery, Progress& progress, OutputUsage& usage, Control& control, ShapeSource* shapes,
               EncodeWorkers* workers)
    : encode_warnings_(warnings),
      changes_(selector, announcing(options, workers != nullptr)),
      delivery_(delivery),
      progress_(progress),
      control_(control),
      shapes_(shapes),
      encoder_(router, warnings, usage) {
  if (workers != nullptr) ahead_.emplace(*workers, encoder_);
}

Error Reader::run(EventSource& events, const FileOffset& start, bool by_gtid) {
  read_anything_ = false;
  progress_.again();
  changes_.start(start);
  const Resume& resume = progress_.resume();
  changes_.look_back({resume.undecided, resume.position, by_gtid});
  Error ended = read(events);
  if (ahead_ && !ahead_->empty()) {
    // What was read in front of the end is sent like anything else.
    if (auto taken = control_.interrupted() ? Result<void>() : take_all(); !taken) ended = std::move(taken.error());
    give_up();
  }
  progress_.set_awaited(changes_.awaited());
  return ended;
}

Error Reader::read(EventSource& events) {
  while (!control_.interrupted()) {
    if (ahead_ && !ahead_->empty()) {
      if (auto taken = events.has_more() ? take_done() : take_all(); !taken) return std::move(taken.error());
    }
    if (std::exchange(committed_, false) && !events.has_more()) {
      sent_any_ = false;
      delivery_.pause();
    }
    auto event = events.next();
    if (!event) return std::move(event.error());
    if (event->empty()) return Error::source_retriable("the server ended the stream");
    read_anything_ = true;
    if (auto pushed = changes_.push(*event); !pushed) return std::move(pushed.error());
    if (auto drained = drain(events); !drained) return std::move(drained.error());
  }
  return Error::source_retriable("interrupted");
}

Result<void> Reader::drain(EventSource& events) {
  for (;;) {
    auto step = changes_.next();
    if (!step) return fail(std::move(step.error()));
    switch (*step) {
      case ChangeReader::Step::need_event:
        return {};
      case ChangeReader::Step::change:
        if (auto told = tell_shapes(); !told) return told;
        if (auto sent = send(changes_.change()); !sent) return sent;
        break;
      case ChangeReader::Step::rows:
        if (auto told = tell_shapes(); !told) return told;
        if (auto begun = read_ahead(events); !begun) return begun;
        break;
      case ChangeReader::Step::need_shape:
        if (auto answered = answer_shape(); !answered) return answered;
        break;
      case ChangeReader::Step::commit:
        if (auto ended = commit_in_turn(changes_.commit()); !ended) return ended;
        break;
      case ChangeReader::Step::warning:
        spdlog::warn("{}", changes_.warning());
        break;
    }
  }
}

std::uint32_t Reader::table_of(const std::shared_ptr<const TableSchema>& schema) {
  if (last_target_ != nullptr && last_target_->schema == schema) return last_target_->table;
  auto found = targets_.find(schema.get());
  if (found == targets_.end()) {
    if (targets_.size() >= kMaxTargets) targets_.clear();
    found =
        targets_.emplace(schema.get(), Target{schema, delivery_.table_index(schema->database, schema->table)}).first;
  }
  last_target_ = &found->second;
  return last_target_->table;
}

Result<void> Reader::send(const Change& change) {
  if (ahead_ && !ahead_->empty()) {
    if (auto taken = take_all(); !taken) return taken;
  }
  begin(*change.origin);
  return send(change, table_of(*change.schema));
}

Result<void> Reader::send(const Change& change, std::uint32_t table) {
  if (progress_.seen(table, change.row)) {
    ++totals_.repeated;
    return {};
  }
  auto drop = encoder_.encode(change);
  if (!drop) return fail(std::move(drop.error()));
  if (*drop != Drop::none) {
    drop_change(change, *drop);
    return {};
  }
  if (encoder_.has_warnings()) log_warnings(encoder_.take_warnings());
  return submit(encoder_.messages(), table, change.row, *change.origin, *change.table);
}

void Reader::begin(const Origin& origin) {
  if (origin.transaction_number == transaction_) return;
  transaction_ = origin.transaction_number;
  progress_.begin(origin.gtid, origin.commit_us);
  delivery_.begin(origin.gtid ? &*origin.gtid : nullptr, origin.commit_us);
}

Result<void> Reader::submit(std::span<const Message> messages, std::uint32_t table, std::uint64_t row,
                            const Origin& origin, const TableSchema& schema) {
  if (auto submitted = delivery_.submit(messages, table, row); !submitted) {
    return fail(std::move(submitted.error()).in(fmt::format("{}:{}, {}", origin.file, origin.offset, schema.quoted())));
  }
  progress_.registered(table, row + 1);
  totals_.messages += messages.size();
  ++totals_.sent;
  sent_any_ = true;
  return {};
}

void Reader::log_warnings(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) spdlog::warn("{}", line);
}

void Reader::drop_change(const Change& change, Drop drop) {
  if (drop != Drop::truncate_without_row) {
    ++totals_.bookkeeping;
    return;
  }
  ++totals_.truncates;
  spdlog::warn("{}: TRUNCATE is not sent: the topic of this table depends on the row", place_of(change));
}

Result<void> Reader::commit(const Commit& commit) {
  committed_ = sent_any_;
  if (at_.file != commit.file) at_.file = commit.file;
  at_.offset = commit.offset;
  if (commit.idle && !progress_.is_ahead(at_)) return {};
  if (commit.prepared != nullptr || commit.decided != nullptr) tell_xa(commit);
  if (commit.idle) {
    delivery_.idle(at_, *commit.fingerprint);
  } else if (!delivery_.commit(commit.gtid, at_, *commit.fingerprint)) {
    return fail(Error::source_retriable("interrupted"));
  }
  progress_.ended(commit.gtid, at_, *commit.fingerprint, commit.idle);
  return {};
}

void Reader::tell_xa(const Commit& commit) {
  if (commit.decided != nullptr) delivery_.set_decided(*commit.decided);
  if (commit.prepared == nullptr) return;
  PreparedXa xa = *commit.prepared;
  const Resume& resume = progress_.resume();
  xa.server_uuid = resume.server_uuid;
  if (xa.gtid && xa.gtid->mariadb() != nullptr) xa.before = resume.position.executed;
  delivery_.set_prepared(std::move(xa));
}

} // namespace rowferry
