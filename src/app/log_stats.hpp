// What is in binlog files, counted: `rowferry decode --stats`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/change/change_reader.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/ranged_events.hpp"

namespace rowferry {

/// Bytes are those of whole events, header and checksum included.
struct LogCounts {
  struct Events {
    std::uint64_t count = 0; ///< in the log itself
    std::uint64_t bytes = 0;
    std::uint64_t inner_count = 0; ///< in TRANSACTION_PAYLOAD events
    std::uint64_t inner_bytes = 0; ///< decompressed
  };
  struct Table {
    std::uint64_t events = 0; ///< rows events
    std::uint64_t inserts = 0;
    std::uint64_t updates = 0;
    std::uint64_t deletes = 0;
    std::uint64_t bytes = 0; ///< of the rows events, decompressed
    [[nodiscard]] std::uint64_t rows() const noexcept { return inserts + updates + deletes; }
  };
  struct Transaction {
    std::string file;
    std::uint64_t offset = 0;
    std::string gtid; ///< "" without one
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0; ///< as they are in the log
  };

  std::vector<std::string> files;
  std::uint64_t bytes = 0; ///< of all events
  std::uint64_t transactions = 0;
  std::int64_t first_us = 0; ///< earliest commit, µs since the epoch; means something when there are transactions
  std::int64_t last_us = 0;
  std::optional<Transaction> largest;                          ///< in bytes
  std::map<std::string, Events> events;                        ///< by name of the type
  std::map<std::pair<std::string, std::string>, Table> tables; ///< by database and name
};

/// Reads rows by the physical shape that each TABLE_MAP has: column names, keys and character sets are not needed.
/// Memory grows with the number of tables. One thread.
class LogStats {
 public:
  /// Counts rows of the tables that `selector`, which outlives this, wants; events and transactions of all.
  explicit LogStats(const TableSelector& selector) : selector_(selector) {}
  /// To the end of the events. After an error counts() has what is good before it.
  Result<void> count(RangedEvents& events);
  [[nodiscard]] const LogCounts& counts() const noexcept { return counts_; }

 private:
  struct Mapped {
    std::vector<std::uint8_t> shape; ///< TableMap::shape
    std::vector<binlog::ColumnLayout> layout;
    LogCounts::Table* table = nullptr; ///< null: its rows are not counted
  };

  Result<void> count_event(const RangedEvents& events, const binlog::RawEvent& event);
  Result<void> count_view(const binlog::EventView& event);
  Result<void> map_table(const binlog::EventView& event);
  Result<void> count_rows(const binlog::EventView& event);
  void begin_transaction(const LogTransaction& transaction);
  void end_transaction();
  [[nodiscard]] Error error(std::string_view what) const;

  const TableSelector& selector_;
  binlog::EventStream stream_;
  LogCounts counts_;
  std::optional<LogCounts::Transaction> under_way_;
  std::map<std::uint64_t, Mapped> mapped_; ///< by table id, of the transaction under way
  std::vector<binlog::Cell> before_;
  std::vector<binlog::Cell> after_;
};

} // namespace rowferry
