#include "change/captured_tables.hpp"

#include <algorithm>
#include <rowferry/change/change_reader.hpp>
#include <utility>

namespace rowferry {

TableState& CapturedTables::state(std::string_view database, std::string_view table) {
  const std::string_view last(name_);
  if (last_state_ != nullptr && last.size() == database.size() + 1 + table.size() && last.starts_with(database) &&
      last[database.size()] == '\0' && last.ends_with(table)) {
    return *last_state_;
  }
  name_.assign(database).push_back('\0');
  name_.append(table);
  auto found = states_.find(name_);
  if (found == states_.end()) {
    TableState fresh;
    fresh.wanted = selector_.wanted(database, table);
    wanted_ += fresh.wanted ? 1 : 0;
    found = states_.emplace(name_, std::move(fresh)).first;
  }
  last_state_ = &found->second;
  return *last_state_;
}

namespace {

/// `told` with what the definition adds to its columns; `told` itself when the two are not of the same columns.
std::shared_ptr<const TableSchema> enriched(const std::shared_ptr<const TableSchema>& told, const TableSchema& bound) {
  TableSchema schema = *told;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (schema.columns[i].name != bound.columns[i].name) return told;
    schema.columns[i].meaning = bound.columns[i].meaning;
    schema.columns[i].layout = schema.layout[i] = bound.layout[i];
  }
  return std::make_shared<const TableSchema>(std::move(schema));
}

} // namespace

Result<bool> CapturedTables::complete(TableState& table, std::shared_ptr<const TableSchema> told,
                                      const binlog::TableMap& map, ServerFlavor flavor) {
  const bool unknown = std::exchange(unknown_, nullptr) == &table;
  if (use_.ask && !unknown && (!told->named || needs_definition(*told, flavor))) {
    const auto definition = shapes_.find(map.database, map.table);
    if (!definition) return false;
    auto bound = bind_definition(*definition, map, flavor);
    if (!bound && !told->named) {
      bound.error().message += use_.advice;
      return fail(std::move(bound.error()));
    }
    // Names in the event outrank a definition of another time.
    table.schema = !bound        ? told
                   : told->named ? enriched(told, *bound)
                                 : std::make_shared<const TableSchema>(std::move(*bound));
  } else {
    table.schema = told;
  }
  if (table.schema == told) {
    if (auto known = require_known_lengths(*told, flavor); !known) return fail(std::move(known.error()));
  }
  table.told = std::move(told);
  return true;
}

void CapturedTables::provide(std::string_view database, std::string_view table,
                             std::shared_ptr<const TableDefinition> definition) {
  if (definition) {
    TableRef ref{std::string(database), std::string(table)};
    if (borrowing_) borrowed_.push_back(ref);
    shapes_.learn(std::move(ref), std::move(definition), borrowing_);
  } else {
    unknown_ = &state(database, table);
  }
}

void CapturedTables::end_borrowing() {
  borrowing_ = false;
  for (const TableRef& table : borrowed_) {
    shapes_.unlearn(table);
    state(table.database, table.table).told.reset();
  }
  borrowed_.clear();
}

void CapturedTables::forget(const DdlEffect& effect) {
  if (effect.scope == DdlEffect::Scope::none) return;
  shapes_.forget(effect, use_.fold_case);
  for (auto& [name, table] : states_) {
    if (!table.told) continue;
    const std::size_t end = name.find('\0');
    const std::string_view whole(name);
    if (effect.touches(whole.substr(0, end), whole.substr(end + 1), use_.fold_case)) table.told.reset();
  }
}

void CapturedTables::begin_statement() noexcept {
  if (!statement_ended_) return;
  mappings_.clear();
  last_found_ = 0;
  statement_ended_ = false;
}

Result<bool> CapturedTables::map(const binlog::TableMap& map, ServerFlavor flavor) {
  begin_statement();
  TableState& table = state(map.database, map.table);
  if (table.wanted) {
    auto told = catalog_.resolve(map, flavor);
    if (!told) return fail(std::move(told.error()));
    if (table.told != *told) {
      auto completed = complete(table, std::move(*told), map, flavor);
      if (!completed || !*completed) return completed;
    }
  }
  note(map.table_id, table);
  remember(map, table);
  return true;
}

bool CapturedTables::map_again(const binlog::TableShape& map) {
  const Known& known = known_[map.table_id % known_.size()];
  if (known.table_id != map.table_id || known.state == nullptr || known.state->told != known.told) return false;
  if (as_text(map.shape) != known.shape) return false;
  begin_statement();
  note(map.table_id, *known.state);
  return true;
}

void CapturedTables::note(std::uint64_t table_id, TableState& table) {
  for (Mapping& mapping : mappings_) {
    // The same map again (multi-row statements re-emit it), or an id that was reused.
    if (mapping.table_id == table_id) {
      mapping.state = &table;
      return;
    }
  }
  mappings_.push_back({table_id, &table});
}

// The bytes at an id's second sight only: more tables in turn than there is room for shall not be copied each time.
void CapturedTables::remember(const binlog::TableMap& map, TableState& table) {
  Known& known = known_[map.table_id % known_.size()];
  const bool again = known.table_id == map.table_id;
  known.table_id = map.table_id;
  known.state = again && map.shape.size() <= kMaxKnownShape ? &table : nullptr;
  if (known.state == nullptr) return;
  known.told = table.told;
  known.shape = as_text(map.shape);
}

TableState* CapturedTables::find(std::uint64_t table_id) noexcept {
  if (last_found_ < mappings_.size() && mappings_[last_found_].table_id == table_id) {
    return mappings_[last_found_].state;
  }
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    if (mappings_[i].table_id == table_id) {
      last_found_ = i;
      return mappings_[i].state;
    }
  }
  return nullptr;
}

void CapturedTables::forget_old(std::uint64_t current_transaction) {
  if (wanted_ <= kMaxWanted && states_.size() <= kMaxRemembered) return;
  mappings_.clear();
  last_found_ = 0;
  last_state_ = nullptr;
  for (Known& known : known_) known = {};
  std::erase_if(states_, [&](const auto& entry) { return entry.second.transaction != current_transaction; });
  wanted_ =
      static_cast<std::size_t>(std::ranges::count_if(states_, [](const auto& entry) { return entry.second.wanted; }));
}

} // namespace rowferry
