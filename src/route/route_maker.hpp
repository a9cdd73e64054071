// From a rule and a table's shape to a route.
#pragma once

#include <memory>
#include <rowferry/route/route.hpp>

#include "route/compiled_rules.hpp"

namespace rowferry {

/// What all routes of a router share.
struct RouteContext {
  Topics& topics;
  RouteWarnings& warnings;
  AddressScratch& scratch;
  AddressScratch& old_scratch;
};

/// Null: no rule wants the table. Errors: status 2.
Result<std::unique_ptr<Route>> make_route(const CompiledRules& rules, const std::shared_ptr<const TableSchema>& table,
                                          const RouteContext& context);

} // namespace rowferry
