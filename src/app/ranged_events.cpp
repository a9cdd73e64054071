#include "app/ranged_events.hpp"

#include <fmt/format.h>

namespace rowferry {
namespace {

/// True where the bound is a place in the order of the log and this transaction is it, or begins behind it.
bool reaches(const LogTransaction& transaction, const LogBound& bound) {
  switch (bound.kind) {
    case LogBound::Kind::offset:
      return transaction.place >= BinlogFiles::Place{bound.file, bound.offset};
    case LogBound::Kind::gtid:
      return transaction.gtid == bound.gtid;
    case LogBound::Kind::time:
      break;
  }
  return false;
}

bool is_time(const std::optional<LogBound>& bound) { return bound && bound->kind == LogBound::Kind::time; }

} // namespace

RangedEvents::RangedEvents(std::unique_ptr<BinlogFiles> files, LogRange range)
    : files_(std::move(files)), range_(std::move(range)), begun_(!range_.from || is_time(range_.from)) {}

Result<binlog::RawEvent> RangedEvents::next() {
  for (;;) {
    Result<binlog::RawEvent> event = files_->next();
    if (!event) return event;
    if (event->empty()) return at_end();
    part_ = cutter_.take(event->bytes, files_->place());
    if (part_ == Part::outside) return event;
    if (part_ == Part::first) {
      const Verdict verdict = judge(cutter_.transaction());
      if (verdict == Verdict::behind) return at_end();
      within_ = verdict == Verdict::within;
    }
    if (within_) return event;
  }
}

RangedEvents::Verdict RangedEvents::judge(const LogTransaction& transaction) {
  if (range_.to && reaches(transaction, *range_.to)) return Verdict::behind;
  if (!begun_) begun_ = reaches(transaction, *range_.from);
  if (!begun_) return Verdict::before;
  if (is_time(range_.from) && transaction.commit_us < range_.from->time_us) return Verdict::before;
  if (is_time(range_.to) && transaction.commit_us >= range_.to->time_us) return Verdict::before;
  return Verdict::within;
}

Result<binlog::RawEvent> RangedEvents::at_end() const {
  if (begun_ || range_.from->kind != LogBound::Kind::gtid) return binlog::RawEvent{};
  return fail(Error::usage(fmt::format("--from: transaction {} is not in these files{}", range_.from->gtid.text(),
                                       range_.to ? ", or not before --to" : "")));
}

} // namespace rowferry
