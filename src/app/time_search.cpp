#include "app/time_search.hpp"

#include <fmt/format.h>

#include <optional>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/source/connection.hpp>
#include <rowferry/source/server_facts.hpp>
#include <vector>

namespace rowferry {
namespace {

using binlog::EventType;
using binlog::EventView;

constexpr std::uint64_t kFirstEvent = 4;
constexpr std::int64_t kSecond = 1'000'000;

/// One binlog file, read from its beginning over a connection of its own that disturbs no replica (server id 0).
class LogFile {
 public:
  static Result<LogFile> open(const SourceSettings& settings, const std::string& file) {
    Result<std::unique_ptr<Connection>> connection = Connection::open(settings, settings.endpoints.front());
    if (!connection) return fail(std::move(connection.error()));
    const Result<std::vector<SqlRow>> set = (*connection)
                                                ->query(
                                                    "SET @master_binlog_checksum = 'CRC32', @source_binlog_checksum = "
                                                    "'CRC32', @mariadb_slave_capability = 4");
    if (!set) return fail(set.error());
    if (Result<void> dump = (*connection)->dump(FileOffset{file, kFirstEvent}, 0, true); !dump) {
      return fail(std::move(dump.error()));
    }
    return LogFile(std::move(*connection), file);
  }

  /// Null at the end of the whole log; the following files come after this one. Valid until the next call.
  Result<const EventView*> next() {
    while (true) {
      Result<const EventView*> event = stream_.next();
      if (!event || *event != nullptr) return event;
      const Result<binlog::RawEvent> bytes = connection_->next_event();
      if (!bytes) return fail(bytes.error());
      if (bytes->empty()) return nullptr;
      if (Result<void> pushed = stream_.push(*bytes); !pushed) return fail(std::move(pushed.error()));
    }
  }
  [[nodiscard]] const std::string& file() const noexcept { return stream_.file(); }

 private:
  LogFile(std::unique_ptr<Connection> connection, const std::string& file) : connection_(std::move(connection)) {
    stream_.start({file, kFirstEvent});
  }

  std::unique_ptr<Connection> connection_;
  binlog::EventStream stream_;
};

/// When the file was begun, in seconds since the epoch.
Result<std::int64_t> begun_at(const SourceSettings& settings, const std::string& file) {
  Result<LogFile> log = LogFile::open(settings, file);
  if (!log) return fail(std::move(log.error()));
  while (true) {
    const Result<const EventView*> event = log->next();
    if (!event) return fail(event.error());
    if (*event == nullptr) return fail(Error::source_fatal(fmt::format("{} holds no event", file)));
    if ((*event)->header.type == EventType::format_description) return (*event)->header.timestamp;
  }
}

bool begins_transaction(EventType type) noexcept {
  return type == EventType::gtid || type == EventType::gtid_tagged || type == EventType::anonymous_gtid ||
         type == EventType::mariadb_gtid;
}

/// Commit time on this server, µs since the epoch.
Result<std::int64_t> committed_at(const EventView& event) {
  const std::int64_t whole_seconds = static_cast<std::int64_t>(event.header.timestamp) * kSecond;
  if (event.header.type == EventType::mariadb_gtid) return whole_seconds;
  const Result<binlog::GtidEvent> gtid = binlog::decode_gtid(event.header.type, event.body);
  if (!gtid) return fail(gtid.error());
  return gtid->immediate_commit_us == 0 ? whole_seconds : static_cast<std::int64_t>(gtid->immediate_commit_us);
}

/// The first file that may hold what was committed at the time: the last one that was begun before it. Files are in the
/// order of their beginnings.
Result<std::string> file_of_time(const SourceSettings& settings, const std::vector<BinlogFile>& files,
                                 std::int64_t time_us) {
  std::size_t low = 0; // begun before the time, or the first of all
  std::size_t high = files.size();
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    const Result<std::int64_t> begun = begun_at(settings, files[middle].name);
    if (!begun) return fail(begun.error());
    // A second's fraction is not in the log: what the file before holds may lie in the same second.
    ((*begun + 1) * kSecond <= time_us ? low : high) = middle;
  }
  return files[low].name;
}

Result<FileOffset> first_since(const SourceSettings& settings, const std::string& file, std::int64_t time_us) {
  Result<LogFile> log = LogFile::open(settings, file);
  if (!log) return fail(std::move(log.error()));
  FileOffset end{file, kFirstEvent};
  while (true) {
    const Result<const EventView*> event = log->next();
    if (!event) return fail(event.error());
    if (*event == nullptr) return end;
    const EventView& view = **event;
    if (!view.inner && begins_transaction(view.header.type)) {
      const Result<std::int64_t> committed = committed_at(view);
      if (!committed) return fail(committed.error());
      if (*committed >= time_us) return FileOffset{log->file(), view.begin};
    }
    if ((view.header.flags & binlog::event_flag::artificial) == 0) end = {log->file(), view.end};
  }
}

/// The first endpoint that answers, with its files.
Result<std::vector<BinlogFile>> files_of_first(SourceSettings& settings) {
  Error last = Error::usage("source.url: names no host");
  for (const Endpoint& endpoint : std::vector<Endpoint>(settings.endpoints)) {
    Result<std::unique_ptr<Connection>> connection = Connection::open(settings, endpoint);
    if (!connection) {
      last = std::move(connection.error());
      continue;
    }
    settings.endpoints = {endpoint};
    return list_binlogs(**connection);
  }
  return fail(std::move(last));
}

} // namespace

Result<Resume> resolve_time(const SourceSettings& settings, std::int64_t time_us) {
  SourceSettings one = settings;
  const Result<std::vector<BinlogFile>> files = files_of_first(one);
  if (!files) return fail(files.error());
  const Result<std::int64_t> oldest = begun_at(one, files->front().name);
  if (!oldest) return fail(oldest.error());
  if (*oldest * kSecond > time_us) {
    return fail(Error::source_fatal(
        fmt::format("--time lies before the oldest log, {}, which begins {} s later: what was committed "
                    "between is purged; --earliest begins with that log",
                    files->front().name, (*oldest * kSecond - time_us) / kSecond)));
  }
  const Result<std::string> file = file_of_time(one, *files, time_us);
  if (!file) return fail(file.error());
  Result<FileOffset> place = first_since(one, *file, time_us);
  if (!place) return fail(std::move(place.error()));
  return resolve_start(one, StartAt{StartAt::Kind::file, {}, std::move(*place)});
}

} // namespace rowferry
