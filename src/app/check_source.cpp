#include "app/check_source.hpp"

#include <fmt/format.h>

#include <memory>
#include <rowferry/route/router.hpp>
#include <rowferry/source/connection.hpp>
#include <rowferry/source/server_facts.hpp>

#include "app/position_text.hpp"

namespace rowferry {
namespace {

/// A server that answered.
struct Reached {
  std::unique_ptr<Connection> connection;
  ServerFacts server;
};

Result<Reached> reach(const SourceSettings& settings, const Endpoint& endpoint) {
  Result<std::unique_ptr<Connection>> connection = Connection::open(settings, endpoint);
  if (!connection) return fail(std::move(connection.error()));
  Result<ServerFacts> server = read_server_facts(**connection);
  if (!server) return fail(std::move(server.error()));
  return Reached{std::move(*connection), std::move(*server)};
}

void add_or(CheckReport& report, const Result<std::vector<Finding>>& findings) {
  if (findings) {
    report.add(*findings);
  } else {
    report.add(findings.error());
  }
}

/// Looks at each endpoint. The first that answered, if any: what else is to be asked is asked there.
std::optional<Reached> check_endpoints(const Setup& setup, CheckReport& report) {
  std::optional<Reached> first;
  std::vector<Error> away;
  for (const Endpoint& endpoint : setup.source.endpoints) {
    Result<Reached> reached = reach(setup.source, endpoint);
    if (!reached) {
      away.push_back(std::move(reached.error()));
      continue;
    }
    report.add(
        Finding::ok(fmt::format("source {} answers as {}: {} {}{}", endpoint.text(), reached->connection->account(),
                                reached->server.mariadb ? "MariaDB" : "MySQL", reached->server.version,
                                reached->connection->tls() ? ", over TLS" : ", without TLS")));
    report.add(check_server(reached->server));
    add_or(report, check_account(*reached->connection, setup.source, reached->server));
    if (!first) first = std::move(*reached);
  }
  for (const Error& error : away) {
    // One of several that is away does not keep `run` from its work.
    first ? report.add(Finding::warning(error.message, "")) : report.add(error);
  }
  return first;
}

/// Rules against the tables that are there.
std::set<std::string> check_rules(const Setup& setup, Reached& source, CheckReport& report) {
  std::set<std::string> known_topics;
  RoutingRules rules = setup.rules;
  rules.fold_case = source.server.lower_case_table_names != 0;
  Topics topics;
  Router router(std::move(rules), topics);
  const auto tables =
      read_tables(*source.connection, [&](auto database, auto table) { return router.wanted(database, table); });
  if (!tables) {
    report.add(tables.error());
    return known_topics;
  }
  report.add(check_tables(source.server, *tables, router.exact_tables(), source.connection->account()));
  for (const TableFacts& table : *tables) {
    const Result<Route*> route = router.resolve(std::make_shared<const TableSchema>(make_schema_for_check(table)));
    if (!route) {
      report.add(route.error());
    } else if (*route != nullptr) {
      const std::optional<TopicId> topic = (*route)->constant_topic();
      report.add(Finding::ok(fmt::format("table {}.{}: {} to {}", table.database, table.table,
                                         (*route)->kind() == RouteKind::outbox ? "outbox messages" : "changes",
                                         topic ? "topic " + topics.name(*topic) : "topics that its rows name")));
      if (topic) known_topics.insert(topics.name(*topic));
    }
  }
  for (const std::string& warning : router.take_warnings()) report.add(Finding::warning(warning, ""));
  return known_topics;
}

/// Where `run` would begin. Asked without a dump under our server id, which a running connector may be using.
void check_beginning(const Setup& setup, const std::optional<Checkpoint>& checkpoint, Reached& source,
                     CheckReport& report) {
  if (checkpoint) {
    const Resume resume{checkpoint->server_uuid, checkpoint->position, checkpoint->fingerprint, checkpoint->undecided};
    const auto fits = check_resume(*source.connection, setup.source, source.server, resume);
    fits ? report.add(*fits) : report.add(fits.error());
    return;
  }
  const Result<Resume> start = resolve_start(setup.source, setup.start);
  if (!start) {
    report.add(start.error());
    return;
  }
  const Position& position = start->position;
  report.add(
      Finding::ok(fmt::format("without a checkpoint, source.start ({}) begins at {}", setup.config.source.start,
                              position.at.file.empty() ? "GTIDs " + position.executed.text() : position.at.text())));
}

} // namespace

std::set<std::string> check_source(const Setup& setup, const std::optional<Checkpoint>& checkpoint,
                                   CheckReport& report) {
  std::optional<Reached> source = check_endpoints(setup, report);
  if (!source) return {};
  check_beginning(setup, checkpoint, *source, report);
  return check_rules(setup, *source, report);
}

} // namespace rowferry
