// modules: binlog
#include <rowferry/binlog/rows.hpp>

#include <cstdlib>
#include <vector>

#include "rows_mutator.hpp"

using namespace rowferry;
using namespace rowferry::binlog;

namespace {

void require(bool invariant) {
  if (!invariant) std::abort();
}

/// Every cell lies in the event's rows.
void check(const std::vector<Cell>& cells, Bytes rows) {
  for (const Cell& cell : cells) {
    if (cell.state != CellState::diffs && !cell.is_value()) continue;
    require(cell.data >= rows.data() && cell.data + cell.size <= rows.data() + rows.size());
  }
}

void read_rows(const std::vector<ColumnLayout>& layout, const RowsEvent& event) {
  std::vector<Cell> before(layout.size());
  std::vector<Cell> after(layout.size());
  RowReader reader(layout, event);
  RowReader::Step step{};
  while ((step = reader.next(before, after)) == RowReader::Step::row) {
    check(before, event.rows);
    check(after, event.rows);
  }
  const auto counted = count_rows(layout, event);
  require(step == RowReader::Step::end ? counted == reader.count() : !counted);
  require(reader.count() <= event.rows.size() + 1);
}

} // namespace

/// See rows_mutator.hpp for the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::RowsInput input = fuzz::read_rows_input({data, size});
  const FormatDescription format;
  const auto map = decode_table_map(format, input.map_body);
  if (!input.whole || !map) return 0;
  const auto metadata = decode_optional_metadata(map->optional, map->column_count());
  require(!metadata || metadata->column_names.empty() || metadata->column_names.size() == map->column_count());
  const auto layout = make_row_layout(*map);
  const auto event = decode_rows(format, input.type, input.rows_body);
  if (!layout || !event || event->column_count != layout->size()) return 0;
  read_rows(*layout, *event);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return fuzz::mutate_rows(data, size, max_size, seed);
}
