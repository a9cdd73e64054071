#include "source/verify_resume.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "source/log_probe.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kCompare = "compare source and target, then choose a new start with `rowferry position set`";

tl::unexpected<Error> other_history(const Connection& connection, std::string_view what) {
  return fail(Error::source_fatal(
      fmt::format("source {}: the checkpoint does not fit the server (reset, restored, or another one): {}; {}",
                  connection.endpoint().text(), what, kCompare)));
}

tl::unexpected<Error> purged(const Connection& connection, std::string_view what) {
  return fail(Error::source_fatal(fmt::format(
      "source {}: purged: {}; the changes in it cannot be had from this server's log any more: bring the target up to "
      "date by other means, choose a new start with `rowferry position set`, and keep logs longer "
      "(binlog_expire_logs_seconds)",
      connection.endpoint().text(), what)));
}

// A transaction is in the log, and may have been sent, a moment before it counts as executed (semi-synchronous
// replication makes the moment long): what is lacking may come.
Result<GtidSet> lacking(Connection& connection, const ServerFacts& server, const GtidSet& executed) {
  constexpr int kWaitSeconds = 1;
  GtidSet missing = difference(executed, server.executed);
  if (missing.empty() || !server.gtid_on()) return missing;
  auto waited = connection.query_value(
      fmt::format("SELECT WAIT_FOR_EXECUTED_GTID_SET({}, {})", connection.quote(missing.text()), kWaitSeconds));
  if (!waited) return fail(std::move(waited.error()));
  if (*waited == "0") return GtidSet{};
  auto now = connection.query_value("SELECT @@GLOBAL.gtid_executed");
  if (!now) return fail(std::move(now.error()));
  auto executed_now = GtidSet::parse(now->value_or(""));
  if (!executed_now) return fail(std::move(executed_now.error()));
  return difference(executed, *executed_now);
}

// A fingerprint of another file (the ROTATE before `at`) says nothing about this one.
bool speaks_of(const Fingerprint& fingerprint, const FileOffset& at) noexcept {
  if (!fingerprint.known()) return false;
  return fingerprint.offset == kFirstEvent || fingerprint.offset + fingerprint.size == at.offset;
}

Result<void> verify_fingerprint(Connection& connection, const SourceSettings& settings, const Resume& resume) {
  const Fingerprint& expected = resume.fingerprint;
  const FileOffset& at = resume.position.at;
  constexpr std::uint64_t kOffsetLimit = 1ull << 32;
  if (!speaks_of(expected, at) || expected.offset >= kOffsetLimit) return {};
  const auto found = fingerprint_at(settings, connection.endpoint(), {at.file, expected.offset});
  if (!found) {
    if (found.error().status != ExitStatus::data) return fail(found.error());
    return other_history(
        connection, fmt::format("no event can be read at {}:{}: {}", at.file, expected.offset, found.error().message));
  }
  if (*found == expected) return {};
  if (!found->known()) {
    return other_history(connection, fmt::format("no event begins at {}:{} now", at.file, expected.offset));
  }
  return other_history(
      connection,
      fmt::format("at {}:{} stands an event of type {}, {} bytes, time {}, CRC {:08x}, where it was type {}, {} bytes, "
                  "time {}, CRC {:08x}",
                  at.file, expected.offset, found->type, found->size, found->timestamp, found->crc32, expected.type,
                  expected.size, expected.timestamp, expected.crc32));
}

// On the server that file and offset belong to: they must still be there, and mean the same.
Result<void> verify_file(Connection& connection, const SourceSettings& settings, const Resume& resume, bool by_gtid) {
  const FileOffset& at = resume.position.at;
  const auto files = list_binlogs(connection);
  if (!files) return fail(files.error());
  const auto file = std::ranges::find(*files, at.file, &BinlogFile::name);
  if (file == files->end()) {
    const std::string& oldest = files->front().name;
    const std::string& newest = files->back().name;
    if (compare_binlog_files(at.file, newest) > 0) {
      return other_history(connection, fmt::format("it is at {}, but the newest log is {}", at.text(), newest));
    }
    if (by_gtid) return {}; // the sets decide whether anything is missing
    return purged(connection, fmt::format("{} is gone, the oldest log is {}", at.text(), oldest));
  }
  if (file->size < at.offset) {
    return other_history(
        connection, fmt::format("it is at {}, but the file has {} bytes only (a crash with sync_binlog other than 1 "
                                "loses the end of a log)",
                                at.text(), file->size));
  }
  return verify_fingerprint(connection, settings, resume);
}

} // namespace

Result<void> verify_gtids(Connection& connection, const ServerFacts& server, const GtidSet& executed) {
  const auto missing = lacking(connection, server, executed);
  if (!missing) return fail(missing.error());
  if (!missing->empty()) {
    return other_history(connection, fmt::format("the server lacks {}, which were delivered", missing->text()));
  }
  if (!server.gtid_on()) return {};
  const GtidSet gone = difference(server.purged, executed);
  if (!gone.empty()) return purged(connection, fmt::format("missing {}", gone.text()));
  return {};
}

// By GTID where that is possible, because offsets wrap at 4 GiB and belong to one server. An empty set on a server with
// GTIDs does not mean that nothing was executed: the checkpoint may be of before gtid_mode was switched on, and asking
// by the empty set would send, or miss, everything since. So then the file and offset decide.
Result<ResumeBy> verify_resume(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                               const Resume& resume) {
  const bool same_server = resume.server_uuid.empty() || resume.server_uuid == server.uuid;
  const Position& position = resume.position;
  const bool has_file = !position.at.file.empty();
  const bool by_gtid = server.gtid_on() && (!position.executed.empty() || !has_file);
  if (!by_gtid && !has_file) {
    return fail(Error::source_fatal(
        fmt::format("source {}: the checkpoint holds GTIDs only, but gtid_mode is {}: SET GLOBAL gtid_mode = ON, or "
                    "choose a file and "
                    "offset with `rowferry position set`",
                    connection.endpoint().text(), server.gtid_mode.empty() ? "unknown here" : server.gtid_mode)));
  }
  if (!same_server && !by_gtid) {
    return other_history(connection,
                         fmt::format("file and offset ({}) resume only on the server they came from, {}; this is {}, "
                                     "and going on by GTID needs gtid_mode=ON and a checkpoint with GTIDs",
                                     position.at.text(), resume.server_uuid, server.uuid));
  }
  if (same_server && has_file) {
    if (auto fits = verify_file(connection, settings, resume, by_gtid); !fits) return fail(std::move(fits.error()));
  }
  if (by_gtid || !position.executed.empty()) {
    if (auto fits = verify_gtids(connection, server, position.executed); !fits) return fail(std::move(fits.error()));
  }
  return by_gtid ? ResumeBy::gtid : ResumeBy::file;
}

} // namespace rowferry
