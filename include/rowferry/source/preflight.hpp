// What `rowferry check` asks the source: every finding at once, each with the SQL or the option that mends it.
#pragma once

#include <cstdint>
#include <rowferry/base/error.hpp>
#include <rowferry/source/connection.hpp>
#include <rowferry/source/event_source.hpp>
#include <rowferry/source/server_facts.hpp>
#include <string>
#include <vector>

namespace rowferry {

struct Finding {
  enum class Level : std::uint8_t { ok, warning, error };
  Level level = Level::ok;
  ExitStatus status = ExitStatus::done; ///< that `run` would end with; `done` unless level is error
  std::string what;                     ///< one line
  std::string mend;                     ///< SQL or an option; empty when there is nothing to do

  static Finding ok(std::string what) { return {Level::ok, ExitStatus::done, std::move(what), {}}; }
  static Finding warning(std::string what, std::string mend) {
    return {Level::warning, ExitStatus::done, std::move(what), std::move(mend)};
  }
  static Finding error(std::string what, std::string mend, ExitStatus status = ExitStatus::source) {
    return {Level::error, status, std::move(what), std::move(mend)};
  }
  bool operator==(const Finding&) const = default;
};

/// log_bin, format, row image and metadata, GTID mode, expiry. Asks nobody.
std::vector<Finding> check_server(const ServerFacts& server);

/// Whether the account may stream and ask for positions (tried, because roles hide in SHOW GRANTS), and whether another
/// replica uses our server id or uuid. An error is the connection's, not a finding.
Result<std::vector<Finding>> check_account(Connection& connection, const SourceSettings& settings,
                                           const ServerFacts& server);

/// Whether the server still has what `resume` needs, found as open_replication() finds it, under no identity of ours. A
/// retriable error is the connection's, not a finding.
Result<Finding> check_resume(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                             const Resume& resume);

/// Tables without a key, changed by cascades, or, of `exact` ("shop.outbox": what the rules name exactly), not there.
/// Asks nobody.
std::vector<Finding> check_tables(const ServerFacts& server, const std::vector<TableFacts>& captured,
                                  const std::vector<std::string>& exact, const std::string& account);

} // namespace rowferry
