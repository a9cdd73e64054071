#include "source/log_probe.hpp"

#include <fmt/format.h>

#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/binlog/mariadb_events.hpp>

#include "source/session_variables.hpp"

namespace rowferry {
namespace {

using binlog::EventType;

Result<std::unique_ptr<Connection>> open_probe(const SourceSettings& settings, const Endpoint& endpoint,
                                               const FileOffset& from) {
  auto connection = Connection::open(settings, endpoint);
  if (!connection) return connection;
  if (auto set = set_probe_variables(**connection); !set) return fail(std::move(set.error()));
  if (auto sent = (*connection)->dump(from, kProbeServerId, true); !sent) return fail(std::move(sent.error()));
  return connection;
}

// MariaDB writes the events inside a transaction without their position.
bool in_the_file(const binlog::EventHeader& header) noexcept {
  if (header.type == EventType::heartbeat || header.type == EventType::heartbeat_v2) return false;
  if (header.type == EventType::rotate && header.log_pos == 0) return false;
  return (header.flags & binlog::event_flag::artificial) == 0;
}

bool is_head_of_file(EventType type) noexcept {
  return type == EventType::format_description || type == EventType::previous_gtids ||
         type == EventType::mariadb_gtid_list || type == EventType::mariadb_start_encryption;
}

// Empty for an event that is neither PREVIOUS_GTIDS nor GTID_LIST.
Result<std::optional<GtidSet>> gtids_before_file(EventType type, Bytes body) {
  if (type == EventType::previous_gtids) {
    auto set = binlog::decode_previous_gtids(body);
    if (!set) return fail(std::move(set.error()));
    return GtidSet(std::move(*set));
  }
  if (type == EventType::mariadb_gtid_list) {
    auto set = binlog::decode_gtid_list(body);
    if (!set) return fail(std::move(set.error()));
    return GtidSet(std::move(*set));
  }
  return std::nullopt;
}

// An event that stands between transactions, and before which a stream may begin.
bool between_transactions(EventType type) noexcept {
  switch (type) {
    case EventType::format_description:
    case EventType::previous_gtids:
    case EventType::rotate:
    case EventType::stop:
    case EventType::gtid:
    case EventType::gtid_tagged:
    case EventType::anonymous_gtid:
    case EventType::mariadb_gtid:
    case EventType::mariadb_gtid_list:
    case EventType::mariadb_binlog_checkpoint:
    case EventType::mariadb_start_encryption:
      return true;
    default:
      return false;
  }
}

// Collects GTIDs while events go by, up to a place.
class ExecutedScan {
 public:
  explicit ExecutedScan(FileOffset until) : until_(std::move(until)) {}

  // An event, or its beginning where it is spooled. True when the place is reached.
  Result<bool> push(Bytes event) {
    const auto header = binlog::decode_event_header(event);
    if (!header) return fail(header.error());
    if (header->type == EventType::format_description) {
      const auto format = binlog::decode_format_description(event.subspan(binlog::kEventHeaderSize));
      if (!format) return fail(format.error());
      checksum_size_ = format->checksum == binlog::Checksum::none ? 0 : binlog::kChecksumSize;
    }
    if (!in_the_file(*header)) return false;
    // The head of the file says what lies before the file, also when the place is inside it.
    const bool head = is_head_of_file(header->type);
    if (head && offset_ == until_.offset) until_in_head_ = true;
    if (!head && until_in_head_) return true;
    if (!head && offset_ >= until_.offset) return arrived(header->type);
    if (between_transactions(header->type)) {
      boundary_ = offset_;
      end_group();
      if (auto added = add(*header, event); !added) return fail(std::move(added.error()));
    }
    offset_ += header->size;
    return false;
  }

  // The log ended.
  Result<GtidSet> finish() {
    if (offset_ != until_.offset && !until_in_head_) return not_a_boundary();
    return take();
  }

  [[nodiscard]] GtidSet take() {
    end_group();
    return std::move(executed_);
  }

 private:
  Result<bool> arrived(EventType type) {
    if (offset_ != until_.offset || !between_transactions(type)) return not_a_boundary();
    return true;
  }

  Result<void> add(const binlog::EventHeader& header, Bytes event) {
    if (event.size() < binlog::kEventHeaderSize + checksum_size_) return fail(Error::data("an event is cut short"));
    Bytes body = event.subspan(binlog::kEventHeaderSize);
    body = body.first(body.size() - checksum_size_);
    const auto before = gtids_before_file(header.type, body);
    if (!before) return fail(before.error());
    if (*before) executed_.add(**before);
    if (header.type == EventType::mariadb_gtid) {
      const auto gtid = binlog::decode_mariadb_gtid(header.server_id, body);
      if (!gtid) return fail(gtid.error());
      open_ = gtid->gtid;
    } else if (header.type == EventType::gtid || header.type == EventType::gtid_tagged) {
      const auto gtid = binlog::decode_gtid(header.type, body);
      if (!gtid) return fail(gtid.error());
      open_ = gtid->gtid;
    }
    return {};
  }

  void end_group() {
    if (open_) executed_.add(*open_);
    open_.reset();
  }

  [[nodiscard]] tl::unexpected<Error> not_a_boundary() const {
    return fail(Error::source_fatal(
        fmt::format("{} is not between two transactions; the transaction before it begins at {}:{}, which is",
                    until_.text(), until_.file, boundary_)));
  }

  FileOffset until_;
  std::uint64_t offset_ = kFirstEvent;
  std::uint64_t boundary_ = kFirstEvent;
  std::size_t checksum_size_ = 0;
  bool until_in_head_ = false;
  GtidSet executed_;
  std::optional<Gtid> open_; // of the transaction under way
};

// The server's refusal of a position as an error of status 5, to be told from one of the account or the connection.
Error about_position(const Connection& connection, Error error) {
  constexpr unsigned kDumpFailed = 1236;
  if (connection.error_code() == kDumpFailed && !error.retriable) error.status = ExitStatus::data;
  return error;
}

} // namespace

namespace {

// An event that cannot be read is not the one that was there; a spool that cannot be read says nothing of it.
Result<Fingerprint> unread(const Error& error) {
  if (error.status != ExitStatus::data) return fail(error);
  return Fingerprint{};
}

} // namespace

Result<Fingerprint> fingerprint_at(const SourceSettings& settings, const Endpoint& endpoint, const FileOffset& at) {
  constexpr std::uint64_t kOffsetLimit = 1ull << 32;
  if (at.offset >= kOffsetLimit) return Fingerprint{};
  auto connection = open_probe(settings, endpoint, at);
  if (!connection) return fail(std::move(connection.error()));
  binlog::EventStream stream;
  stream.start(at);
  while (true) {
    const auto event = (*connection)->next_event();
    if (!event) return fail(about_position(**connection, event.error()));
    if (event->empty()) return Fingerprint{};
    // What cannot be read is not the event that was there. A compressed transaction ends with the last event in it.
    if (const auto pushed = stream.push(*event); !pushed) return unread(pushed.error());
    for (auto next = stream.next();; next = stream.next()) {
      if (!next) return unread(next.error());
      if (*next == nullptr) break;
    }
    if (stream.fingerprint().known()) break;
    if (stream.offset() != at.offset) return Fingerprint{};
  }
  return stream.fingerprint().offset == at.offset ? stream.fingerprint() : Fingerprint{};
}

Result<GtidSet> executed_before(const SourceSettings& settings, const Endpoint& endpoint, const std::string& file) {
  auto connection = open_probe(settings, endpoint, {file, kFirstEvent});
  if (!connection) return fail(std::move(connection.error()));
  binlog::EventStream stream;
  stream.start({file, kFirstEvent});
  while (true) {
    const auto bytes = (*connection)->next_event();
    if (!bytes) return fail(bytes.error());
    if (bytes->empty()) return GtidSet{};
    if (auto pushed = stream.push(*bytes); !pushed) return fail(std::move(pushed.error()));
    const auto event = stream.next();
    if (!event) return fail(event.error());
    if (*event == nullptr) return GtidSet{};
    const EventType type = (*event)->header.type;
    auto before = gtids_before_file(type, (*event)->body);
    if (!before) return fail(std::move(before.error()));
    if (*before) return std::move(**before);
    if (type != EventType::rotate && !is_head_of_file(type)) return GtidSet{};
  }
}

Result<GtidSet> executed_at(const SourceSettings& settings, const Endpoint& endpoint, const FileOffset& at) {
  auto connection = open_probe(settings, endpoint, {at.file, kFirstEvent});
  if (!connection) return fail(std::move(connection.error()));
  ExecutedScan scan(at);
  while (true) {
    const auto event = (*connection)->next_event();
    if (!event) return fail(event.error());
    if (event->empty()) return scan.finish();
    const auto arrived = scan.push(event->bytes);
    if (!arrived) return fail(arrived.error());
    if (*arrived) return scan.take();
  }
}

} // namespace rowferry
