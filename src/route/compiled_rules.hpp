// The rules with their patterns and templates parsed.
#pragma once

#include <optional>
#include <rowferry/route/rules.hpp>
#include <rowferry/route/table_pattern.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "route/addresser.hpp"

namespace rowferry {

struct CompiledOutbox {
  OutboxRule rule;
  std::vector<TablePattern> tables;
  std::optional<Template> topic;
  std::optional<Template> key;
  std::optional<Template> partition;
  std::vector<std::pair<std::string, Template>> headers;

  [[nodiscard]] bool matches(std::string_view database, std::string_view table) const;
};

struct CompiledTable {
  TableRule rule;
  std::vector<TablePattern> include;
  std::vector<TablePattern> exclude;
  AddressTemplates templates;

  [[nodiscard]] bool matches(std::string_view database, std::string_view table) const;
};

struct CompiledRules {
  std::vector<CompiledOutbox> outbox;
  std::vector<CompiledTable> tables;

  /// Appends every problem, "option: what".
  static CompiledRules compile(const RoutingRules& rules, std::vector<std::string>& problems);
  /// The first that matches, or null.
  [[nodiscard]] const CompiledOutbox* find_outbox(std::string_view database, std::string_view table) const;
  [[nodiscard]] const CompiledTable* find_table(std::string_view database, std::string_view table) const;
};

/// A table that both an `outbox` and a `tables` entry want.
std::string in_both(std::string_view table, const CompiledOutbox& outbox, const CompiledTable& tables);

} // namespace rowferry
