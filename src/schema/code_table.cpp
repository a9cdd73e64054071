#include "schema/code_table.hpp"

namespace rowferry {

void CodeTable::add(std::span<const Row> rows) noexcept {
  for (const Row& row : rows) {
    unsigned code = row.first;
    for (const char16_t c : row.text) set(code++, c == u'?' ? u'\0' : c);
  }
}

void CodeTable::apply(std::span<const Patch> patches) noexcept {
  for (const Patch& patch : patches) {
    for (unsigned code = patch.first; code <= patch.last; ++code) {
      const unsigned code_point = patch.code_point == 0 ? 0 : patch.code_point + (code - patch.first);
      set(code, static_cast<char16_t>(code_point));
    }
  }
}

} // namespace rowferry
