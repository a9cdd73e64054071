#include "change/shape_book.hpp"

namespace rowferry {

std::shared_ptr<const TableDefinition> ShapeBook::find(std::string_view database, std::string_view table) {
  const auto found = by_name_.find(TableRef{std::string(database), std::string(table)});
  if (found == by_name_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->second;
}

void ShapeBook::learn(TableRef table, std::shared_ptr<const TableDefinition> definition, bool told) {
  if (!told) changes_.push_back({table, definition});
  if (const auto known = by_name_.find(table); known != by_name_.end()) {
    known->second->second = std::move(definition);
    return;
  }
  if (recent_.size() == capacity_) drop(std::prev(recent_.end()));
  recent_.emplace_front(table, std::move(definition));
  by_name_.emplace(std::move(table), recent_.begin());
}

void ShapeBook::unlearn(const TableRef& table) {
  const auto known = by_name_.find(table);
  if (known == by_name_.end()) return;
  recent_.erase(known->second);
  by_name_.erase(known);
}

void ShapeBook::forget(const DdlEffect& effect, bool fold_case) {
  if (effect.scope == DdlEffect::Scope::none) return;
  for (auto entry = recent_.begin(); entry != recent_.end();) {
    const auto each = entry++;
    if (effect.touches(each->first.database, each->first.table, fold_case)) drop(each);
  }
}

void ShapeBook::drop(Entries::iterator entry) {
  changes_.push_back({entry->first, nullptr});
  by_name_.erase(entry->first);
  recent_.erase(entry);
}

} // namespace rowferry
