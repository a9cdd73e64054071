#include "route/compiled_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowferry {
namespace {

/// Parses what one entry holds; problems are collected, and a part that has one stays empty.
class Compiler {
 public:
  Compiler(std::string_view option, std::vector<std::string>& problems) : option_(option), problems_(problems) {}

  std::vector<TablePattern> patterns(std::string_view name, const std::vector<std::string>& texts, bool fold_case) {
    std::vector<TablePattern> parsed;
    for (const std::string& text : texts) {
      auto pattern = TablePattern::parse(text, fold_case);
      if (pattern) {
        parsed.push_back(std::move(*pattern));
      } else {
        problem(name, pattern.error());
      }
    }
    return parsed;
  }

  std::optional<Template> parse(std::string_view name, const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    auto parsed = Template::parse(*text);
    if (parsed) return std::move(*parsed);
    problem(name, parsed.error());
    return std::nullopt;
  }

  std::vector<std::pair<std::string, Template>> headers(const std::vector<HeaderRule>& rules) {
    std::vector<std::pair<std::string, Template>> parsed;
    for (const HeaderRule& rule : rules) {
      if (auto value = parse("headers." + rule.name, rule.value)) parsed.emplace_back(rule.name, std::move(*value));
    }
    return parsed;
  }

  void require(bool present, std::string_view name, std::string_view what) {
    if (!present) problems_.push_back(fmt::format("{}.{}: {}", option_, name, what));
  }

 private:
  void problem(std::string_view name, const Error& error) {
    problems_.push_back(fmt::format("{}.{}: {}", option_, name, error.message));
  }

  std::string_view option_;
  std::vector<std::string>& problems_;
};

CompiledOutbox compile_outbox(const OutboxRule& rule, bool fold_case, std::vector<std::string>& problems) {
  Compiler compiler(rule.option, problems);
  CompiledOutbox made;
  made.rule = rule;
  compiler.require(!rule.tables.empty(), "table", "names no table");
  made.tables = compiler.patterns("table", rule.tables, fold_case);
  made.topic = compiler.parse("topic", rule.topic);
  made.key = compiler.parse("key", rule.key);
  made.partition = compiler.parse("partition", rule.partition);
  made.headers = compiler.headers(rule.headers);
  return made;
}

CompiledTable compile_table(const TableRule& rule, bool fold_case, std::vector<std::string>& problems) {
  Compiler compiler(rule.option, problems);
  CompiledTable made;
  made.rule = rule;
  compiler.require(!rule.include.empty(), "include", "names no table");
  made.include = compiler.patterns("include", rule.include, fold_case);
  made.exclude = compiler.patterns("exclude", rule.exclude, fold_case);
  if (auto topic = compiler.parse("topic", rule.topic)) made.templates.topic = std::move(*topic);
  made.templates.key = compiler.parse("key", rule.key);
  made.templates.partition = compiler.parse("partition", rule.partition);
  made.templates.headers = compiler.headers(rule.headers);
  return made;
}

bool any_matches(const std::vector<TablePattern>& patterns, std::string_view database, std::string_view table) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const TablePattern& pattern) { return pattern.matches(database, table); });
}

/// What names alone tell: a table that both kinds name exactly, or that a pattern of the other kind matches.
void find_tables_in_both(const CompiledRules& rules, std::vector<std::string>& problems) {
  for (const CompiledOutbox& outbox : rules.outbox) {
    for (const TablePattern& pattern : outbox.tables) {
      const std::string_view name = pattern.exact();
      if (name.empty()) continue;
      const std::size_t dot = name.find('.');
      const CompiledTable* tables = rules.find_table(name.substr(0, dot), name.substr(dot + 1));
      if (tables != nullptr) problems.push_back(in_both(name, outbox, *tables));
    }
  }
}

} // namespace

bool CompiledOutbox::matches(std::string_view database, std::string_view table) const {
  return any_matches(tables, database, table);
}

bool CompiledTable::matches(std::string_view database, std::string_view table) const {
  return any_matches(include, database, table) && !any_matches(exclude, database, table);
}

CompiledRules CompiledRules::compile(const RoutingRules& rules, std::vector<std::string>& problems) {
  CompiledRules made;
  for (const OutboxRule& rule : rules.outbox) made.outbox.push_back(compile_outbox(rule, rules.fold_case, problems));
  for (const TableRule& rule : rules.tables) made.tables.push_back(compile_table(rule, rules.fold_case, problems));
  find_tables_in_both(made, problems);
  return made;
}

const CompiledOutbox* CompiledRules::find_outbox(std::string_view database, std::string_view table) const {
  const auto found = std::find_if(outbox.begin(), outbox.end(),
                                  [&](const CompiledOutbox& entry) { return entry.matches(database, table); });
  return found == outbox.end() ? nullptr : &*found;
}

const CompiledTable* CompiledRules::find_table(std::string_view database, std::string_view table) const {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const CompiledTable& entry) { return entry.matches(database, table); });
  return found == tables.end() ? nullptr : &*found;
}

std::string in_both(std::string_view table, const CompiledOutbox& outbox, const CompiledTable& tables) {
  return fmt::format("{}.include: {} is also in {}: add it to {}.exclude, or take it out of {}", tables.rule.option,
                     table, outbox.rule.option, tables.rule.option, outbox.rule.option);
}

} // namespace rowferry
