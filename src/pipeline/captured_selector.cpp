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
    // A view reaches its base tables and a trigger any table: neither is certainly unrelated. Triggers are shown only
    // to an account with the TRIGGER privilege, so that without it none shown means nothing. (Who may read the schema
    // `mysql` is shown the privileges of others, too.)
    const std::string ours =
        "grantee = CONCAT('\\'', REPLACE(CURRENT_USER(), '@', '\\'@\\''), '\\'') AND privilege_type = 'TRIGGER'";
    const std::string question = fmt::format(
        "SELECT (SELECT COUNT(*) FROM information_schema.tables "
        "WHERE table_schema {}table_name {} AND table_type = 'BASE TABLE') = 1 "
        "AND (SELECT COUNT(*) FROM information_schema.triggers "
        "WHERE event_object_schema {}event_object_table {}) = 0 "
        "AND (SELECT COUNT(*) FROM information_schema.user_privileges WHERE {}) "
        "+ (SELECT COUNT(*) FROM information_schema.schema_privileges WHERE {} AND table_schema {}1) "
        "+ (SELECT COUNT(*) FROM information_schema.table_privileges "
        "WHERE {} AND table_schema {}table_name {}) > 0",
        of, name, of, name, ours, ours, of, ours, of, name);
    const auto answer = (*connection)->query_value(question);
    return answer && *answer && **answer == "1";
  }
  return false;
}

} // namespace rowferry
