#include "route/outbox_route.hpp"

namespace rowferry {

OutboxRoute::OutboxRoute(std::shared_ptr<const TableSchema> table, const OutboxLayout& layout, Addresser addresser,
                         const OutboxRule& rule, AddressScratch& scratch)
    : Route(RouteKind::outbox, std::move(table), static_cast<int>(layout.payload), false, rule.invalid_text),
      layout_(layout),
      addresser_(std::move(addresser)),
      commit_timestamp_(rule.commit_timestamp),
      scratch_(scratch) {}

// REPLACE and ON DUPLICATE KEY UPDATE are updates in the log: a new message where the message id is another one. An
// image that holds the id only behind the change (MINIMAL) holds it because it changed.
bool OutboxRoute::is_message(const Change& change) const noexcept {
  switch (change.operation) {
    case Operation::insert:
    case Operation::snapshot:
      return true;
    case Operation::update:
      return change.after[layout_.id].is_held() &&
             (!change.before[layout_.id].is_held() || changes_column(change, layout_.id));
    case Operation::remove:
    case Operation::truncate:
      return false;
  }
  return false;
}

Result<Drop> OutboxRoute::route(const Change& change, Destination& destination) {
  if (!is_message(change)) return Drop::outbox_bookkeeping;
  if (!change.after[layout_.payload].is_held()) {
    return fail(missing_from_image(change, layout_.payload, "payload"));
  }
  destination = {};
  if (auto rendered = addresser_.render(RowView::current(change), change, scratch_, destination); !rendered) {
    return fail(std::move(rendered.error()));
  }
  destination.old_row = destination;
  if (commit_timestamp_) destination.timestamp_ms = static_cast<std::int64_t>(change.origin->commit_us / 1000);
  return Drop::none;
}

} // namespace rowferry
