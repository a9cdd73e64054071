// The state of a ChangeReader, one file for each kind of event: reader_groups, reader_statements, reader_rows,
// reader_xa.
#pragma once

#include <fmt/format.h>

#include <rowferry/change/change_reader.hpp>
#include <utility>

#include "change/captured_tables.hpp"
#include "change/group.hpp"
#include "change/past_groups.hpp"
#include "change/prepared_groups.hpp"
#include "change/row_cursor.hpp"
#include "change/statement.hpp"
#include "change/statement_text.hpp"
#include "change/xa_rows.hpp"

namespace rowferry {

struct ChangeReader::State {
  State(const TableSelector& s, Options o)
      : selector(s),
        options(o),
        stream(binlog::EventStream::Options{o.verify_checksum}),
        tables(s, {o.ask_shapes, o.fold_case, o.shape_advice}) {}

  using EventView = binlog::EventView;
  enum class AfterReplay : std::uint8_t { end, rolled_back };
  /// What came of an event: a step, nullopt when there is nothing to tell, or an error that lies in `failure`. One
  /// byte: a Result at each level costs as much as all else that is done with a small event.
  class Outcome {
   public:
    // NOLINTBEGIN(google-explicit-constructor): as std::optional
    constexpr Outcome(std::nullopt_t) noexcept {}
    constexpr Outcome(Step step) noexcept : what_(static_cast<std::uint8_t>(step)) {}
    // NOLINTEND(google-explicit-constructor)
    static constexpr Outcome failed() noexcept { return Outcome(kFailed); }
    [[nodiscard]] constexpr bool is_nothing() const noexcept { return what_ == kNothing; }
    [[nodiscard]] constexpr bool is_failed() const noexcept { return what_ == kFailed; }
    [[nodiscard]] constexpr Step step() const noexcept { return static_cast<Step>(what_); }

   private:
    static constexpr std::uint8_t kNothing = 0xff;
    static constexpr std::uint8_t kFailed = 0xfe;
    constexpr explicit Outcome(std::uint8_t what) noexcept : what_(what) {}
    std::uint8_t what_ = kNothing;
  };
  // Not inlined: else every handler makes room for an Error first.
  [[gnu::cold, gnu::noinline]] Outcome failed(Error why) {
    failure = std::move(why);
    return Outcome::failed();
  }
  [[gnu::cold, gnu::noinline]] Outcome failed(std::string_view what) { return failed(error(what)); }
  /// What next() says of an outcome that is something.
  [[nodiscard]] Result<Step> told(Outcome outcome) {
    if (outcome.is_failed()) [[unlikely]]
      return told_failure();
    return outcome.step();
  }
  [[gnu::cold, gnu::noinline]] Result<Step> told_failure() { return fail(std::move(failure)); }

  /// The last event has more to give than rows.
  [[nodiscard]] bool is_under_way() const noexcept {
    return replaying != nullptr || commit_after_change || unmapped != nullptr;
  }
  Outcome go_on();
  Result<Step> next_of_any();
  [[nodiscard]] bool follows(const EventView& event);
  Outcome handle(const EventView& event);
  Outcome handle_rare(const EventView& event);
  Outcome begin_group(const EventView& event);
  Outcome begin_mariadb_group(const EventView& event);
  Outcome query(const EventView& event);
  Outcome statement_change(const Statement& statement);
  Outcome truncate(const EventView& event, const Statement& statement);
  Outcome table_map(const EventView& event);
  void ask_shape(const binlog::TableMap& map, const EventView& event);
  Outcome rows(const EventView& event);
  Outcome rows_of(TableState* table, const EventView& event);
  bool take_rows(EventRows& rows);
  Outcome first_row();
  void count_row() noexcept {
    group.count_captured();
    ++counters.rows_captured;
  }
  /// `step` is no row: nothing, or the error of malformed.
  Outcome rows_ended(binlog::RowReader::Step step);
  // reader_xa:
  Outcome look_back();
  Outcome spool(const std::shared_ptr<const TableSchema>& schema, const EventView& event);
  Outcome xa_prepare(const EventView& event);
  Outcome decide(const Statement& statement);
  Outcome replay(XaRows& rows, AfterReplay after);
  Outcome replay_on();
  Outcome end_replay();
  /// The group ends as any other: rows of an XA transaction that it held back come first.
  Outcome end_whole_group() { return xa ? replay(*xa, AfterReplay::end) : Outcome(end_group()); }
  Outcome rolled_back();
  Outcome rolled_back_to();
  Outcome partition_change(const Statement& statement);
  Step end_group();
  Outcome idle();
  void moved(const Gtid* ended, bool is_idle);
  void open_group(const EventView& event);
  [[nodiscard]] Error error(std::string_view what) const {
    if (replaying != nullptr) return Error::data(fmt::format("{}: {}", replaying->where(), what));
    return Error::data(fmt::format("{}: {}", stream.where(), what));
  }

  Error failure; // of the last Outcome that failed
  const TableSelector& selector;
  Options options;
  binlog::EventStream stream;
  CapturedTables tables;
  ReaderCounters counters;

  Group group;
  std::uint64_t next_begin = 0; // where the event behind the last one begins
  StatementText statement_text;
  RowCursor rows_under_way;
  binlog::RowsEvent rows_event;          // after Step::rows, and this:
  std::uint64_t* rows_counted = nullptr; // of its table in the transaction
  bool rows_are_inner = false;
  std::uint64_t newest_commit_us = 0;

  std::unique_ptr<XaRows> xa; // of the group under way
  PreparedGroups prepared;
  XaRows* replaying = nullptr; // one of these
  AfterReplay after_replay = AfterReplay::end;
  PastGroups past;
  bool passing = false;   // the group under way was handed out before
  bool rereading = false; // likewise, and its rows are wanted
  Xid decided;

  // What was handed out last.
  Change change;
  ShapeRequest shape_request;
  const EventView* unmapped = nullptr; // the table map that waits for a definition
  TableSchema truncated;               // of a table whose shape was not seen
  bool commit_after_change = false;
  Commit commit;
  std::string commit_file;
  Gtid committed_gtid;
  Fingerprint fingerprint;
  std::string warning;
};

} // namespace rowferry
