#include "pipeline/captured_selector.hpp"

#include <fmt/format.h>

namespace rowferry {

bool CapturedSelector::unrelated(std::string_view database, std::string_view table) const {
  if (router_.wanted(database, table)) return false;
  for (const Endpoint& endpoint : settings_.endpoints) {
    if (endpoint.text() != endpoint_) continue;
    auto connection = Connection::open(settings_, endpoint);
    if (!connection) return false;
    const std::string of = fmt::format("= {} AND ", (*connection)->quote(database));
    const std::string name = fmt::format("= {}", (*connection)->quote(table));
    // A view reaches its base tables and a trigger any table: neither is certainly unrelated. A table that the user may
    // not see does not count as one without triggers.
    const auto answer = (*connection)->query_value(fmt::format(
        "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema {}table_name {} AND table_type = 'BASE TABLE') = 1 "
        "AND (SELECT COUNT(*) FROM information_schema.triggers WHERE event_object_schema {}event_object_table {}) = 0 "
        "AND (SELECT COUNT(*) FROM information_schema.user_privileges WHERE privilege_type = 'TRIGGER') "
        "+ (SELECT COUNT(*) FROM information_schema.schema_privileges WHERE privilege_type = 'TRIGGER' AND table_schema {}1) "
        "+ (SELECT COUNT(*) FROM information_schema.table_privileges WHERE privilege_type = 'TRIGGER' AND table_schema {}table_name {}) > 0",
        of, name, of, name, of, of, name));
    return answer && *answer && **answer == "1";
  }
  return false;
}

}  // namespace rowferry
