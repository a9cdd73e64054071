#include "change/captured_tables.hpp"

#include <rowferry/change/change_reader.hpp>

namespace rowferry {

TableState& CapturedTables::state(std::string_view database, std::string_view table) {
  name_.assign(database).push_back('\0');
  name_.append(table);
  const auto found = states_.find(name_);
  if (found != states_.end()) return found->second;
  TableState fresh;
  fresh.wanted = selector_.wanted(database, table);
  return states_.emplace(name_, std::move(fresh)).first->second;
}

Result<void> CapturedTables::map(const binlog::TableMap& map, ServerFlavor flavor) {
  if (statement_ended_) {
    mappings_.clear();
    last_found_ = 0;
    statement_ended_ = false;
  }
  TableState& table = state(map.database, map.table);
  if (table.wanted) {
    auto schema = catalog_.resolve(map, flavor);
    if (!schema) return fail(std::move(schema.error()));
    table.schema = std::move(*schema);
  }
  if (Mapping* known = nullptr; !mappings_.empty()) {
    // The same map again (multi-row statements re-emit it), or an id that was reused.
    for (Mapping& mapping : mappings_) {
      if (mapping.table_id == map.table_id) known = &mapping;
    }
    if (known != nullptr) {
      known->state = &table;
      return {};
    }
  }
  mappings_.push_back({map.table_id, &table});
  return {};
}

TableState* CapturedTables::find(std::uint64_t table_id) noexcept {
  if (last_found_ < mappings_.size() && mappings_[last_found_].table_id == table_id) return mappings_[last_found_].state;
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    if (mappings_[i].table_id == table_id) {
      last_found_ = i;
      return mappings_[i].state;
    }
  }
  return nullptr;
}

void CapturedTables::forget_old(std::uint64_t current_transaction) {
  if (states_.size() <= kMaxRemembered) return;
  mappings_.clear();
  last_found_ = 0;
  std::erase_if(states_, [&](const auto& entry) { return entry.second.transaction != current_transaction; });
}

}  // namespace rowferry
