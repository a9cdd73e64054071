// What a session tells the server before it asks for a dump (PROTOCOL.md 1.2).
#pragma once

#include <rowferry/source/connection.hpp>

namespace rowferry {

/// For the stream: heartbeats, our own identity, checksums.
Result<void> set_stream_variables(Connection& connection, const SourceSettings& settings);

/// For a stream of MariaDB by GTID: what was executed, so that the dump asked for by an empty file name sends what
/// follows. A GTID that the log should hold and does not is then an error of the server's.
Result<void> set_connect_state(Connection& connection, const MariadbGtidSet& executed);

/// For a look at a log beside the stream: checksums only. Without a replica uuid and with server id 0 the server takes
/// the dump for mysqlbinlog's and ends no other dump on its behalf.
Result<void> set_probe_variables(Connection& connection);
inline constexpr std::uint32_t kProbeServerId = 0;

} // namespace rowferry
