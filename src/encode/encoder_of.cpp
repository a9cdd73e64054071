#include <rowferry/encode/encoder.hpp>

namespace rowferry {

Encoder& encoder_of(Route& route, EncodeWarnings& warnings) {
  if (route.companion() == nullptr) {
    // The route holds the encoder and the schema, so the encoder need not.
    const std::shared_ptr<const TableSchema> table(std::shared_ptr<const TableSchema>{}, &route.table());
    route.keep(route.kind() == RouteKind::outbox
                   ? make_outbox_encoder(table, static_cast<std::uint32_t>(route.payload_column()), warnings,
                                         route.invalid_text())
                   : make_plain_encoder(table, route.id_header(), warnings, route.invalid_text()));
  }
  return static_cast<Encoder&>(*route.companion()); // nobody else keeps anything there
}

} // namespace rowferry
