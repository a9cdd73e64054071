// How far reading has come, and which rows of the transaction under way were registered before.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <rowferry/source/event_source.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rowferry {

/// The reader's own place: where a broken connection is resumed, mid-transaction too, without a repeat. Reader thread.
class Progress {
 public:
  /// `index` gives the index of a table by name, as the delivery numbers them.
  template <class TableIndex>
  Progress(const Checkpoint& start, TableIndex index)
      : resume_{start.server_uuid, start.position, start.fingerprint, start.undecided},
        of_(start.delivered_of),
        of_us_(start.delivered_commit_us) {
    for (const DeliveredRows& table : start.delivered) registered(index(table.database, table.table), table.rows);
    again();
  }

  /// Where to open the stream.
  [[nodiscard]] const Resume& resume() {
    add_pending();
    return resume_;
  }
  /// The stream comes from this server. Another one's file and offset mean nothing here: they are forgotten.
  void set_server(const std::string& uuid) {
    if (uuid == resume_.server_uuid) return;
    resume_.server_uuid = uuid;
    resume_.position.at = {};
    resume_.fingerprint = {};
  }
  /// Prepared XA transactions that are still to be read again; the others are at hand.
  void set_awaited(std::vector<PreparedXa> awaited) { resume_.undecided = std::move(awaited); }
  /// Whether `at` lies behind what was read. A dump by GTID begins at the head of a file and passes over what was read.
  [[nodiscard]] bool is_ahead(const FileOffset& at) const noexcept {
    return resume_.position.at.file.empty() || compare(at, resume_.position.at) > 0;
  }

  /// The stream is read from resume() again: rows registered before are to be left out until the next group ends.
  void again() { skip_ = rows_; }
  /// A group begins that has captured changes. Rows registered of another group mean nothing in it (after a failover
  /// the order of transactions may differ): they are then sent again when their own group comes. So do those of another
  /// transaction of the same number, which committed at another time (0: unknown).
  void begin(const std::optional<Gtid>& gtid, std::uint64_t commit_us = 0) {
    const bool another = commit_us != 0 && of_us_ != 0 && commit_us != of_us_;
    if (commit_us != 0) of_us_ = commit_us;
    const bool same_number = gtid && of_ && gtid->number() == of_->number(); // else there is no need to compare all
    if (!another && (same_number || !gtid) && gtid == of_) return;
    forget_rows();
    of_ = gtid;
  }
  /// Whether this change of the transaction under way was registered before.
  [[nodiscard]] bool seen(std::uint32_t table, std::uint64_t row) const noexcept {
    return table < skip_.size() && row < skip_[table];
  }
  /// `rows` changes of this table were registered of the transaction under way.
  void registered(std::uint32_t table, std::uint64_t rows) {
    if (table >= rows_.size()) rows_.resize(table + 1, 0);
    if (rows_[table] == 0) touched_.push_back(table);
    rows_[table] = rows;
  }
  /// A group ended (or, without a GTID, the position moved past what holds no group).
  void ended(const Gtid* gtid, const FileOffset& at, const Fingerprint& fingerprint, bool idle) {
    if (gtid != nullptr) execute(*gtid);
    if (resume_.position.at.file != at.file) resume_.position.at.file = at.file;
    resume_.position.at.offset = at.offset;
    resume_.fingerprint = fingerprint;
    if (!idle) forget_rows();
  }

 private:
  /// Numbers that follow one another stay an interval until somebody asks for the set.
  void execute(const Gtid& gtid) {
    const std::uint64_t number = gtid.number();
    if (number == pending_.end && pending_of_.same_source(gtid)) {
      ++pending_.end;
      return;
    }
    add_pending();
    pending_of_ = gtid;
    pending_ = {number, number + 1};
  }
  void add_pending() {
    if (pending_.begin != pending_.end) resume_.position.executed.add(pending_of_, pending_);
    pending_ = {};
  }
  void forget_rows() {
    for (const std::uint32_t table : touched_) rows_[table] = 0;
    touched_.clear();
    skip_.clear();
  }

  Resume resume_;   ///< but the numbers in pending_
  Gtid pending_of_; ///< one of them
  GnoInterval pending_;
  std::optional<Gtid> of_;          ///< the group that the rows belong to
  std::uint64_t of_us_ = 0;         ///< when it committed; 0: unknown
  std::vector<std::uint64_t> rows_; ///< by table index
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint64_t> skip_;
};

} // namespace rowferry
