#include "route/table_route.hpp"

namespace rowferry {

TableRoute::TableRoute(std::shared_ptr<const TableSchema> table, const TableRule& rule, Addresser addresser,
                       AddressScratch& scratch, AddressScratch& old_scratch)
    : Route(RouteKind::table, std::move(table), -1, rule.id_header, rule.invalid_text),
      addresser_(std::move(addresser)),
      constant_(addresser_.constant()),
      commit_timestamp_(rule.commit_timestamp),
      scratch_(scratch),
      old_scratch_(old_scratch) {
  if (!this->table().key.empty()) blank_.key_kind = KeyKind::encoded;
  if (!addresser_.topic_only()) return;
  fixed_ = blank_;
  fixed_->topic = *addresser_.constant_topic();
  keep_order(*fixed_);
}

// Without a key, the order of a table's messages holds in one partition only.
void TableRoute::keep_order(Address& address) noexcept {
  if (address.key_kind == KeyKind::none) address.partition = 0;
}

[[gnu::noinline]] Result<Drop> TableRoute::address(const Change& change, Destination& destination) {
  Address& address = destination;
  address = destination.old_row = blank_;
  if (auto rendered = addresser_.render(RowView::current(change), change, scratch_, address); !rendered)
    return fail(std::move(rendered.error()));
  if (!constant_ && changes_key(change)) {
    auto rendered = addresser_.render(RowView::old(change), change, old_scratch_, destination.old_row);
    if (!rendered) return fail(std::move(rendered.error()));
  } else {
    destination.old_row = address;
  }
  if (addresser_.has_partition()) return Drop::none;
  keep_order(address);
  keep_order(destination.old_row);
  return Drop::none;
}

[[gnu::noinline]] Drop TableRoute::address_truncate(Destination& destination) {
  static_cast<Address&>(destination) = {};
  if (!addresser_.render_without_row(scratch_, destination)) return Drop::truncate_without_row;
  destination.every_partition = true;
  destination.old_row = destination;
  return Drop::none;
}

Result<Drop> TableRoute::route(const Change& change, Destination& destination) {
  destination.every_partition = false;
  destination.timestamp_ms = commit_timestamp_ ? static_cast<std::int64_t>(change.origin->commit_us / 1000) : 0;
  if (change.operation == Operation::truncate) [[unlikely]]
    return address_truncate(destination);
  if (!fixed_) return address(change, destination);
  static_cast<Address&>(destination) = destination.old_row = *fixed_;
  return Drop::none;
}

} // namespace rowferry
