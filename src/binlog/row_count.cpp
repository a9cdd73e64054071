// How many rows an event holds: the walk of RowReader without its cells.
#include <rowferry/binlog/rows.hpp>
#include <vector>

#include "binlog/bitmap.hpp"

namespace rowferry::binlog {
namespace {

std::size_t length_at(const std::uint8_t* p, std::size_t prefix) noexcept {
  switch (prefix) {
    case 0:
      return 0;
    case 1:
      return *p;
    case 2:
      return load_le<2>(p);
    case 3:
      return load_le<3>(p);
    default:
      return load_le<4>(p);
  }
}

/// The images of one kind in an event.
struct Image {
  Image(std::span<const ColumnLayout> columns, Bytes bitmap) noexcept
      : layout(columns), present(bitmap), held(count_present(bitmap, columns.size())) {}

  /// Past the image at `p`. Null: it does not fit.
  [[nodiscard]] const std::uint8_t* pass(const std::uint8_t* p, const std::uint8_t* end) const noexcept {
    const std::size_t bitmap_size = (held + 7) / 8;
    if (bitmap_size > static_cast<std::size_t>(end - p)) return nullptr;
    const std::uint8_t* const nulls = p;
    p += bitmap_size;
    const bool full = held == layout.size();
    std::size_t null_index = 0;
    for (std::size_t i = 0; i < layout.size(); ++i) {
      if (!full && !bit(present.data(), i)) continue;
      if (bit(nulls, null_index++)) continue;
      const auto prefix = static_cast<std::size_t>(layout[i].encoding);
      const auto left = static_cast<std::size_t>(end - p);
      if (prefix > left) return nullptr;
      const std::size_t size = prefix + length_at(p, prefix) + layout[i].width;
      if (size > left) return nullptr;
      p += size;
    }
    return p;
  }

  std::span<const ColumnLayout> layout;
  Bytes present;
  std::size_t held; ///< columns
};

std::optional<std::uint64_t> count_by_reading(std::span<const ColumnLayout> layout, const RowsEvent& event) {
  RowReader reader(layout, event);
  std::vector<Cell> before(layout.size());
  std::vector<Cell> after(layout.size());
  RowReader::Step step = RowReader::Step::row;
  while (step == RowReader::Step::row) step = reader.next(before, after);
  if (step == RowReader::Step::malformed) return std::nullopt;
  return reader.count();
}

} // namespace

std::optional<std::uint64_t> count_rows(std::span<const ColumnLayout> layout, const RowsEvent& event) {
  if (event.dummy()) return 0;
  // Rows of no bytes, and differences of JSON, are left to the one that knows them.
  if (event.partial_json || event.rows.empty()) return count_by_reading(layout, event);
  const bool is_update = event.operation == RowsOperation::update;
  const Image before(layout, event.present_before);
  const Image after(is_update ? layout : std::span<const ColumnLayout>(), event.present_after);
  const std::uint8_t* const end = event.rows.data() + event.rows.size();
  std::uint64_t count = 0;
  for (const std::uint8_t* p = event.rows.data(); p != end; ++count) {
    const std::uint8_t* const begin = p;
    p = before.pass(p, end);
    if (p != nullptr && is_update) p = after.pass(p, end);
    if (p == nullptr || p == begin) return std::nullopt;
  }
  return count;
}

} // namespace rowferry::binlog
