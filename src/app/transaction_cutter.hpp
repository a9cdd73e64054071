// Where the transactions of a log begin, told from raw events: nothing of a row is looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/gtid/gtid.hpp>
#include <rowferry/source/event_source.hpp>

namespace rowferry {

/// What the first event of a transaction says.
struct LogTransaction {
  BinlogFiles::Place place;   ///< where that event begins
  std::optional<Gtid> gtid;   ///< empty: anonymous, or a log without GTIDs
  std::int64_t commit_us = 0; ///< when it committed where it was first executed, µs since the epoch
};

/// Takes the events of binlog files in order. A transaction is everything from its GTID event to the next one; in a log
/// without GTID events (before MySQL 5.6 and MariaDB 10.0) from BEGIN to its end, or a statement alone. An event that
/// is damaged belongs to what was before: whoever decodes it says so. One thread.
class TransactionCutter {
 public:
  enum class Part : std::uint8_t {
    outside, ///< FORMAT_DESCRIPTION, ROTATE and whatever else belongs to the file and to no transaction
    first,   ///< begins a transaction
    inside,
  };
  Part take(Bytes event, const BinlogFiles::Place& place);
  /// The one under way, or the last one. After Part::first.
  [[nodiscard]] const LogTransaction& transaction() const noexcept { return transaction_; }

 private:
  Part take_body(const binlog::EventHeader& header, Bytes body, const BinlogFiles::Place& place);
  void open(const binlog::EventHeader& header, const BinlogFiles::Place& place);
  [[nodiscard]] bool ends_transaction(binlog::EventType type, Bytes body);

  binlog::FormatDescription format_;
  LogTransaction transaction_;
  bool open_ = false;
  bool by_gtid_ = false;  ///< this file has GTID events
  bool in_begin_ = false; ///< behind a BEGIN of a log without GTID events
};

} // namespace rowferry
