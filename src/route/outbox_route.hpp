// Outbox rows: inserts are messages, the rest is bookkeeping.
#pragma once

#include <memory>
#include <rowferry/route/outbox_layout.hpp>
#include <rowferry/route/route.hpp>
#include <rowferry/route/rules.hpp>

#include "route/addresser.hpp"

namespace rowferry {

class OutboxRoute final : public Route {
 public:
  /// `scratch` outlives this and is shared by all routes of a router.
  OutboxRoute(std::shared_ptr<const TableSchema> table, const OutboxLayout& layout, Addresser addresser,
              const OutboxRule& rule, AddressScratch& scratch);
  Result<Drop> route(const Change& change, Destination& destination) override;
  [[nodiscard]] std::optional<TopicId> constant_topic() const noexcept override { return addresser_.constant_topic(); }

 private:
  [[nodiscard]] bool is_message(const Change& change) const noexcept;

  OutboxLayout layout_;
  Addresser addresser_;
  bool commit_timestamp_;
  AddressScratch& scratch_;
};

/// An outbox table whose shape is not known: a TRUNCATE is all that can be told of it.
class UnknownOutboxRoute final : public Route {
 public:
  explicit UnknownOutboxRoute(std::shared_ptr<const TableSchema> table)
      : Route(RouteKind::outbox, std::move(table), -1, false, InvalidText::as_stored) {}
  Result<Drop> route(const Change&, Destination&) override { return Drop::outbox_bookkeeping; }
  [[nodiscard]] std::optional<TopicId> constant_topic() const noexcept override { return std::nullopt; }
};

} // namespace rowferry
