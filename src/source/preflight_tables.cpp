#include <fmt/format.h>

#include <algorithm>
#include <rowferry/schema/table_name.hpp>
#include <rowferry/source/preflight.hpp>

#include "source/error_classes.hpp"

namespace rowferry {
namespace {

std::string full_name(const TableFacts& table) { return table.database + "." + table.table; }

void check_existence(const ServerFacts& server, const std::vector<TableFacts>& captured,
                     const std::vector<std::string>& exact, const std::string& account,
                     std::vector<Finding>& findings) {
  const bool fold = server.lower_case_table_names != 0;
  for (const std::string& name : exact) {
    const bool there = std::ranges::any_of(captured, [&](const TableFacts& table) {
      return fold ? lower_case_name(full_name(table)) == lower_case_name(name) : full_name(table) == name;
    });
    if (there) continue;
    findings.push_back(Finding::error(fmt::format("table {} does not exist, or the account may not see it", name),
                                      fmt::format("mend the name in `outbox` or `tables`, or GRANT SELECT ON {} TO {}",
                                                  name, quoted_account(account)),
                                      ExitStatus::usage));
  }
}

void check_one(const ServerFacts& server, const TableFacts& table, std::vector<Finding>& findings) {
  if (table.key.empty()) {
    findings.push_back(
        Finding::warning(fmt::format("table {} has no key: all its messages go to one partition, without a message key",
                                     full_name(table)),
                         "add a primary key"));
  }
  if (table.has_cascading_foreign_key && !server.cascades_logged) {
    findings.push_back(Finding::warning(
        fmt::format(
            "table {} has a foreign key with CASCADE or SET NULL: what the server changes in it by itself is not "
            "in the log",
            full_name(table)),
        server.version_number >= 90600 && !server.mariadb
            ? "innodb_native_foreign_keys=OFF in my.cnf"
            : "use MySQL 9.6 or newer, or change the rows of the table with statements of their own"));
  }
}

} // namespace

std::vector<Finding> check_tables(const ServerFacts& server, const std::vector<TableFacts>& captured,
                                  const std::vector<std::string>& exact, const std::string& account) {
  std::vector<Finding> findings;
  check_existence(server, captured, exact, account, findings);
  for (const TableFacts& table : captured) check_one(server, table, findings);
  if (captured.empty()) {
    findings.push_back(Finding::warning("no table is captured now: no rule names one that exists",
                                        "mend `outbox` and `tables`, unless the tables are yet to be made"));
  } else if (findings.empty()) {
    findings.push_back(Finding::ok(captured.size() == 1
                                       ? "1 table is captured, with a key"
                                       : fmt::format("{} tables are captured, each with a key", captured.size())));
  }
  return findings;
}

} // namespace rowferry
