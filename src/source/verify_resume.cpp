#include "source/verify_resume.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "source/log_probe.hpp"

namespace rowferry {
namespace {

constexpr std::uint64_t kOffsetLimit = 1ull << 32; // of what a dump can be asked for
constexpr std::string_view kCompare = "compare source and target, then choose a new start with `rowferry position set`";

tl::unexpected<Error> other_history(const Connection& connection, std::string_view what) {
  return fail(Error::source_fatal(
      fmt::format("source {}: the checkpoint does not fit the server (reset, restored, or another one): {}; {}",
                  connection.endpoint().text(), what, kCompare)));
}

tl::unexpected<Error> purged(const Connection& connection, std::string_view what) {
  return fail(Error::source_fatal(fmt::format(
      "source {}: purged: {}; the changes in it cannot be had from this server's log any more: bring the target up to "
      "date by other means, choose a new start with `rowferry position set`, and keep logs longer ({})",
      connection.endpoint().text(), what,
      connection.mariadb() ? "binlog_expire_logs_seconds, expire_logs_days, max_binlog_total_size"
                           : "binlog_expire_logs_seconds")));
}

// The delivered position would still be there: what holds reading back, and how to go on without it.
tl::unexpected<Error> purged(const Connection& connection, std::string_view what, const Resume& resume) {
  if (resume.undecided.empty()) return purged(connection, what);
  const Position& position = resume.position;
  const std::string delivered = position.executed.empty()
                                    ? fmt::format("--file {} --pos {}", position.at.file, position.at.offset)
                                    : fmt::format("--gtid '{}'", position.executed.text());
  return fail(Error::source_fatal(fmt::format(
      "source {}: purged: {}; reading has to go back there for {}, which was undecided: its rows cannot be had from "
      "this server's log any more; when they are brought to the target by other means, or were rolled back, `rowferry "
      "position set {}` goes on without them from what was delivered",
      connection.endpoint().text(), what, resume.undecided.front().described(), delivered)));
}

// A transaction is in MySQL's log, and may have been sent, a moment before it counts as executed (semi-synchronous
// replication makes the moment long): what is lacking may come.
Result<GtidSet> lacking(Connection& connection, const ServerFacts& server, const GtidSet& executed) {
  constexpr int kWaitSeconds = 1;
  GtidSet missing = difference(executed, server.executed);
  if (missing.empty() || server.mariadb || !server.gtid_on()) return missing;
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

// On the server that file and offset belong to: they must still be there, and mean the same. False: the file is gone,
// and the sets decide whether anything is missing.
Result<bool> verify_file(Connection& connection, const SourceSettings& settings, const Resume& resume, bool by_gtid) {
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
    if (by_gtid) return false;
    return purged(connection, fmt::format("{} is gone, the oldest log is {}", at.text(), oldest));
  }
  if (!by_gtid && !resume.undecided.empty()) {
    const FileOffset& begin = resume.undecided.front().begin;
    if (std::ranges::find(*files, begin.file, &BinlogFile::name) == files->end()) {
      return purged(connection, fmt::format("{} is gone, the oldest log is {}", begin.text(), files->front().name),
                    resume);
    }
  }
  if (file->size < at.offset) {
    return other_history(
        connection, fmt::format("it is at {}, but the file has {} bytes only (a crash with sync_binlog other than 1 "
                                "loses the end of a log)",
                                at.text(), file->size));
  }
  if (auto fits = verify_fingerprint(connection, settings, resume); !fits) return fail(std::move(fits.error()));
  return true;
}

std::string_view family_of(const GtidSet& set) noexcept { return set.mariadb().empty() ? "MySQL" : "MariaDB"; }

// What lies before the log: MySQL says it, of MariaDB the oldest file does.
Result<GtidSet> purged_of(const Connection& connection, const SourceSettings& settings, const ServerFacts& server) {
  if (!server.mariadb) return server.purged;
  return executed_before(settings, connection.endpoint(), "");
}

// What a dump by GTID says is executed already: less than that for undecided XA transactions.
GtidSet asked_for(const Resume& resume) {
  if (resume.undecided.empty()) return resume.position.executed;
  if (!resume.position.executed.mariadb().empty()) return resume.undecided.front().before;
  GtidSet needed;
  for (const PreparedXa& xa : resume.undecided) {
    if (xa.gtid) needed.add(*xa.gtid);
  }
  return difference(resume.position.executed, needed);
}

// Its own server's file and offset, which alone say where those began.
bool began_here(const Resume& resume, const ServerFacts& server) {
  return std::ranges::all_of(resume.undecided, [&](const PreparedXa& xa) {
    return xa.server_uuid == server.uuid && !xa.begin.file.empty() && xa.begin.offset < kOffsetLimit;
  });
}

// Those that were prepared before GTIDs were switched on cannot be asked for by GTID.
bool all_have_gtids(const Resume& resume) {
  return std::ranges::all_of(resume.undecided, [](const PreparedXa& xa) { return xa.gtid.has_value(); });
}

Result<void> verify_purged(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                           const Resume& resume) {
  if (!server.gtid_on()) return {};
  const auto known_gone = purged_of(connection, settings, server);
  if (!known_gone) return fail(known_gone.error());
  const GtidSet asked = asked_for(resume);
  const GtidSet gone = difference(*known_gone, asked);
  if (gone.empty()) return {};
  const std::string what = server.mariadb ? fmt::format("missing what follows {} up to {}",
                                                        asked.empty() ? "the beginning" : asked.text(), gone.text())
                                          : fmt::format("missing {}", gone.text());
  return difference(*known_gone, resume.position.executed).empty() ? purged(connection, what, resume)
                                                                   : purged(connection, what);
}

Result<void> verify_history(Connection& connection, const ServerFacts& server, const GtidSet& executed) {
  if (const GtidSet of_family = server.mariadb ? GtidSet(executed.mariadb()) : GtidSet(executed.mysql());
      of_family != executed) {
    return other_history(connection,
                         fmt::format("its GTIDs are those of {}, this is {}", family_of(executed), server.family()));
  }
  const auto missing = lacking(connection, server, executed);
  if (!missing) return fail(missing.error());
  if (missing->empty()) return {};
  return other_history(connection, fmt::format("the server lacks {}, which were delivered", missing->text()));
}

} // namespace

Result<void> verify_gtids(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                          const GtidSet& executed) {
  if (auto fits = verify_history(connection, server, executed); !fits) return fits;
  return verify_purged(connection, settings, server, Resume{{}, {{}, executed}, {}});
}

// By GTID where that is possible, because offsets wrap at 4 GiB and belong to one server. An empty set on a server with
// GTIDs does not mean that nothing was executed: the checkpoint may be of before gtid_mode was switched on, and asking
// by the empty set would send, or miss, everything since. So then the file and offset decide.
//
// MariaDB, asked by GTID, reads its file from the beginning and passes over what we have without a word, heartbeats
// included. So there the offset is better where it is proven to be the same place.
//
// What was delivered proves that the history is the same; undecided XA transactions only make reading begin further
// back.
Result<ResumePlan> verify_resume(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                                 const Resume& resume) {
  const bool same_server = resume.server_uuid.empty() || resume.server_uuid == server.uuid;
  const Position& position = resume.position;
  const bool has_file = !position.at.file.empty() && server.has_offsets();
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
  bool proven = false;
  if (same_server && has_file) {
    const auto fits = verify_file(connection, settings, resume, by_gtid);
    if (!fits) return fail(fits.error());
    proven = *fits && speaks_of(resume.fingerprint, position.at) && position.at.offset < kOffsetLimit;
  }
  if (by_gtid || !position.executed.empty()) {
    if (auto fits = verify_history(connection, server, position.executed); !fits) return fail(std::move(fits.error()));
    if (auto fits = verify_purged(connection, settings, server, resume); !fits) return fail(std::move(fits.error()));
  }
  const bool from_file = proven && began_here(resume, server) && (server.mariadb || !all_have_gtids(resume));
  if (by_gtid && !from_file) {
    return ResumePlan{ResumeBy::gtid, {{}, asked_for(resume)}};
  }
  return ResumePlan{ResumeBy::file, {resume.undecided.empty() ? position.at : resume.undecided.front().begin, {}}};
}

} // namespace rowferry
