// The rows of one rows event, one change at a time.
#pragma once

#include <memory>
#include <optional>
#include <rowferry/binlog/json_diff.hpp>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/change/change.hpp>
#include <vector>

namespace rowferry {

/// One thread. Cells are reused: nothing is allocated per row.
class RowCursor {
 public:
  /// `schema` has as many columns as the event. `rows`: of this table in its transaction, counted on. All but `change`
  /// outlive the reading, with the event's bytes; `change` gets everything but the row.
  void open(const std::shared_ptr<const TableSchema>& schema, std::uint64_t& rows, const binlog::RowsEvent& event,
            const Origin& origin, Change& change);
  [[nodiscard]] bool is_open() const noexcept { return rows_.has_value(); }
  void close() noexcept { rows_.reset(); }
  /// row: the change's images and number are those of the next row. end, malformed: closed.
  binlog::RowReader::Step next(Change& change);
  /// After malformed: the JSON column whose differences do not fit its document; null when it is something else.
  [[nodiscard]] const Column* unfit() const noexcept { return unfit_; }

 private:
  bool complete_documents();
  void shrink();

  std::optional<binlog::RowReader> rows_;
  const TableSchema* schema_ = nullptr;
  std::uint64_t* count_ = nullptr; ///< rows of the table in its transaction
  std::vector<binlog::Cell> before_;
  std::vector<binlog::Cell> after_;

  // Of PARTIAL_UPDATE_ROWS: JSON documents made of those before and their differences.
  struct Document {
    std::size_t column;
    std::size_t begin; ///< in documents_
  };
  bool partial_json_ = false;
  binlog::JsonPatcher patcher_;
  std::vector<std::uint8_t> documents_; ///< of the row under way
  std::vector<Document> made_;
  const Column* unfit_ = nullptr;
};

} // namespace rowferry
