#include <algorithm>
#include <rowferry/route/router.hpp>
#include <stdexcept>
#include <unordered_map>

#include "route/route_maker.hpp"

namespace rowferry {

struct Router::State {
  /// Holding the schema keeps its address from being used again.
  struct Entry {
    std::shared_ptr<const TableSchema> schema;
    std::unique_ptr<Route> route; ///< null: nobody wants the table
  };
  static constexpr std::size_t kSweepFrom = 1024;

  State(Topics& t, std::size_t most) : topics(t), most_routes(most) {}

  [[gnu::noinline]] Result<Route*> find_or_make(const std::shared_ptr<const TableSchema>& table);

  /// Drops what nobody but the router holds; everything, where that leaves too much.
  void sweep() {
    std::erase_if(routes, [](const auto& item) {
      const Entry& entry = item.second;
      return entry.schema.use_count() == (entry.route == nullptr ? 1 : 2);
    });
    if (routes.size() > most_routes) routes.clear();
    sweep_at = routes.size() + kSweepFrom;
    last_schema = nullptr;
  }

  CompiledRules rules;
  Topics& topics;
  std::size_t most_routes;
  RouteWarnings warnings;
  AddressScratch scratch;
  AddressScratch old_scratch;
  std::unordered_map<const TableSchema*, Entry> routes;
  std::size_t sweep_at = kSweepFrom;
  const TableSchema* last_schema = nullptr;
  Route* last_route = nullptr;
};

std::vector<std::string> Router::check(const RoutingRules& rules) {
  std::vector<std::string> problems;
  CompiledRules::compile(rules, problems);
  return problems;
}

Router::Router(RoutingRules rules, Topics& topics, std::size_t most_routes)
    : state_(std::make_unique<State>(topics, most_routes)) {
  std::vector<std::string> problems;
  state_->rules = CompiledRules::compile(rules, problems);
  if (!problems.empty()) throw std::invalid_argument(problems.front());
}

Router::~Router() = default;

bool Router::wanted(std::string_view database, std::string_view table) const {
  return state_->rules.find_outbox(database, table) != nullptr || state_->rules.find_table(database, table) != nullptr;
}

Result<Route*> Router::resolve(const std::shared_ptr<const TableSchema>& table) {
  if (table.get() == state_->last_schema) [[likely]]
    return state_->last_route;
  return state_->find_or_make(table);
}

Result<Route*> Router::State::find_or_make(const std::shared_ptr<const TableSchema>& table) {
  auto found = routes.find(table.get());
  if (found == routes.end()) {
    if (routes.size() >= sweep_at) sweep();
    auto made = make_route(rules, table, {topics, warnings, scratch, old_scratch});
    if (!made) return fail(std::move(made.error()));
    found = routes.emplace(table.get(), Entry{table, std::move(*made)}).first;
  }
  last_schema = table.get();
  last_route = found->second.route.get();
  return last_route;
}

Result<void> Router::verify(const TableSchema& table) const {
  Topics topics;
  RouteWarnings warnings;
  AddressScratch scratch;
  const std::shared_ptr<const TableSchema> borrowed(std::shared_ptr<const TableSchema>{}, &table);
  const auto made = make_route(state_->rules, borrowed, {topics, warnings, scratch, scratch});
  if (!made) return fail(made.error());
  return {};
}

NeededColumns Router::needed_columns(std::string_view database, std::string_view table) const {
  if (state_->rules.find_outbox(database, table) != nullptr) return {.all = true, .names = {}};
  NeededColumns needed;
  const CompiledTable* const entry = state_->rules.find_table(database, table);
  if (entry == nullptr) return needed;
  const auto add = [&](const Template& source) {
    for (std::string& name : source.columns()) needed.names.push_back(std::move(name));
  };
  add(entry->templates.topic);
  if (entry->templates.key) add(*entry->templates.key);
  if (entry->templates.partition) add(*entry->templates.partition);
  for (const auto& [header, source] : entry->templates.headers) add(source);
  return needed;
}

std::vector<std::string> Router::exact_tables() const {
  std::vector<std::string> names;
  const auto collect = [&](const std::vector<TablePattern>& patterns) {
    for (const TablePattern& pattern : patterns) {
      if (!pattern.exact().empty()) names.emplace_back(pattern.exact());
    }
  };
  for (const CompiledOutbox& outbox : state_->rules.outbox) collect(outbox.tables);
  for (const CompiledTable& entry : state_->rules.tables) collect(entry.include);
  return names;
}

std::vector<std::string> Router::take_warnings() { return state_->warnings.take(); }
bool Router::has_warnings() const noexcept { return state_->warnings.any(); }

} // namespace rowferry
