#include <fmt/format.h>

#include <cstring>
#include <rowferry/change/change.hpp>

namespace rowferry {
namespace {

using binlog::Cell;
using binlog::CellState;

constexpr Cell kAbsent{};

bool differ(const Cell& a, const Cell& b) noexcept {
  if (!a.is_held() || !b.is_held()) return false;
  if (a.state != b.state) return true;
  if (a.state == CellState::null) return false;
  return a.size != b.size || (a.size != 0 && std::memcmp(a.data, b.data, a.size) != 0);
}

} // namespace

const Cell& key_cell(const Change& change, std::uint32_t column) noexcept {
  if (!change.after.empty() && change.after[column].is_held()) return change.after[column];
  return change.before.empty() ? kAbsent : change.before[column];
}

bool changes_key(const Change& change) noexcept {
  if (change.before.empty() || change.after.empty()) return false;
  for (const std::uint32_t column : change.table->key) {
    if (differ(change.before[column], change.after[column])) return true;
  }
  return false;
}

bool changes_column(const Change& change, std::uint32_t column) noexcept {
  return !change.before.empty() && !change.after.empty() && differ(change.before[column], change.after[column]);
}

std::string place_of(const Change& change) {
  return fmt::format("{}:{}, {}, row {}", change.origin->file, change.origin->offset, change.table->quoted(),
                     change.row);
}

} // namespace rowferry
