// One row changed: what every later stage works on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/gtid/gtid.hpp>
#include <rowferry/gtid/position.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <span>
#include <string>
#include <string_view>

namespace rowferry {

enum class Operation : std::uint8_t { insert, update, remove, snapshot, truncate };

/// Where a change came from. Belongs to the reader; valid until it moves on to the next event.
struct Origin {
  std::optional<Gtid> gtid;
  std::string_view gtid_text; ///< "" without a GTID
  std::string_view file;
  std::uint64_t offset = 0;    ///< where the rows event, or the compressed payload that holds it, begins
  std::uint64_t commit_us = 0; ///< when the transaction committed where it was first executed, µs since the epoch, UTC
  std::uint32_t server_id = 0;
  /// The transaction's first event: stands in for the GTID where there is none.
  std::string_view transaction_file;
  std::uint64_t transaction_offset = 0;
  std::uint64_t transaction_number = 0; ///< counts the groups read: with `offset` it tells origins apart
};

/// Views are valid until the reader is asked for the next step. `before` is empty for an insert, `after` for a delete,
/// both for a truncate; else each has one cell a column of `table`.
struct Change {
  Operation operation = Operation::insert;
  const TableSchema* table = nullptr;
  const std::shared_ptr<const TableSchema>* schema = nullptr; ///< the same, for keeping it
  std::span<const binlog::Cell> before;
  std::span<const binlog::Cell> after;
  std::uint64_t row = 0; ///< index from 0 among the changes of the same table in its transaction
  const Origin* origin = nullptr;

  /// The image that holds the row as it is now, or as it was last (delete).
  [[nodiscard]] std::span<const binlog::Cell> current() const noexcept { return after.empty() ? before : after; }
};

/// The cell of a key column: from `after` where the image holds it, else from `before` (CONTRACT section 4).
const binlog::Cell& key_cell(const Change& change, std::uint32_t column) noexcept;
/// True when both images hold a key column with different bytes, or when one is null and the other not.
bool changes_key(const Change& change) noexcept;
/// The same question for one column, whatever it is.
bool changes_column(const Change& change, std::uint32_t column) noexcept;

/// "binlog.000003:1234, `shop`.`orders`, row 5": where a change stands, for error messages.
std::string place_of(const Change& change);

} // namespace rowferry
