#include <fmt/format.h>

#include <algorithm>
#include <rowferry/source/preflight.hpp>

#include "source/error_classes.hpp"
#include "source/log_probe.hpp"

namespace rowferry {
namespace {

bool is_denied(unsigned code) noexcept { return code == 1227 || code == 1044 || code == 1142; }

class AccountCheck {
 public:
  AccountCheck(Connection& connection, const SourceSettings& settings, const ServerFacts& server)
      : connection_(connection), settings_(settings), server_(server) {}

  Result<std::vector<Finding>> run() {
    if (auto done = privileges(); !done) return fail(std::move(done.error()));
    if (auto done = identity(); !done) return fail(std::move(done.error()));
    return std::move(findings_);
  }

 private:
  Result<void> privileges() {
    const bool new_names = !server_.mariadb && server_.version_number >= 80400;
    if (auto tried = try_privilege(server_.mariadb ? "BINLOG MONITOR" : "REPLICATION CLIENT",
                                   "it may ask for the log's position and files",
                                   new_names ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS");
        !tried) {
      return tried;
    }
    if (server_.mariadb) return try_dump();
    // Needs the same privilege as the dump itself, and disturbs nobody.
    return try_privilege("REPLICATION SLAVE", "it may stream the log", "SHOW BINLOG EVENTS LIMIT 1");
  }

  // Since MariaDB 10.5 no statement needs the privilege of the dump: one that disturbs nobody is tried.
  Result<void> try_dump() {
    const auto head = executed_before(settings_, connection_.endpoint(), "");
    if (head) {
      findings_.push_back(
          Finding::ok(fmt::format("account {}: it may stream the log (REPLICATION SLAVE)", connection_.account())));
      return {};
    }
    if (head.error().retriable) return fail(head.error());
    findings_.push_back(Finding::error(head.error().message, "")); // the message says what mends it
    return {};
  }

  Result<void> try_privilege(std::string_view privilege, std::string_view what, std::string_view sql) {
    auto rows = connection_.query(sql);
    if (rows) {
      findings_.push_back(Finding::ok(fmt::format("account {}: {} ({})", connection_.account(), what, privilege)));
      return {};
    }
    if (rows.error().retriable) return fail(std::move(rows.error()));
    if (!is_denied(connection_.error_code())) {
      findings_.push_back(Finding::error(rows.error().message, ""));
      return {};
    }
    findings_.push_back(
        Finding::error(fmt::format("account {} lacks {}", connection_.account(), privilege),
                       fmt::format("GRANT {} ON *.* TO {}", privilege, quoted_account(connection_.account()))));
    return {};
  }

  // Replicas that registered themselves. Server_Id is the first column, Replica_UUID the last.
  Result<void> identity() {
    const bool new_names = !server_.mariadb && server_.version_number >= 80022;
    const auto rows = connection_.query(new_names ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS");
    if (!rows) {
      if (rows.error().retriable) return fail(rows.error());
      return {}; // the missing privilege was found above, and no replica is known of
    }
    const std::string our_id = std::to_string(settings_.server_id);
    const std::string our_uuid = settings_.replica_uuid.text();
    const auto used = std::ranges::find_if(
        *rows, [&](const SqlRow& row) { return row.size() > 3 && (row.front() == our_id || row.back() == our_uuid); });
    if (used != rows->end()) {
      findings_.push_back(
          Finding::error(fmt::format("another replica uses our server id {} or uuid {}", our_id, our_uuid),
                         "stop it, or give this connector another `name`, source.server_id and source.server_uuid"));
    } else if (settings_.server_id == server_.server_id) {
      findings_.push_back(Finding::warning(fmt::format("source.server_id {} is the server's own", our_id),
                                           "set another source.server_id, or leave it out"));
    } else {
      findings_.push_back(Finding::ok(fmt::format("server id {} is free", our_id)));
    }
    return {};
  }

  Connection& connection_;
  const SourceSettings& settings_;
  const ServerFacts& server_;
  std::vector<Finding> findings_;
};

} // namespace

Result<std::vector<Finding>> check_account(Connection& connection, const SourceSettings& settings,
                                           const ServerFacts& server) {
  return AccountCheck(connection, settings, server).run();
}

} // namespace rowferry
