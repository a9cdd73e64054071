#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <rowferry/source/event_source.hpp>

#include "source/endpoints.hpp"
#include "source/log_probe.hpp"
#include "source/session_variables.hpp"
#include "source/verify_resume.hpp"

namespace rowferry {
namespace {

// A dump whose first event was read already: it is what tells that the server accepted.
class ReplicationEvents final : public EventSource {
 public:
  ReplicationEvents(std::unique_ptr<Connection> connection, const binlog::RawEvent& first)
      : connection_(std::move(connection)), first_(first) {}

  Result<binlog::RawEvent> next() override {
    if (!first_.empty()) return std::exchange(first_, {});
    return connection_->next_event();
  }
  [[nodiscard]] bool has_more() noexcept override { return connection_->has_more(); }
  void interrupt() noexcept override { connection_->interrupt(); }

 private:
  std::unique_ptr<Connection> connection_;
  binlog::RawEvent first_;
};

Result<void> start_dump(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                        const ResumePlan& plan) {
  if (auto set = set_stream_variables(connection, settings); !set) return set;
  if (plan.by == ResumeBy::gtid && server.mariadb) {
    if (auto set = set_connect_state(connection, plan.from.executed.mariadb()); !set) return set;
    return connection.dump(FileOffset{"", kFirstEvent}, settings.server_id, false);
  }
  if (plan.by == ResumeBy::gtid) return connection.dump(plan.from.executed, settings.server_id, false);
  return connection.dump(plan.from.at, settings.server_id, false);
}

// MariaDB passes over what we have without a word, heartbeats included, from the beginning of the file on.
constexpr std::chrono::seconds kSilenceOfSkipping{60};

Result<ReplicationStream> open_at(const SourceSettings& settings, const Resume& resume, const Endpoint& endpoint) {
  auto connection = Connection::open(settings, endpoint);
  if (!connection) return fail(std::move(connection.error()));
  auto server = read_server_facts(**connection);
  if (!server) return fail(std::move(server.error()));
  const auto plan = verify_resume(**connection, settings, *server, resume);
  if (!plan) return fail(plan.error());
  if (plan->by == ResumeBy::gtid && server->mariadb) {
    connection = Connection::open(settings, endpoint, std::max(kSilenceOfSkipping, settings.silence_limit()));
    if (!connection) return fail(std::move(connection.error()));
  }
  if (auto started = start_dump(**connection, settings, *server, *plan); !started) {
    return fail(std::move(started.error()));
  }
  auto first = (*connection)->next_event();
  if (!first) return fail(std::move(first.error()));

  ReplicationStream stream;
  stream.server = std::move(*server);
  stream.by_gtid = plan->by == ResumeBy::gtid;
  stream.start = stream.by_gtid ? FileOffset{"", kFirstEvent} : plan->from.at;
  stream.endpoint = endpoint.text();
  stream.events = std::make_unique<ReplicationEvents>(std::move(*connection), *first);
  return stream;
}

} // namespace

Result<ReplicationStream> open_replication(const SourceSettings& settings, const Resume& resume) {
  return first_endpoint(settings, [&](const Endpoint& endpoint) { return open_at(settings, resume, endpoint); });
}

} // namespace rowferry
