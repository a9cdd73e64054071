#include <fmt/format.h>

#include <rowferry/source/preflight.hpp>

namespace rowferry {
namespace {

// A setting that lasts: MariaDB has no SET PERSIST.
std::string set_for_good(const ServerFacts& server, std::string_view setting) {
  return server.mariadb ? fmt::format("SET GLOBAL {}; and the same under [mariadb] in my.cnf", setting)
                        : fmt::format("SET PERSIST {}", setting);
}

Finding check_format(const ServerFacts& server) {
  if (server.binlog_format == "ROW") return Finding::ok("binlog_format is ROW");
  std::string what =
      fmt::format("binlog_format is {}: statements do not say which rows they changed", server.binlog_format);
  std::string mend = set_for_good(server, "binlog_format = ROW");
  if (server.binlog_format == "MIXED") return Finding::warning(std::move(what), std::move(mend));
  return Finding::error(std::move(what), std::move(mend));
}

Finding check_image(const ServerFacts& server) {
  if (server.row_image == "FULL") return Finding::ok("binlog_row_image is FULL");
  return Finding::warning(
      fmt::format("binlog_row_image is {}: messages will lack the columns that a change did not touch",
                  server.row_image),
      set_for_good(server, "binlog_row_image = FULL"));
}

Finding check_metadata(const ServerFacts& server) {
  if (server.row_metadata == "FULL") return Finding::ok("binlog_row_metadata is FULL");
  constexpr std::string_view kConsequence =
      "events carry no column names, so that information_schema is asked for them; a table that is altered while the "
      "connector is behind may stop it";
  if (server.row_metadata.empty()) {
    return Finding::warning(fmt::format("the server does not know binlog_row_metadata: {}", kConsequence),
                            "use MySQL 8.0.1 or MariaDB 10.5, or newer, with binlog_row_metadata=FULL");
  }
  return Finding::warning(fmt::format("binlog_row_metadata is {}: {}", server.row_metadata, kConsequence),
                          set_for_good(server, "binlog_row_metadata = FULL"));
}

Finding check_row_values(const ServerFacts& server) {
  if (server.row_value_options.find("PARTIAL_JSON") == std::string::npos) return Finding::ok("JSON is logged whole");
  if (server.row_image == "FULL")
    return Finding::ok("JSON is logged as differences, beside the documents that they change");
  return Finding::warning(
      fmt::format(
          "binlog_row_value_options is PARTIAL_JSON and binlog_row_image is {}: messages will hold the differences "
          "of JSON documents (`partial`) and not the documents, and an outbox update whose payload is JSON stops",
          server.row_image),
      "SET PERSIST binlog_row_image = FULL, or SET PERSIST binlog_row_value_options = ''");
}

Finding check_gtids(const ServerFacts& server) {
  if (server.mariadb) {
    if (server.gtid_strict_mode) return Finding::ok("gtid_strict_mode is ON");
    return Finding::warning(
        "gtid_strict_mode is OFF: numbers may run backwards within a domain, and a failover by GTID then be refused",
        set_for_good(server, "gtid_strict_mode = ON"));
  }
  if (server.gtid_on()) return Finding::ok("gtid_mode is ON");
  return Finding::warning(
      fmt::format("gtid_mode is {}: the connector cannot follow a failover, nor resume beyond 4 GiB in a file",
                  server.gtid_mode),
      "SET PERSIST enforce_gtid_consistency = ON; then SET PERSIST gtid_mode = OFF_PERMISSIVE, ON_PERMISSIVE, ON in "
      "turn");
}

Finding check_expiry(const ServerFacts& server) {
  constexpr std::uint64_t kDay = 86400;
  if (server.max_total_size != 0) {
    return Finding::warning(
        fmt::format("old binary logs are purged when all have {} bytes (max_binlog_total_size): an outage "
                    "in which more is written loses changes",
                    server.max_total_size),
        set_for_good(server, "max_binlog_total_size = 0"));
  }
  if (server.expire_seconds == 0) return Finding::ok("binary logs do not expire");
  if (server.expire_seconds >= kDay) {
    return Finding::ok(fmt::format("binary logs are kept for {} days", server.expire_seconds / kDay));
  }
  return Finding::warning(
      fmt::format("binary logs expire after {} s: an outage longer than that loses changes", server.expire_seconds),
      set_for_good(server, server.mariadb && server.version_number < 100600 ? "expire_logs_days = 7"
                                                                            : "binlog_expire_logs_seconds = 604800"));
}

} // namespace

std::vector<Finding> check_server(const ServerFacts& server) {
  if (!server.log_bin) {
    return {Finding::error("binary logging is off (log_bin=OFF)", "set log_bin in my.cnf and restart the server")};
  }
  std::vector<Finding> findings = {Finding::ok("binary logging is on"), check_format(server), check_image(server),
                                   check_metadata(server)};
  if (!server.mariadb) findings.push_back(check_row_values(server));
  findings.push_back(check_gtids(server));
  findings.push_back(check_expiry(server));
  return findings;
}

} // namespace rowferry
