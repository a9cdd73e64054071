#include "route/columns.hpp"

#include <algorithm>

namespace rowferry {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  return folded;
}

int find_column(const TableSchema& table, std::string_view name) noexcept {
  const int exact = table.find(name);
  if (exact >= 0) return exact;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (equal_ignoring_case(table.columns[i].name, name)) return static_cast<int>(i);
  }
  return -1;
}

std::string column_list(const TableSchema& table) {
  std::string list;
  for (const Column& column : table.columns) {
    if (!list.empty()) list += ", ";
    list += column.name;
  }
  return list;
}

} // namespace rowferry
