#include "app/pattern_selector.hpp"

#include <algorithm>

namespace rowferry {

Result<PatternSelector> PatternSelector::make(const std::vector<std::string>& patterns) {
  PatternSelector selector;
  for (const std::string& text : patterns) {
    Result<TablePattern> pattern = TablePattern::parse(text, false);
    if (!pattern) return fail(Error::usage(std::move(pattern.error().message)).in("--table"));
    selector.patterns_.push_back(std::move(*pattern));
  }
  return selector;
}

bool PatternSelector::wanted(std::string_view database, std::string_view table) const {
  return patterns_.empty() || std::any_of(patterns_.begin(), patterns_.end(), [&](const TablePattern& pattern) {
           return pattern.matches(database, table);
         });
}

} // namespace rowferry
