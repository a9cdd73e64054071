// The hot loop: events in, messages out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/router.hpp>
#include <rowferry/source/event_source.hpp>
#include <span>
#include <string>
#include <unordered_map>

#include "pipeline/change_encoder.hpp"
#include "pipeline/control.hpp"
#include "pipeline/delivery.hpp"
#include "pipeline/encode_workers.hpp"
#include "pipeline/progress.hpp"
#include "pipeline/read_ahead.hpp"
#include "pipeline/reader_totals.hpp"
#include "pipeline/shape_source.hpp"

namespace rowferry {

/// Behind the message of rows whose definition is not known, or does not fit.
inline constexpr std::string_view kShapeAdvice =
    "; SET PERSIST binlog_row_metadata = FULL (MariaDB: SET GLOBAL) keeps later rows from it, and docs/operations.md, "
    "\"Without column names\", tells how to go on behind these";

/// Reads one stream into one delivery until it ends. Thread of its caller.
class Reader {
 public:
  /// All outlive the reader. `shapes` is asked for tables without names in their events (null: they are an error).
  /// `selector` decides what is captured (the router, and what the server knows). `warnings` outlives the router, which
  /// keeps the encoders. `workers` encode the larger rows events (null: nobody else does).
  Reader(const TableSelector& selector, Router& router, EncodeWarnings& warnings, ChangeReader::Options options,
         Delivery& delivery, Progress& progress, OutputUsage& usage, Control& control, ShapeSource* shapes = nullptr,
         EncodeWorkers* workers = nullptr);

  /// Before the first run(): the definitions that hold where reading begins.
  Result<void> know(const std::vector<KnownShape>& shapes);

  /// Until the source fails, an event cannot be understood, or the Control interrupts (then the error is to be ignored
  /// in favour of the Control's state). `by_gtid` as ReplicationStream has it: how reading goes back for undecided XA
  /// transactions.
  Error run(EventSource& events, const FileOffset& start, bool by_gtid = false);

  [[nodiscard]] const ReaderTotals& totals() const noexcept { return totals_; }
  [[nodiscard]] const ReaderCounters& counters() const noexcept { return changes_.counters(); }
  /// True once an event of the current stream was read: the connection works.
  [[nodiscard]] bool read_anything() const noexcept { return read_anything_; }

 private:
  struct Target {
    std::shared_ptr<const TableSchema> schema;
    std::uint32_t table = 0; ///< as the delivery numbers it
  };

  Error read(EventSource& events);
  Result<void> drain(EventSource& events);
  Result<void> answer_shape();
  /// Learned and forgotten definitions, for the checkpoints from here on.
  Result<void> tell_shapes();
  void note_shapes();
  std::uint32_t table_of(const std::shared_ptr<const TableSchema>& schema);
  Result<void> send(const Change& change);
  /// Of the group that was begun.
  Result<void> send(const Change& change, std::uint32_t table);
  void begin(const Origin& origin);
  Result<void> submit(std::span<const Message> messages, std::uint32_t table, std::uint64_t row, const Origin& origin,
                      const TableSchema& schema);
  void drop_change(const Change& change, Drop drop);
  Result<void> commit(const Commit& commit);
  void tell_xa(const Commit& commit);
  static void log_warnings(const std::vector<std::string>& lines);

  // reader_ahead.cpp, with workers:
  Result<void> read_ahead(EventSource& events);
  Result<void> commit_in_turn(const Commit& commit);
  Result<void> make_room();
  /// What is done, at the front.
  Result<void> take_done();
  /// All, waiting for it.
  Result<void> take_all();
  Result<void> take_front();
  Result<void> send(RowsJob& job, std::uint32_t table);
  /// What was read ahead is not sent: it is read again.
  void give_up();

  EncodeWarnings& encode_warnings_;
  ChangeReader changes_;
  Delivery& delivery_;
  Progress& progress_;
  Control& control_;
  ShapeSource* shapes_;
  ChangeEncoder encoder_;
  std::optional<ReadAhead> ahead_;
  std::unordered_map<const TableSchema*, Target> targets_;
  Target* last_target_ = nullptr;
  FileOffset at_; ///< scratch of commit()
  ReaderTotals totals_;
  std::uint64_t transaction_ = 0; ///< Origin::transaction_number of the group under way
  bool sent_any_ = false;         ///< since the sink was told of a pause
  bool committed_ = false;        ///< and then came the end of a transaction, sent or not
  bool read_anything_ = false;
};

} // namespace rowferry
