#include "source/session_variables.hpp"

#include <fmt/format.h>

namespace rowferry {
namespace {

// Both names of everything: old servers and MariaDB know only the first, and a user variable that nobody knows does no
// harm. CRC32 says that we can verify; a log without checksums stays without.
constexpr std::string_view kChecksum = "@master_binlog_checksum = 'CRC32', @source_binlog_checksum = 'CRC32'";
// MariaDB: send GTID and GTID_LIST events as they are. Without it they are rewritten.
constexpr std::string_view kCapability = "@mariadb_slave_capability = 4";
// A stalled sink may stop our reading for long: the server shall not give up on us meanwhile. Not MariaDB: there a dump
// waits for an older one of the same server_id, of which only this ends a write to a peer that is gone. Which it then
// gives up, it sends again.
constexpr std::string_view kPatience = ", SESSION net_write_timeout = 86400";

Result<void> execute(Connection& connection, std::string_view sql) {
  auto done = connection.query(sql);
  if (!done) return fail(std::move(done.error()));
  return {};
}

} // namespace

Result<void> set_stream_variables(Connection& connection, const SourceSettings& settings) {
  const auto heartbeat = std::chrono::duration_cast<std::chrono::nanoseconds>(settings.heartbeat).count();
  return execute(connection,
                 fmt::format("SET @master_heartbeat_period = {0}, @source_heartbeat_period = {0}, @slave_uuid = '{1}', "
                             "@replica_uuid = '{1}', {2}, {3}{4}",
                             heartbeat, settings.replica_uuid.text(), kChecksum, kCapability,
                             connection.mariadb() ? "" : kPatience));
}

Result<void> set_connect_state(Connection& connection, const MariadbGtidSet& executed) {
  return execute(connection, fmt::format("SET @slave_connect_state = {}, @slave_gtid_strict_mode = 1",
                                         connection.quote(executed.text())));
}

Result<void> set_probe_variables(Connection& connection) {
  return execute(connection, fmt::format("SET {}, {}", kChecksum, kCapability));
}

} // namespace rowferry
