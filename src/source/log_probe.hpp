// Looks into a server's binary log at one place, over a connection of its own that disturbs no stream.
#pragma once

#include <rowferry/source/connection.hpp>

namespace rowferry {

/// The event that begins at `at`. An unknown fingerprint: no event of the file begins there, or it cannot be asked for
/// (beyond 4 GiB). Status 5: the server refuses the place, which is not what it was.
Result<Fingerprint> fingerprint_at(const SourceSettings& settings, const Endpoint& endpoint, const FileOffset& at);

/// Offset of the first event of every binlog file.
inline constexpr std::uint64_t kFirstEvent = 4;

/// What PREVIOUS_GTIDS or GTID_LIST at the beginning of the file says. An empty name: the oldest file.
Result<GtidSet> executed_before(const SourceSettings& settings, const Endpoint& endpoint, const std::string& file);

/// Reads the file up to `at`: the executed set there. Fails (status 3) when `at` is not between two transactions,
/// naming the place before it that is.
Result<GtidSet> executed_at(const SourceSettings& settings, const Endpoint& endpoint, const FileOffset& at);

} // namespace rowferry
