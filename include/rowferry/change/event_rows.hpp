// The rows of one event, taken out of a ChangeReader to be read elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <rowferry/binlog/rows.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <string>
#include <vector>

namespace rowferry {

/// Owns a copy of all that its changes are views of, so that it may outlive the event and change threads between two
/// calls. Reused: in the steady state assign() allocates nothing.
class EventRows {
 public:
  EventRows();
  ~EventRows();
  EventRows(const EventRows&) = delete;
  EventRows& operator=(const EventRows&) = delete;

  /// `event` has as many columns as `schema`, no differences of JSON, and is `count` whole rows (binlog::count_rows),
  /// the first of which has the number `first`.
  void assign(const std::shared_ptr<const TableSchema>& schema, const binlog::RowsEvent& event, const Origin& origin,
              std::uint64_t first, std::uint64_t count);
  /// The next change, valid until the next call; null behind the last one.
  const Change* next();
  /// Lets go of the schema, and of the memory of a large event.
  void clear() noexcept;

  [[nodiscard]] const std::shared_ptr<const TableSchema>& schema() const noexcept { return schema_; }
  [[nodiscard]] const Origin& origin() const noexcept { return origin_; }
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size(); }

 private:
  struct Cursor;

  std::shared_ptr<const TableSchema> schema_;
  std::vector<std::uint8_t> bytes_; ///< both bitmaps and the rows
  Origin origin_;
  std::string gtid_text_;
  std::string file_;
  std::string transaction_file_;
  std::uint64_t first_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t next_row_ = 0;
  Change change_;
  std::unique_ptr<Cursor> cursor_;
};

} // namespace rowferry
