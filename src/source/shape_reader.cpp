#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <rowferry/source/shape_reader.hpp>

#include "source/ddl_scan.hpp"
#include "source/error_classes.hpp"
#include "source/log_probe.hpp"
#include "source/session_variables.hpp"

namespace rowferry {

struct ShapeReader::State {
  explicit State(const SourceSettings& s) : settings(s) {}

  /// A connection that interrupt() reaches while it is used.
  class Reachable {
   public:
    Reachable(State& state, Connection& connection) : state_(state) {
      const std::lock_guard lock(state_.mutex);
      state_.in_use = &connection;
      if (state_.interrupted) connection.interrupt();
    }
    ~Reachable() {
      const std::lock_guard lock(state_.mutex);
      state_.in_use = nullptr;
    }
    Reachable(const Reachable&) = delete;
    Reachable& operator=(const Reachable&) = delete;

   private:
    State& state_;
  };

  Result<std::unique_ptr<Connection>> connect() {
    const auto endpoint =
        std::ranges::find_if(settings.endpoints, [&](const Endpoint& each) { return each.text() == endpoint_text; });
    if (endpoint == settings.endpoints.end()) return fail(Error::source_retriable("no stream is open"));
    return Connection::open(settings, *endpoint);
  }

  Result<TableDefinition> ask(std::string_view database, std::string_view table, FileOffset& end);
  Result<void> scan(const FileOffset& from, const FileOffset& end);
  Result<void> scan_dump(FileOffset from, const FileOffset& end);

  const SourceSettings& settings;
  std::string endpoint_text;
  ServerFacts server;
  DdlScan seen;
  FileOffset seen_from; ///< where `seen` begins; no file: it is empty

  std::mutex mutex;
  Connection* in_use = nullptr;
  bool interrupted = false;
};

namespace {

// information_schema shows `?` for characters beyond U+FFFF in labels: which label it is cannot be told then.
const ColumnDefinition* unreadable_labels(const TableDefinition& table) {
  constexpr std::array<std::string_view, 5> kWhole = {"utf8mb4", "utf16", "utf16le", "utf32", "gb18030"};
  const auto found = std::ranges::find_if(table.columns, [&](const ColumnDefinition& column) {
    return (column.type.starts_with("enum(") || column.type.starts_with("set(")) &&
           column.type.find('?') != std::string::npos && std::ranges::find(kWhole, column.charset) != kWhole.end();
  });
  return found == table.columns.end() ? nullptr : &*found;
}

// Generated invisible primary keys are hidden from those who ask for that.
constexpr std::uint32_t kGeneratedKeys = 80030;

} // namespace

/// The definition now, and the end of the log behind that.
Result<TableDefinition> ShapeReader::State::ask(std::string_view database, std::string_view table, FileOffset& end) {
  auto connection = connect();
  if (!connection) return fail(std::move(connection.error()));
  const Reachable reachable(*this, **connection);
  if (!server.mariadb && server.version_number >= kGeneratedKeys) {
    auto set = (*connection)->query("SET SESSION show_gipk_in_create_table_and_information_schema = ON");
    if (!set) return fail(std::move(set.error()));
  }
  auto definition = read_table_definition(**connection, database, table);
  if (!definition) return definition;
  auto position = current_position(**connection, server);
  if (!position) return fail(std::move(position.error()));
  end = std::move(position->at);
  if (definition->columns.empty()) definition->table = quoted_account((*connection)->account()); // for the message
  return definition;
}

/// So that `seen` holds everything from `from` to `end`.
Result<void> ShapeReader::State::scan(const FileOffset& from, const FileOffset& end) {
  const bool continues = !seen_from.file.empty() && compare(seen_from, from) <= 0 && compare(from, seen.at()) <= 0;
  if (!continues) {
    seen.forget();
    seen_from = from;
  }
  seen.forget_before(from);
  const FileOffset begin = continues ? seen.at() : from;
  if (compare(begin, end) >= 0) {
    if (!continues) seen.start(begin);
    return {};
  }
  auto scanned = scan_dump(begin, end);
  if (!scanned) seen_from = {}; // it has a hole
  return scanned;
}

Result<void> ShapeReader::State::scan_dump(FileOffset from, const FileOffset& end) {
  constexpr std::uint64_t kOffsetLimit = 1ull << 32; // of what a dump can be asked for
  if (from.offset >= kOffsetLimit) from.offset = kFirstEvent;
  auto connection = connect();
  if (!connection) return fail(std::move(connection.error()));
  const Reachable reachable(*this, **connection);
  if (auto set = set_probe_variables(**connection); !set) return set;
  if (auto sent = (*connection)->dump(from, kProbeServerId, true); !sent) return sent;
  seen.start(from);
  while (compare(seen.at(), end) < 0) {
    const auto event = (*connection)->next_event();
    if (!event) return fail(event.error());
    if (event->empty()) break;
    if (auto pushed = seen.push(*event); !pushed) return pushed;
  }
  return {};
}

ShapeReader::ShapeReader(const SourceSettings& settings) : state_(std::make_unique<State>(settings)) {}
ShapeReader::~ShapeReader() = default;

void ShapeReader::use(const std::string& endpoint, const ServerFacts& server) {
  State& s = *state_;
  if (s.endpoint_text != endpoint || s.server.uuid != server.uuid || server.uuid.empty()) {
    s.seen.forget();
    s.seen_from = {};
  }
  s.endpoint_text = endpoint;
  const std::lock_guard lock(s.mutex);
  s.interrupted = false;
  s.server = server;
}

Result<TableDefinition> ShapeReader::read(std::string_view database, std::string_view table, const FileOffset& at) {
  State& s = *state_;
  FileOffset end;
  auto definition = s.ask(database, table, end);
  if (!definition) return definition;
  if (auto scanned = s.scan(at, end); !scanned) return fail(std::move(scanned.error()));
  const bool there = !definition->columns.empty();
  if (const FoundDdl* const ddl = s.seen.find(at, database, table, s.server.lower_case_table_names != 0)) {
    const std::string now =
        there ? fmt::format("it has now ({})", describe_columns(*definition)) : "there is no such table now";
    return fail(
        Error::data(fmt::format("the statement at {} may have changed the table since: {}", ddl->at.text(), now)));
  }
  if (!there) {
    return fail(Error::source_fatal(
        fmt::format("source {}: the account {} does not see table {}, whose events have no names: GRANT SELECT ON "
                    "{} TO {}",
                    s.endpoint_text, definition->table, quote_table(database, table), quote_table(database, table),
                    definition->table)));
  }
  if (const ColumnDefinition* const column = unreadable_labels(*definition)) {
    return fail(Error::data(fmt::format(
        "information_schema shows a label of column {} with ?, which stands for any character beyond U+FFFF",
        column->name)));
  }
  return definition;
}

void ShapeReader::interrupt() noexcept {
  const std::lock_guard lock(state_->mutex);
  state_->interrupted = true;
  if (state_->in_use != nullptr) state_->in_use->interrupt();
}

} // namespace rowferry
