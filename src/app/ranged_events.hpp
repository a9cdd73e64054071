// The transactions of binlog files between --from and --to.
#pragma once

#include <memory>
#include <optional>
#include <rowferry/source/event_source.hpp>

#include "app/log_bound.hpp"
#include "app/transaction_cutter.hpp"

namespace rowferry {

/// Half open: a transaction belongs to the range when it begins at --from or behind and before --to. By time every
/// transaction is asked for itself, since commit times need not rise in a log.
struct LogRange {
  std::optional<LogBound> from;
  std::optional<LogBound> to;
};

/// Hands out whole transactions of the range, and the events that belong to none. What lies before is passed over
/// without being decoded, what lies behind an offset or a GTID is not read. One thread.
class RangedEvents {
 public:
  using Part = TransactionCutter::Part;

  RangedEvents(std::unique_ptr<BinlogFiles> files, LogRange range);
  /// As EventSource::next(). Fails (status 2) at the end when the GTID of --from was not met.
  Result<binlog::RawEvent> next();

  /// Of the event that next() gave last.
  [[nodiscard]] Part part() const noexcept { return part_; }
  [[nodiscard]] const LogTransaction& transaction() const noexcept { return cutter_.transaction(); }
  [[nodiscard]] BinlogFiles::Place place() const noexcept { return files_->place(); }

 private:
  enum class Verdict : std::uint8_t { before, within, behind };
  Verdict judge(const LogTransaction& transaction);
  [[nodiscard]] Result<binlog::RawEvent> at_end() const;

  std::unique_ptr<BinlogFiles> files_;
  LogRange range_;
  TransactionCutter cutter_;
  Part part_ = Part::outside;
  bool begun_ = false;  ///< --from, an offset or a GTID, was met
  bool within_ = false; ///< the transaction under way
};

} // namespace rowferry
