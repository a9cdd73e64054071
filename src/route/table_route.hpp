// Rows of any other table: change events.
#pragma once

#include <memory>
#include <optional>
#include <rowferry/route/route.hpp>
#include <rowferry/route/rules.hpp>

#include "route/addresser.hpp"

namespace rowferry {

class TableRoute final : public Route {
 public:
  /// The scratches outlive this and are shared by all routes of a router.
  TableRoute(std::shared_ptr<const TableSchema> table, const TableRule& rule, Addresser addresser,
             AddressScratch& scratch, AddressScratch& old_scratch);
  Result<Drop> route(const Change& change, Destination& destination) override;
  [[nodiscard]] std::optional<TopicId> constant_topic() const noexcept override { return addresser_.constant_topic(); }

 private:
  Result<Drop> address(const Change& change, Destination& destination);
  Drop address_truncate(Destination& destination);
  static void keep_order(Address& address) noexcept;

  Addresser addresser_;
  bool constant_; ///< nothing depends on the row but the encoded key
  bool commit_timestamp_;
  Address blank_;                ///< what there is without the templates
  std::optional<Address> fixed_; ///< the address of every row, where no template gives more than a topic
  AddressScratch& scratch_;
  AddressScratch& old_scratch_;
};

} // namespace rowferry
