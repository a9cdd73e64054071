// Rows events and the iteration over their row images (PROTOCOL.md 2.5, 2.6).
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <span>

namespace rowferry::binlog {

enum class RowsOperation : std::uint8_t { insert, update, remove };

namespace rows_flag {
inline constexpr std::uint16_t statement_end = 0x1;
inline constexpr std::uint16_t no_foreign_key_checks = 0x2;
} // namespace rows_flag

/// Header of a rows event. Views borrow from the event's body.
struct RowsEvent {
  std::uint64_t table_id = 0;
  std::uint16_t flags = 0;
  RowsOperation operation = RowsOperation::insert;
  std::uint64_t column_count = 0;
  /// Columns-present bitmaps, LSB first; the padding bits may be 1. `before`: of the only image, or of the before image
  /// of an UPDATE; `after`: of the after image of an UPDATE.
  Bytes present_before;
  Bytes present_after;
  /// PARTIAL_UPDATE_ROWS: after images may hold differences of JSON documents in place of the documents.
  bool partial_json = false;
  Bytes rows;
  /// "End of statement" without a table or rows: no TABLE_MAP comes with it.
  [[nodiscard]] bool dummy() const noexcept;
};
/// WRITE/UPDATE/DELETE_ROWS: v2, v1 (MySQL 5.1 to 5.5, MariaDB) and those of 5.1 before it was released;
/// PARTIAL_UPDATE_ROWS. Of a compressed one EventStream::plain() first.
Result<RowsEvent> decode_rows(const FormatDescription& format, EventType type, Bytes body);

enum class CellState : std::uint8_t {
  absent, ///< the row image does not hold this column; never to be written as null
  diffs,  ///< what changed in a JSON document, not the document: see json_diff.hpp; no bytes: it is as it was
  null,
  value,
};

/// One column of one row, borrowed from the event. `data` is without its length prefix.
struct Cell {
  const std::uint8_t* data = nullptr;
  std::uint32_t size = 0;
  CellState state = CellState::absent;
  [[nodiscard]] Bytes bytes() const noexcept { return {data, size}; }
  [[nodiscard]] bool is_value() const noexcept { return state == CellState::value; }
  /// The image tells the column's whole value, or its NULL.
  [[nodiscard]] bool is_held() const noexcept { return state >= CellState::null; }
};

/// Walks the rows of one event into cells that the caller owns. No allocation. An event with no row data at all still
/// means one row when no column is present (INSERT … VALUES () with MINIMAL images); a dummy event has none.
class RowReader {
 public:
  enum class Step : std::uint8_t { row, end, malformed };

  /// `layout` and the event's bytes outlive the reader. The event's column count equals layout.size(): check before.
  RowReader(std::span<const ColumnLayout> layout, const RowsEvent& event) noexcept;

  /// Fills `before` (delete, update) and `after` (insert, update), each of layout.size() cells; the one that the
  /// operation does not have is left alone. malformed: a row is cut short; the cells are then unusable.
  Step next(std::span<Cell> before, std::span<Cell> after) noexcept;
  /// Rows handed out so far.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  /// Which columns the images of one kind hold.
  struct Image {
    Image(Bytes bitmap, std::size_t columns) noexcept;
    Bytes present;
    std::uint32_t count; ///< columns that it holds
    bool full;           ///< all of them
    /// Their bits in the null bitmap, where all are there and a word holds them; else 0.
    std::uint64_t null_mask = 0;
  };

  /// The image at `p`, or null when it does not fit.
  const std::uint8_t* read_image(const std::uint8_t* p, const Image& image, Cell* cells) const noexcept;
  /// The after image of an UPDATE, likewise.
  const std::uint8_t* read_after_image(const std::uint8_t* p, Cell* cells) const noexcept;
  /// That of a PARTIAL_UPDATE_ROWS event.
  const std::uint8_t* read_image_of_diffs(const std::uint8_t* p, Cell* cells) const noexcept;

  std::span<const ColumnLayout> layout_;
  Image before_;
  Image after_;
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::uint64_t count_ = 0;
  std::uint32_t json_columns_ = 0; ///< of the table; counted for PARTIAL_UPDATE_ROWS only
  RowsOperation operation_;
  bool partial_json_;
  bool more_;
};

/// How many rows RowReader would hand out of this event, without looking at their values; nullopt where it would find
/// it malformed. Faster than reading them, but for PARTIAL_UPDATE_ROWS.
std::optional<std::uint64_t> count_rows(std::span<const ColumnLayout> layout, const RowsEvent& event);

} // namespace rowferry::binlog
