// The rows of an XA transaction, which are nobody's before its outcome is read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <rowferry/base/spool.hpp>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/gtid/prepared_xa.hpp>
#include <unordered_map>
#include <vector>

#include "change/captured_tables.hpp"
#include "change/group.hpp"

namespace rowferry {

/// Of one group: its rows events of captured tables as they stand in the log, each with the schema of its TABLE_MAP.
/// One thread.
class XaRows {
 public:
  /// `format` is that of the group's events.
  XaRows(const Group& group, const binlog::FormatDescription& format);

  /// `event` is not compressed; its rows can be decoded.
  Result<void> append(const std::shared_ptr<const TableSchema>& schema, const binlog::EventView& event);
  /// The group ended. At most `memory` bytes of it stay in memory.
  Result<void> seal(std::size_t memory) { return rows_.seal(memory); }
  [[nodiscard]] std::size_t memory() const noexcept { return rows_.memory(); }
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }

  /// From the first rows event on: as changes of the group that prepared them, sent by `outcome`.
  void replay(const Group& outcome);
  struct Event {
    TableState* table; ///< of this replay: its rows are counted from 0
    const Origin* origin;
    binlog::RowsEvent rows;
  };
  /// Valid until the next call; empty behind the last one.
  Result<std::optional<Event>> next();
  /// The replay is over.
  void release() noexcept { rows_.release(); }
  /// "binlog.000001:1234" of the event that next() gave.
  [[nodiscard]] std::string where() const { return FileOffset{std::string(origin_.file), origin_.offset}.text(); }

  PreparedXa prepared; ///< all but `xid`, `server_uuid` and `before` is that of the group

 private:
  struct Known {
    std::shared_ptr<const TableSchema> schema;
    std::uint32_t table; ///< index in tables_
  };
  std::uint32_t index_of(const std::shared_ptr<const TableSchema>& schema);

  binlog::FormatDescription format_;
  Spool rows_{"the rows of an XA transaction"};
  std::uint64_t events_ = 0;
  std::vector<Known> schemas_;
  std::unordered_map<const TableSchema*, std::uint32_t> schema_indexes_;
  std::unordered_map<std::string, std::uint32_t> table_indexes_; ///< by "database\0table"
  std::vector<TableState> tables_;
  std::array<char, Gtid::kMaxChars> gtid_text_{};
  Origin origin_;
};

} // namespace rowferry
