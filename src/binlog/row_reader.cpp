// The innermost loop of the decoder: see PERFORMANCE.md before changing it.
#include <algorithm>
#include <bit>
#include <cstring>
#include <rowferry/binlog/rows.hpp>

namespace rowferry::binlog {
namespace {

constexpr std::uint8_t kNothing = 0; // where rows of no bytes begin and end

/// Bits set among the first `columns`: the padding behind them is 1 or 0 as the server likes.
std::uint32_t count_present(Bytes bitmap, std::size_t columns) noexcept {
  std::uint32_t count = 0;
  for (const std::uint8_t byte : bitmap) {
    const std::uint32_t valid = columns >= 8 ? 0xff : (1U << columns) - 1;
    count += static_cast<std::uint32_t>(std::popcount(byte & valid));
    columns -= std::min<std::size_t>(columns, 8);
  }
  return count;
}

bool bit(const std::uint8_t* bitmap, std::size_t i) noexcept { return (bitmap[i / 8] >> (i % 8) & 1) != 0; }

/// What a length prefix of so many bytes leaves of a 4-byte load.
constexpr std::uint32_t kLengthMask[] = {0, 0xff, 0xffff, 0xffffff, 0xffffffff};

/// The three bytes, or fewer, that are left at `p`. Not inlined: the loop over columns keeps to registers.
[[gnu::noinline]] std::uint32_t load_last_bytes(const std::uint8_t* p, std::size_t left) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, p, left);
  return word;
}

/// The first four bytes at `p`, fewer where no more are left.
inline std::uint32_t load_word(const std::uint8_t* p, std::size_t left) noexcept {
  if (left < 4) [[unlikely]]
    return load_last_bytes(p, left);
  return static_cast<std::uint32_t>(load_le<4>(p));
}

/// The value at `p`, no branch depending on the data but for the bounds. Null: it does not fit.
inline const std::uint8_t* read_value(const std::uint8_t* p, const std::uint8_t* end, const ColumnLayout& column,
                                      Cell& cell) noexcept {
  const auto prefix = static_cast<std::uint32_t>(column.encoding);
  const auto left = static_cast<std::size_t>(end - p);
  const std::uint32_t size = (load_word(p, left) & kLengthMask[prefix]) + column.width;
  if (prefix + std::size_t{size} > left) [[unlikely]]
    return nullptr;
  cell = {p + prefix, size, CellState::value};
  return p + prefix + size;
}

/// The same, or a null, which has no bytes.
inline const std::uint8_t* read_cell(const std::uint8_t* p, const std::uint8_t* end, const ColumnLayout& column,
                                     bool is_null, Cell& cell) noexcept {
  if (!is_null) return read_value(p, end, column, cell);
  cell = {p, 0, CellState::null};
  return p;
}

/// All columns are there: bit i of the null bitmap is column i.
const std::uint8_t* read_full_image(const std::uint8_t* p, const std::uint8_t* end,
                                    std::span<const ColumnLayout> layout, Cell* cells) noexcept {
  const std::size_t bitmap_size = (layout.size() + 7) / 8;
  if (bitmap_size > static_cast<std::size_t>(end - p)) return nullptr;
  const std::uint8_t* nulls = p;
  p += bitmap_size;
  for (std::size_t i = 0; i < layout.size();) {
    const std::size_t last = std::min(i + 8, layout.size());
    if (unsigned bits = nulls[i / 8]; bits == 0) { // most rows have none among eight columns
      for (; i < last; ++i) {
        p = read_value(p, end, layout[i], cells[i]);
        if (p == nullptr) [[unlikely]]
          return nullptr;
      }
    } else {
      for (; i < last; ++i, bits >>= 1) {
        p = read_cell(p, end, layout[i], (bits & 1) != 0, cells[i]);
        if (p == nullptr) [[unlikely]]
          return nullptr;
      }
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

RowReader::RowReader(std::span<const ColumnLayout> layout, const RowsEvent& event) noexcept
    : layout_(layout),
      present_before_(event.present_before),
      present_after_(event.present_after),
      count_before_(count_present(present_before_, layout.size())),
      count_after_(count_present(present_after_, layout.size())),
      next_(event.rows.empty() ? &kNothing : event.rows.data()),
      end_(next_ + event.rows.size()),
      operation_(event.operation),
      partial_json_(event.partial_json),
      more_(!event.dummy()) {
  if (!partial_json_) return;
  for (const ColumnLayout& column : layout) json_columns_ += column.type == ColumnType::json ? 1 : 0;
}

const std::uint8_t* RowReader::read_image(const std::uint8_t* p, Bytes present, std::uint32_t present_count,
                                          std::span<Cell> cells) const noexcept {
  return present_count == layout_.size()
             ? read_full_image(p, end_, layout_, cells.data())
             : read_partial_image(p, end_, layout_, present.data(), present_count, cells.data());
}

// options (length-encoded; bit 0: JSON columns may hold differences) | with that bit: one bit a JSON column of the
// table, whether or not the image holds it | an image as any other
const std::uint8_t* RowReader::read_image_of_diffs(const std::uint8_t* p, std::span<Cell> cells) const noexcept {
  ByteReader in(Bytes(p, end_));
  const std::uint64_t options = in.lenenc();
  const Bytes bits = in.bytes(options == 1 ? (json_columns_ + 7) / 8 : 0);
  if (!in.ok() || options > 1) return nullptr;
  p = read_partial_image(p + in.offset(), end_, layout_, present_after_.data(), count_after_, cells.data());
  if (p == nullptr || options == 0) return p;
  std::size_t index = 0;
  for (std::size_t i = 0; i < layout_.size(); ++i) {
    if (layout_[i].type != ColumnType::json) continue;
    if (bit(bits.data(), index++) && cells[i].is_value()) cells[i].state = CellState::diffs;
  }
  return p;
}

RowReader::Step RowReader::next(std::span<Cell> before, std::span<Cell> after) noexcept {
  if (!more_) return Step::end;
  const bool insert = operation_ == RowsOperation::insert;
  const std::uint8_t* p = read_image(next_, present_before_, count_before_, insert ? after : before);
  if (p != nullptr && operation_ == RowsOperation::update) {
    p = partial_json_ ? read_image_of_diffs(p, after) : read_image(p, present_after_, count_after_, after);
  }
  // A row without columns takes no bytes: it is the whole event, or there is no telling where rows end.
  if (p == nullptr || (p == next_ && p != end_)) return Step::malformed;
  next_ = p;
  more_ = p != end_;
  ++count_;
  return Step::row;
}

} // namespace rowferry::binlog
