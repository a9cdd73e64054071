// A sequence of raw events, wherever they come from.
#pragma once

#include <memory>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/gtid/position.hpp>
#include <rowferry/source/connection.hpp>
#include <rowferry/source/server_facts.hpp>
#include <rowferry/source/settings.hpp>
#include <string>
#include <vector>

namespace rowferry {

class EventSource {
 public:
  virtual ~EventSource() = default;
  /// The next event, header and checksum included; valid until the next call. Empty: the end (files, non-blocking dumps).
  virtual Result<Bytes> next() = 0;
  /// Any thread: makes next() return soon with a retriable error.
  virtual void interrupt() noexcept = 0;
};

/// Where `source.start` says to begin when there is no checkpoint.
struct StartAt {
  enum class Kind : std::uint8_t { now, earliest, gtid, file } kind = Kind::now;
  GtidSet gtids;
  FileOffset at;
};
/// `now`, `earliest`, `gtid:<set>`, `<file>:<offset>`.
Result<StartAt> parse_start(std::string_view text);

/// What a resume needs to know; a Checkpoint without the store's own fields.
struct Resume {
  std::string server_uuid;
  Position position;
  Fingerprint fingerprint;
};

/// A replication stream that was verified to continue from the given place.
struct ReplicationStream {
  std::unique_ptr<EventSource> events;
  ServerFacts server;
  FileOffset start;  ///< for ChangeReader::start
  std::string endpoint;
};

/// Resolves `start` against the server: the position to make durable before the first event is read.
Result<Resume> resolve_start(const SourceSettings& settings, const StartAt& start);

/// Connects to the first endpoint that fits (CONTRACT section 3, "Several hosts"), checks that server uuid, GTIDs and
/// fingerprint fit, sets the session variables of PROTOCOL.md 1.2 and starts the dump: by GTID where the server has gtid_mode=ON
/// and the set is known, else by file and offset. Errors: retriable, or final with the cure (purged: the missing GTIDs or
/// the file; history that differs: what differs).
Result<ReplicationStream> open_replication(const SourceSettings& settings, const Resume& resume);

/// Binlog files one after the other; "-" is stdin. Fails for what is no binlog, or cut short, with file and offset.
std::unique_ptr<EventSource> open_binlog_files(std::vector<std::string> paths);

}  // namespace rowferry
