// From events to changes: groups, tables, rows, and the position after each group. Pure; driven by the pipeline, by
// `rowferry decode`, by tests and by fuzzers.
#pragma once

#include <cstdint>
#include <memory>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/change/event_rows.hpp>
#include <rowferry/gtid/prepared_xa.hpp>
#include <rowferry/schema/catalog.hpp>
#include <rowferry/schema/table_definition.hpp>
#include <rowferry/schema/table_name.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// Says which tables are captured. Asked once per table map; must not block.
class TableSelector {
 public:
  virtual ~TableSelector() = default;
  [[nodiscard]] virtual bool wanted(std::string_view database, std::string_view table) const = 0;
  /// True when a statement that names this table alone certainly changes no captured table: it is a base table that
  /// nobody captures and that has no trigger. Asked for statement-based changes only; may ask the server.
  [[nodiscard]] virtual bool unrelated(std::string_view /*database*/, std::string_view /*table*/) const {
    return false;
  }
};

/// What to do with a data change that the log does not describe as rows (CONTRACT section 7).
enum class StatementPolicy : std::uint8_t { fail, warn };

/// The position moved: a group ended, or (idle) a rotation, a heartbeat or a filtered event was passed.
struct Commit {
  const Gtid* gtid = nullptr; ///< of the group that ended; null when idle or anonymous
  std::string_view file;
  std::uint64_t offset = 0;
  const Fingerprint* fingerprint = nullptr;
  bool idle = false;                    ///< no group ended
  const PreparedXa* prepared = nullptr; ///< what the group that ended prepared: all but `server_uuid` and `before`
  const Xid* decided = nullptr;         ///< what it committed or rolled back, of what this reader had read
};

/// What was handed out before, where reading begins further back: at prepared XA transactions whose rows are not at
/// hand.
struct LookBack {
  std::vector<PreparedXa> awaited; ///< oldest first
  Position delivered;              ///< what lies before it was handed out
  bool by_gtid = false;            ///< the server was asked by GTID; else by file and offset
};

/// A table map has no names: the definition of its table is asked for.
struct ShapeRequest {
  std::string_view database;
  std::string_view table;
  FileOffset at;       ///< where the table map, or the compressed payload that holds it, begins
  std::string columns; ///< the physical ones of the event, for messages
};

/// A definition was learned, or (null) holds no longer.
struct ShapeChange {
  TableRef table;
  std::shared_ptr<const TableDefinition> definition;
};

/// Counts since the beginning. Every decoded row is a change handed out, or in a table nobody captures.
struct ReaderCounters {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t transactions = 0;
  std::uint64_t rows_captured = 0;
  std::uint64_t rows_events_filtered = 0; ///< rows events of tables that nobody captures (their rows are not counted)
  std::uint64_t statements_passed_over = 0;
  std::uint64_t unknown_ignorable = 0;
};

/// One thread. After push(), call next() until it says need_event.
class ChangeReader {
 public:
  enum class Step : std::uint8_t { need_event, change, commit, warning, need_shape, rows };

  struct Options {
    StatementPolicy statements = StatementPolicy::fail;
    bool verify_checksum = true;
    /// Also read tables whose rows events carry no column names (rowferry decode).
    bool unnamed_tables = false;
    /// Ask by Step::need_shape for what an event does not say of its table. Without it only events with names can be
    /// read, or, with unnamed_tables, without any.
    bool ask_shapes = false;
    /// The server compares names of databases and tables without case (lower_case_table_names 1 and 2).
    bool fold_case = false;
    /// Step::rows in front of the changes of a rows event.
    bool announce_rows = false;
    /// What to do when a definition does not fit the events, behind the message; outlives the reader.
    std::string_view shape_advice{};
  };
  /// `selector` outlives the reader.
  ChangeReader(const TableSelector& selector, Options options);
  ~ChangeReader();

  /// As EventStream::start; forgets any group under way.
  void start(const FileOffset& at);
  /// After start(): reading begins before `from.delivered`. Groups that were handed out are passed over without a step,
  /// but those that prepared what is awaited, which give none but need_shape either.
  void look_back(LookBack from);
  /// Prepared XA transactions that were not read again yet.
  [[nodiscard]] const std::vector<PreparedXa>& awaited() const noexcept;
  /// Those that are at hand: prepared, and not decided where reading has come to; oldest first. start() keeps them.
  [[nodiscard]] std::vector<PreparedXa> undecided() const;

  Result<void> push(const binlog::RawEvent& event);
  Result<Step> next();

  /// After Step::change; valid until the next next().
  [[nodiscard]] const Change& change() const noexcept;
  /// After Step::rows: captured rows of one event come next, one change at a time, unless they are taken. Bytes of all.
  [[nodiscard]] std::size_t rows_size() const noexcept;
  /// After Step::rows: they are in a compressed transaction, of which more follows without another push().
  [[nodiscard]] bool rows_are_inner() const noexcept;
  /// After Step::rows: takes them all out, and counts them as captured. False, and they come by next(): they hold
  /// differences of JSON, or are malformed.
  bool take_rows(EventRows& rows);
  /// After Step::commit; valid until the next next().
  [[nodiscard]] const Commit& commit() const noexcept;
  /// After Step::warning: one line.
  [[nodiscard]] const std::string& warning() const noexcept;

  /// After Step::need_shape: views are valid until the next next(), which reads on with what provide() gave. A
  /// definition that is provided must be the table's at that place; it is used until a statement that may change the
  /// table.
  [[nodiscard]] const ShapeRequest& shape_request() const noexcept;
  /// Once after Step::need_shape. Null: nobody knows; rows without names are then an error, or, with unnamed_tables,
  /// have @1,
  /// @2, ….
  void provide(std::shared_ptr<const TableDefinition> definition);
  /// Before the first push: a definition that holds where reading begins, from a checkpoint.
  void know_shape(TableRef table, std::shared_ptr<const TableDefinition> definition);
  /// What was learned and forgotten since the last take: before the first change of a table, or with the commit of the
  /// statement that changed it.
  [[nodiscard]] bool has_shape_changes() const noexcept;
  std::vector<ShapeChange> take_shape_changes();

  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] const ReaderCounters& counters() const noexcept;
  [[nodiscard]] const binlog::EventStream& stream() const noexcept;
  /// Commit time of the newest group read, µs since the epoch; 0 before the first.
  [[nodiscard]] std::uint64_t newest_commit_us() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rowferry
