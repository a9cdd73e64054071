// From events to changes: groups, tables, rows, and the position after each group. Pure; driven by the pipeline, by
// `rowferry decode`, by tests and by fuzzers.
#pragma once

#include <cstdint>
#include <memory>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/schema/catalog.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// Says which tables are captured. Asked once per table map; must not block.
class TableSelector {
 public:
  virtual ~TableSelector() = default;
  [[nodiscard]] virtual bool wanted(std::string_view database, std::string_view table) const = 0;
  /// True when a statement that names this table alone certainly changes no captured table: it is a base table that nobody
  /// captures and that has no trigger. Asked for statement-based changes only; may ask the server.
  [[nodiscard]] virtual bool unrelated(std::string_view /*database*/, std::string_view /*table*/) const { return false; }
};

/// What to do with a data change that the log does not describe as rows (CONTRACT section 7).
enum class StatementPolicy : std::uint8_t { fail, warn };

/// The position moved: a group ended, or (idle) a rotation, a heartbeat or a filtered event was passed.
struct Commit {
  const Gtid* gtid = nullptr;  ///< of the group that ended; null when idle or anonymous
  std::string_view file;
  std::uint64_t offset = 0;
  const Fingerprint* fingerprint = nullptr;
  bool idle = false;  ///< no group ended
};

/// Counts since the beginning. Every decoded row is a change handed out, or in a table nobody captures.
struct ReaderCounters {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t transactions = 0;
  std::uint64_t rows_captured = 0;
  std::uint64_t rows_events_filtered = 0;  ///< rows events of tables that nobody captures (their rows are not counted)
  std::uint64_t statements_passed_over = 0;
  std::uint64_t unknown_ignorable = 0;
};

/// One thread. After push(), call next() until it says need_event.
class ChangeReader {
 public:
  enum class Step : std::uint8_t { need_event, change, commit, warning };

  struct Options {
    StatementPolicy statements = StatementPolicy::fail;
    bool verify_checksum = true;
    /// Also read tables whose rows events carry no column names (rowferry decode).
    bool unnamed_tables = false;
  };
  /// `selector` outlives the reader.
  ChangeReader(const TableSelector& selector, Options options);
  ~ChangeReader();

  /// As EventStream::start; forgets any group under way.
  void start(const FileOffset& at);
  Result<void> push(Bytes event);
  Result<Step> next();

  /// After Step::change; valid until the next next().
  [[nodiscard]] const Change& change() const noexcept;
  /// After Step::commit; valid until the next next().
  [[nodiscard]] const Commit& commit() const noexcept;
  /// After Step::warning: one line.
  [[nodiscard]] const std::string& warning() const noexcept;

  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] const ReaderCounters& counters() const noexcept;
  [[nodiscard]] const binlog::EventStream& stream() const noexcept;
  /// Commit time of the newest group read, µs since the epoch; 0 before the first.
  [[nodiscard]] std::uint64_t newest_commit_us() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rowferry
