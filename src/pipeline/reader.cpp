#include "pipeline/reader.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace rowferry {
namespace {

constexpr std::size_t kMaxTargets = 4096;

}  // namespace

Reader::Reader(const TableSelector& selector, Router& router, EncodeWarnings& warnings, ChangeReader::Options options,
               Delivery& delivery, Progress& progress, OutputUsage& usage, Control& control, ShapeSource* shapes)
    : router_(router),
      encode_warnings_(warnings),
      changes_(selector, options),
      delivery_(delivery),
      progress_(progress),
      control_(control),
      shapes_(shapes),
      output_(usage) {}

Error Reader::run(EventSource& events, const FileOffset& start, bool by_gtid) {
  read_anything_ = false;
  progress_.again();
  changes_.start(start);
  const Resume& resume = progress_.resume();
  changes_.look_back({resume.undecided, resume.position, by_gtid});
  Error ended = read(events);
  progress_.set_awaited(changes_.awaited());
  return ended;
}

Error Reader::read(EventSource& events) {
  while (!control_.interrupted()) {
    auto event = events.next();
    if (!event) return std::move(event.error());
    if (event->empty()) return Error::source_retriable("the server ended the stream");
    read_anything_ = true;
    if (auto pushed = changes_.push(*event); !pushed) return std::move(pushed.error());
    if (auto drained = drain(); !drained) return std::move(drained.error());
  }
  return Error::source_retriable("interrupted");
}

Result<void> Reader::drain() {
  for (;;) {
    auto step = changes_.next();
    if (!step) return fail(std::move(step.error()));
    switch (*step) {
      case ChangeReader::Step::need_event:
        return {};
      case ChangeReader::Step::change:
        if (changes_.has_shape_changes()) {
          tell_shapes();
          if (!delivery_.note()) return fail(Error::source_retriable("interrupted"));
        }
        if (auto sent = send(changes_.change()); !sent) return sent;
        break;
      case ChangeReader::Step::need_shape:
        if (auto answered = answer_shape(); !answered) return answered;
        break;
      case ChangeReader::Step::commit:
        if (changes_.has_shape_changes()) tell_shapes(); // what the group ended by it made void is so from its end on
        if (!commit(changes_.commit())) return fail(Error::source_retriable("interrupted"));
        break;
      case ChangeReader::Step::warning:
        spdlog::warn("{}", changes_.warning());
        break;
    }
  }
}

Result<Reader::Target*> Reader::target(const Change& change) {
  if (last_target_ != nullptr && last_target_->schema.get() == change.table) return last_target_;
  auto found = targets_.find(change.table);
  if (found == targets_.end()) {
    auto route = router_.resolve(*change.schema);
    if (!route) return fail(std::move(route.error()));
    if (targets_.size() >= kMaxTargets) targets_.clear();
    Target made;
    made.schema = *change.schema;
    made.route = *route;
    made.table = delivery_.table_index(change.table->database, change.table->table);
    if (*route != nullptr) made.encoder = &encoder_of(**route, encode_warnings_);
    found = targets_.emplace(change.table, std::move(made)).first;
  }
  last_target_ = &found->second;
  return last_target_;
}

Result<void> Reader::send(const Change& change) {
  auto found = target(change);
  if (!found) return fail(std::move(found.error()));
  Target& target = **found;
  if (target.route == nullptr) {
    return fail(Error::internal(fmt::format("{}: captured, but no rule wants it", place_of(change))));
  }
  if (change.origin->transaction_number != transaction_) {
    transaction_ = change.origin->transaction_number;
    progress_.begin(change.origin->gtid, change.origin->commit_us);
    if (!delivery_.begin(change.origin->gtid ? &*change.origin->gtid : nullptr, change.origin->commit_us)) {
      return fail(Error::source_retriable("interrupted"));
    }
  }
  if (progress_.seen(target.table, change.row)) {
    ++totals_.repeated;
    return {};
  }
  auto drop = target.route->route(change, destination_);
  if (!drop) return fail(std::move(drop.error()));
  if (*drop != Drop::none) {
    drop_change(change, *drop);
    return {};
  }
  if (auto encoded = target.encoder->encode(change, destination_, output_, encoded_); !encoded) return encoded;
  if (!encode_warnings_.lines.empty() || router_.has_warnings()) tell_warnings();
  const std::span<const Message> messages(encoded_.messages.data(), encoded_.count);
  if (auto submitted = delivery_.submit(messages, target.table, change.row); !submitted) {
    return fail(std::move(submitted.error()).in(fmt::format("{}:{}, {}", change.origin->file, change.origin->offset,
                                                            change.table->quoted())));
  }
  progress_.registered(target.table, change.row + 1);
  totals_.messages += messages.size();
  ++totals_.sent;
  return {};
}

void Reader::drop_change(const Change& change, Drop drop) {
  if (drop != Drop::truncate_without_row) {
    ++totals_.bookkeeping;
    return;
  }
  ++totals_.truncates;
  spdlog::warn("{}: TRUNCATE is not sent: the topic of this table depends on the row", place_of(change));
}

bool Reader::commit(const Commit& commit) {
  if (at_.file != commit.file) at_.file = commit.file;
  at_.offset = commit.offset;
  if (commit.idle && !progress_.is_ahead(at_)) return true;
  if (commit.prepared != nullptr || commit.decided != nullptr) tell_xa(commit);
  if (commit.idle) {
    delivery_.idle(at_, *commit.fingerprint);
  } else if (!delivery_.commit(commit.gtid, at_, *commit.fingerprint)) {
    return false;
  }
  progress_.ended(commit.gtid, at_, *commit.fingerprint, commit.idle);
  return true;
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

void Reader::tell_warnings() {
  for (const std::string& line : encode_warnings_.lines) spdlog::warn("{}", line);
  encode_warnings_.lines.clear();
  for (const std::string& line : router_.take_warnings()) spdlog::warn("{}", line);
}

}  // namespace rowferry
