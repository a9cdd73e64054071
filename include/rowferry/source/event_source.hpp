// A sequence of raw events, wherever they come from.
#pragma once

#include <compare>
#include <memory>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>
#include <rowferry/gtid/position.hpp>
#include <rowferry/gtid/prepared_xa.hpp>
#include <rowferry/source/connection.hpp>
#include <rowferry/source/server_facts.hpp>
#include <rowferry/source/settings.hpp>
#include <string>
#include <vector>

namespace rowferry {

class EventSource {
 public:
  virtual ~EventSource() = default;
  /// The next event, valid until the next call. Empty: the end (files, non-blocking dumps). After an error the source
  /// is of no more use.
  virtual Result<binlog::RawEvent> next() = 0;
  /// Something behind the event that next() gave has come already, so that next() will not wait long. False where that
  /// cannot be told.
  [[nodiscard]] virtual bool has_more() noexcept { return false; }
  /// Any thread: makes next() return soon with a retriable error.
  virtual void interrupt() noexcept = 0;
};

/// Where `source.start` says to begin when there is no checkpoint.
struct StartAt {
  enum class Kind : std::uint8_t { now, earliest, gtid, file } kind = Kind::now;
  GtidSet gtids; ///< already executed: what follows is sent
  FileOffset at;
};
/// `now`, `earliest`, `gtid:<set>`, `<file>:<offset>`.
Result<StartAt> parse_start(std::string_view text);

/// What a resume needs to know; a Checkpoint without the store's own fields.
struct Resume {
  std::string server_uuid; ///< of the server that file and offset belong to; empty: unknown, or MariaDB
  /// The file may be empty (a start by GTID), or the set (a server without GTIDs); never both. A set is complete: it
  /// holds every GTID before the offset, also those of before the connector's time.
  Position position;
  /// Of the event that ends at position.at; or, at the start, where no event was read yet, of the file's first one
  /// (offset 4), which tells a file from a later one of the same name just as well.
  Fingerprint fingerprint;
  /// Prepared XA transactions whose rows are still needed, oldest first: reading begins at the oldest instead of at
  /// `position`, up to which everything else was read.
  std::vector<PreparedXa> undecided{};
};

/// A replication stream that was verified to continue from the given place.
struct ReplicationStream {
  std::unique_ptr<EventSource> events;
  ServerFacts server;
  /// For ChangeReader::start. By GTID the server chooses the file, so that its name is empty here: the first event, an
  /// artificial ROTATE, tells it.
  FileOffset start;
  bool by_gtid = false;
  std::string endpoint;
};

/// Resolves `start` against the first server that answers: the position to make durable before the first event is read.
Result<Resume> resolve_start(const SourceSettings& settings, const StartAt& start);

/// Connects to the first endpoint that fits (CONTRACT section 3, "Several hosts"), checks that server uuid, GTIDs and
/// fingerprint fit, sets the session variables of PROTOCOL.md 1.2 and starts the dump: by GTID where the server has
/// gtid_mode=ON and the set is known, else by file and offset. When it returns, the server has accepted and sent its
/// first event. Errors: retriable, or final with the cure (purged: the missing GTIDs or the file; history that differs:
/// what differs); final only when every endpoint answered.
Result<ReplicationStream> open_replication(const SourceSettings& settings, const Resume& resume);

/// Binlog files one after the other, as one source.
class BinlogFiles : public EventSource {
 public:
  struct Place {
    std::size_t file = 0;     ///< index among the paths
    std::uint64_t offset = 0; ///< 0: the ROTATE in front of a file
    auto operator<=>(const Place&) const = default;
  };
  /// Where the event that next() gave last begins.
  [[nodiscard]] virtual Place place() const noexcept = 0;
};

/// "-" is stdin. In front of each file stands an artificial ROTATE that names it, as a server sends it; so start the
/// reader once, with an empty FileOffset. Fails (status 5) for what is no binlog, is encrypted or cut short, with file
/// and offset, after the events that are whole. Memory grows with the largest event that is really there, whatever its
/// header claims. interrupt() takes effect between two events.
std::unique_ptr<BinlogFiles> open_binlog_files(std::vector<std::string> paths);

} // namespace rowferry
