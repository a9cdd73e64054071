#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <rowferry/source/event_source.hpp>

#include "source/endpoints.hpp"
#include "source/log_probe.hpp"
#include "source/verify_resume.hpp"

namespace rowferry {
namespace {

// MariaDB 12.3+: with this log there are no files and offsets to ask for.
constexpr std::string_view kGtidsOnly =
    "binlog_storage_engine is set, so that the log knows no files and offsets: start by now or gtid:<position>";

// A new start on a server with this format could not see its changes.
Result<void> check_log(const Connection& connection, const ServerFacts& server) {
  std::string_view what;
  if (!server.log_bin) {
    what = "binary logging is off: set log_bin in my.cnf and restart the server";
  } else if (server.binlog_format == "STATEMENT") {
    what = server.mariadb
               ? "binlog_format is STATEMENT, which logs no rows: SET GLOBAL binlog_format = ROW, and in my.cnf"
               : "binlog_format is STATEMENT, which logs no rows: SET PERSIST binlog_format = ROW";
  } else {
    return {};
  }
  return fail(Error::source_fatal(fmt::format("source {}: {}", connection.endpoint().text(), what)));
}

class StartResolver {
 public:
  StartResolver(const SourceSettings& settings, Connection& connection, ServerFacts server)
      : settings_(settings), connection_(connection), server_(std::move(server)) {}

  Result<Resume> resolve(const StartAt& start) {
    auto position = position_of(start);
    if (!position) return fail(std::move(position.error()));
    Resume resume{server_.uuid, std::move(*position), {}};
    if (resume.position.at.file.empty()) return resume;
    auto first = fingerprint_at(settings_, connection_.endpoint(), {resume.position.at.file, kFirstEvent});
    if (!first) return fail(std::move(first.error()));
    resume.fingerprint = *first;
    return resume;
  }

 private:
  Result<Position> position_of(const StartAt& start) {
    switch (start.kind) {
      case StartAt::Kind::now:
        return current_position(connection_, server_);
      case StartAt::Kind::earliest:
        return earliest();
      case StartAt::Kind::gtid:
        return by_gtid(start.gtids);
      case StartAt::Kind::file:
        return by_file(start.at);
    }
    return fail(Error::internal("an unknown kind of start"));
  }

  // What the oldest file says about itself, and what else was purged: SET gtid_purged adds to it without a log.
  Result<Position> earliest() {
    if (!server_.has_offsets()) return refused(kGtidsOnly);
    auto files = list_binlogs(connection_);
    if (!files) return fail(std::move(files.error()));
    Position position;
    position.at = {files->front().name, kFirstEvent};
    auto previous = executed_before(settings_, connection_.endpoint(), position.at.file);
    if (!previous) return fail(std::move(previous.error()));
    position.executed = std::move(*previous);
    position.executed.add(server_.purged);
    return position;
  }

  Result<Position> by_gtid(const GtidSet& executed) {
    if (!server_.gtid_on()) {
      return fail(Error::source_fatal(
          fmt::format("source {}: source.start names GTIDs, but gtid_mode is {}: SET GLOBAL gtid_mode = ON, or start "
                      "by file and offset",
                      connection_.endpoint().text(), server_.gtid_mode.empty() ? "unknown here" : server_.gtid_mode)));
    }
    if (auto fits = verify_gtids(connection_, settings_, server_, executed); !fits) {
      return fail(std::move(fits.error()));
    }
    return Position{{}, executed};
  }

  Result<Position> by_file(FileOffset at) {
    if (!server_.has_offsets()) return refused(kGtidsOnly);
    at.offset = std::max(at.offset, kFirstEvent);
    const auto files = list_binlogs(connection_);
    if (!files) return fail(files.error());
    const auto file = std::ranges::find(*files, at.file, &BinlogFile::name);
    if (file == files->end()) {
      return refused(
          fmt::format("there is no log {} (there are {} to {})", at.file, files->front().name, files->back().name));
    }
    if (file->size < at.offset) {
      return refused(fmt::format("{} lies behind the end of the log, which has {} bytes", at.text(), file->size));
    }
    auto executed = executed_at(settings_, connection_.endpoint(), at);
    if (!executed) return fail(std::move(executed.error()).in("source.start"));
    return Position{std::move(at), std::move(*executed)};
  }

  [[nodiscard]] tl::unexpected<Error> refused(std::string_view what) const {
    return fail(Error::source_fatal(fmt::format("source {}: source.start: {}", connection_.endpoint().text(), what)));
  }

  const SourceSettings& settings_;
  Connection& connection_;
  ServerFacts server_;
};

} // namespace

Result<StartAt> parse_start(std::string_view text) {
  constexpr std::string_view kGtid = "gtid:";
  StartAt start;
  if (text == "now") return start;
  if (text == "earliest") {
    start.kind = StartAt::Kind::earliest;
    return start;
  }
  if (text.starts_with(kGtid)) {
    start.kind = StartAt::Kind::gtid;
    auto gtids = GtidSet::parse(text.substr(kGtid.size()));
    if (!gtids) return fail(Error::usage(std::move(gtids.error().message)).in("source.start"));
    start.gtids = std::move(*gtids);
    return start;
  }
  const std::size_t colon = text.rfind(':');
  const std::string_view offset = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(offset.data(), offset.data() + offset.size(), start.at.offset);
  if (offset.empty() || colon == 0 || error != std::errc{} || end != offset.data() + offset.size()) {
    return fail(Error::usage(fmt::format(
        "source.start: '{}' is none of now, earliest, gtid:<set> and <file>:<offset>, for example binlog.000003:157",
        text)));
  }
  start.kind = StartAt::Kind::file;
  start.at.file = text.substr(0, colon);
  return start;
}

Result<Resume> resolve_start(const SourceSettings& settings, const StartAt& start) {
  return first_endpoint(settings, [&](const Endpoint& endpoint) -> Result<Resume> {
    auto connection = Connection::open(settings, endpoint);
    if (!connection) return fail(std::move(connection.error()));
    auto server = read_server_facts(**connection);
    if (!server) return fail(std::move(server.error()));
    if (auto usable = check_log(**connection, *server); !usable) return fail(std::move(usable.error()));
    return StartResolver(settings, **connection, std::move(*server)).resolve(start);
  });
}

} // namespace rowferry
