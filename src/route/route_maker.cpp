#include "route/route_maker.hpp"

#include <algorithm>
#include <rowferry/route/outbox_layout.hpp>

#include "route/outbox_route.hpp"
#include "route/table_route.hpp"

namespace rowferry {
namespace {

using Made = Result<std::unique_ptr<Route>>;

/// The rule's templates, with the layout's defaults for what the rule leaves open.
AddressTemplates outbox_templates(const CompiledOutbox& outbox, const OutboxLayout& layout, const TableSchema& table) {
  const auto column = [&](std::string_view prefix, std::uint32_t index) {
    return Template::of_column(prefix, table.columns[index].name);
  };
  AddressTemplates templates;
  templates.topic = outbox.topic ? *outbox.topic : column(layout.default_topic_prefix(), layout.default_topic_column());
  templates.key = outbox.key;
  if (!templates.key && layout.aggregate_id >= 0)
    templates.key = column("", static_cast<std::uint32_t>(layout.aggregate_id));
  templates.partition = outbox.partition;
  const auto add_default = [&](std::string_view name, int index) {
    const bool chosen = std::any_of(outbox.headers.begin(), outbox.headers.end(),
                                    [&](const auto& header) { return header.first == name; });
    if (index >= 0 && !chosen) templates.headers.emplace_back(name, column("", static_cast<std::uint32_t>(index)));
  };
  add_default("id", static_cast<int>(layout.id));
  add_default("type", layout.type);
  templates.headers.insert(templates.headers.end(), outbox.headers.begin(), outbox.headers.end());
  return templates;
}

Made make_outbox_route(const CompiledOutbox& outbox, const std::shared_ptr<const TableSchema>& table,
                       const RouteContext& context) {
  if (table->columns.empty()) return std::make_unique<UnknownOutboxRoute>(table);
  const OutboxRule& rule = outbox.rule;
  const auto layout = OutboxLayout::recognise(*table, rule.columns, !outbox.topic, rule.option);
  if (!layout) return fail(layout.error());
  auto addresser =
      Addresser::bind(outbox_templates(outbox, *layout, *table), *table, rule.option, context.topics, context.warnings);
  if (!addresser) return fail(std::move(addresser.error()));
  return std::make_unique<OutboxRoute>(table, *layout, std::move(*addresser), rule, context.scratch);
}

Made make_table_route(const CompiledTable& entry, const std::shared_ptr<const TableSchema>& table,
                      const RouteContext& context) {
  auto addresser = Addresser::bind(entry.templates, *table, entry.rule.option, context.topics, context.warnings);
  if (!addresser) return fail(std::move(addresser.error()));
  return std::make_unique<TableRoute>(table, entry.rule, std::move(*addresser), context.scratch, context.old_scratch);
}

} // namespace

Made make_route(const CompiledRules& rules, const std::shared_ptr<const TableSchema>& table,
                const RouteContext& context) {
  const CompiledOutbox* outbox = rules.find_outbox(table->database, table->table);
  const CompiledTable* entry = rules.find_table(table->database, table->table);
  if (outbox != nullptr && entry != nullptr) return fail(Error::usage(in_both(table->quoted(), *outbox, *entry)));
  if (outbox != nullptr) return make_outbox_route(*outbox, table, context);
  if (entry != nullptr) return make_table_route(*entry, table, context);
  return nullptr;
}

} // namespace rowferry
