// The innermost loop of the decoder: see PERFORMANCE.md before changing it.
#include <algorithm>
#include <cstring>
#include <rowferry/binlog/rows.hpp>

#include "binlog/bitmap.hpp"

namespace rowferry::binlog {
namespace {

constexpr std::uint8_t kNothing = 0; // where rows of no bytes begin and end

/// What a length prefix of so many bytes leaves of a 4-byte load.
constexpr std::uint32_t kLengthMask[] = {0, 0xff, 0xffff, 0xffffff, 0xffffffff};

/// The first four bytes at `p`, fewer where no more are left.
std::uint32_t load_word(const std::uint8_t* p, std::size_t left) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, p, std::min<std::size_t>(left, sizeof word));
  return word;
}

/// The value at `p`. Null: it does not fit.
inline const std::uint8_t* read_value(const std::uint8_t* p, const std::uint8_t* end, const ColumnLayout& column,
                                      Cell& cell) noexcept {
  auto left = static_cast<std::size_t>(end - p);
  std::uint32_t size = column.width;
  if (column.encoding != ColumnEncoding::fixed) {
    const auto prefix = static_cast<std::uint32_t>(column.encoding);
    size = load_word(p, left) & kLengthMask[prefix];
    if (prefix > left) [[unlikely]]
      return nullptr;
    p += prefix;
    left -= prefix;
  }
  if (size > left) [[unlikely]]
    return nullptr;
  cell = {p, size, CellState::value};
  return p + size;
}

/// The same, or a null, which has no bytes.
inline const std::uint8_t* read_cell(const std::uint8_t* p, const std::uint8_t* end, const ColumnLayout& column,
                                     bool is_null, Cell& cell) noexcept {
  if (!is_null) return read_value(p, end, column, cell);
  cell = {p, 0, CellState::null};
  return p;
}

/// All of these columns are there, and none is null.
[[gnu::noinline]] const std::uint8_t* read_last_values(const std::uint8_t* p, const std::uint8_t* end,
                                                       std::span<const ColumnLayout> layout, Cell* cell) noexcept {
  for (const ColumnLayout& column : layout) {
    p = read_value(p, end, column, *cell++);
    if (p == nullptr) return nullptr;
  }
  return p;
}

/// The same, with little work at each column: most rows. What is left is counted down; a length is loaded as four bytes
/// while there are so many, and nothing is called but at the end, so that all stays in registers.
const std::uint8_t* read_values(const std::uint8_t* p, const std::uint8_t* end, std::span<const ColumnLayout> layout,
                                Cell* cell) noexcept {
  auto left = static_cast<std::size_t>(end - p);
  const ColumnLayout* const last = layout.data() + layout.size();
  for (const ColumnLayout* column = layout.data(); column != last; ++column, ++cell) {
    std::size_t size = column->width;
    if (column->encoding != ColumnEncoding::fixed) {
      if (left < 4) [[unlikely]]
        return read_last_values(p, end, {column, last}, cell);
      const auto prefix = static_cast<std::uint32_t>(column->encoding);
      size = load_le<4>(p) & kLengthMask[prefix];
      p += prefix;
      left -= prefix;
    }
    if (left < size) [[unlikely]]
      return nullptr;
    left -= size;
    *cell = {p, static_cast<std::uint32_t>(size), CellState::value};
    p += size;
  }
  return p;
}

/// All columns are there: bit i of the null bitmap at `p` is column i.
[[gnu::noinline]] const std::uint8_t* read_full_image(const std::uint8_t* p, const std::uint8_t* end,
                                                      std::span<const ColumnLayout> layout, Cell* cells) noexcept {
  const std::size_t bitmap_size = (layout.size() + 7) / 8;
  if (bitmap_size > static_cast<std::size_t>(end - p)) return nullptr;
  const std::uint8_t* nulls = p;
  p += bitmap_size;
  for (std::size_t i = 0; i < layout.size();) {
    const std::size_t last = std::min(i + 8, layout.size());
    unsigned bits = nulls[i / 8] & (0xffU >> (i + 8 - last)); // those behind the last column may be anything
    if (bits == 0) {
      p = read_values(p, end, layout.subspan(i, last - i), cells + i);
      if (p == nullptr) [[unlikely]]
        return nullptr;
      i = last;
    }
    for (; i < last; ++i, bits >>= 1) {
      p = read_cell(p, end, layout[i], (bits & 1) != 0, cells[i]);
      if (p == nullptr) [[unlikely]]
        return nullptr;
    }
  }
  return p;
}

/// The null bitmap has one bit a present column.
const std::uint8_t* read_partial_image(const std::uint8_t* p, const std::uint8_t* end,
                                       std::span<const ColumnLayout> layout, const std::uint8_t* present,
                                       std::uint32_t present_count, Cell* cells) noexcept {
  const std::size_t bitmap_size = (present_count + std::size_t{7}) / 8;
  if (bitmap_size > static_cast<std::size_t>(end - p)) return nullptr;
  const std::uint8_t* nulls = p;
  p += bitmap_size;
  std::size_t null_index = 0;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (!bit(present, i)) {
      cells[i] = {};
      continue;
    }
    p = read_cell(p, end, layout[i], bit(nulls, null_index++), cells[i]);
    if (p == nullptr) [[unlikely]]
      return nullptr;
  }
  return p;
}

} // namespace

RowReader::Image::Image(Bytes bitmap, std::size_t columns) noexcept
    : present(bitmap), count(count_present(bitmap, columns)), full(count == columns) {
  constexpr std::size_t kBits = 64;
  if (full && columns != 0 && columns <= kBits) null_mask = ~std::uint64_t{0} >> (kBits - columns);
}

RowReader::RowReader(std::span<const ColumnLayout> layout, const RowsEvent& event) noexcept
    : layout_(layout),
      before_(event.present_before, layout.size()),
      after_(event.present_after, layout.size()),
      next_(event.rows.empty() ? &kNothing : event.rows.data()),
      end_(next_ + event.rows.size()),
      operation_(event.operation),
      partial_json_(event.partial_json),
      more_(!event.dummy()) {
  if (!partial_json_) return;
  for (const ColumnLayout& column : layout) json_columns_ += column.type == ColumnType::json ? 1 : 0;
}

inline const std::uint8_t* RowReader::read_image(const std::uint8_t* p, const Image& image,
                                                 Cell* cells) const noexcept {
  if (image.null_mask != 0 && end_ - p >= 8 && (load_le<8>(p) & image.null_mask) == 0) [[likely]]
    return read_values(p + (layout_.size() + 7) / 8, end_, layout_, cells);
  if (image.full) return read_full_image(p, end_, layout_, cells);
  return read_partial_image(p, end_, layout_, image.present.data(), image.count, cells);
}

// options (length-encoded; bit 0: JSON columns may hold differences) | with that bit: one bit a JSON column of the
// table, whether or not the image holds it | an image as any other
const std::uint8_t* RowReader::read_image_of_diffs(const std::uint8_t* p, Cell* cells) const noexcept {
  ByteReader in(Bytes(p, end_));
  const std::uint64_t options = in.lenenc();
  const Bytes bits = in.bytes(options == 1 ? (json_columns_ + 7) / 8 : 0);
  if (!in.ok() || options > 1) return nullptr;
  p = read_partial_image(p + in.offset(), end_, layout_, after_.present.data(), after_.count, cells);
  if (p == nullptr || options == 0) return p;
  std::size_t index = 0;
  for (std::size_t i = 0; i < layout_.size(); ++i) {
    if (layout_[i].type != ColumnType::json) continue;
    if (bit(bits.data(), index++) && cells[i].is_value()) cells[i].state = CellState::diffs;
  }
  return p;
}

const std::uint8_t* RowReader::read_after_image(const std::uint8_t* p, Cell* cells) const noexcept {
  return partial_json_ ? read_image_of_diffs(p, cells) : read_image(p, after_, cells);
}

RowReader::Step RowReader::next(std::span<Cell> before, std::span<Cell> after) noexcept {
  if (!more_) return Step::end;
  Cell* const first = operation_ == RowsOperation::insert ? after.data() : before.data();
  const std::uint8_t* p = read_image(next_, before_, first);
  if (p != nullptr && operation_ == RowsOperation::update) p = read_after_image(p, after.data());
  // A row without columns takes no bytes: it is the whole event, or there is no telling where rows end.
  if (p == nullptr || (p == next_ && p != end_)) return Step::malformed;
  next_ = p;
  more_ = p != end_;
  ++count_;
  return Step::row;
}

} // namespace rowferry::binlog
