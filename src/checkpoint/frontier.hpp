// What is delivered: the acknowledger's half of the tracker, single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/commit_queue.hpp"
#include "checkpoint/name_table.hpp"

namespace rowferry {

/// The transaction that messages are of, from the first one on.
struct Begun {
  std::uint64_t gno = 0; ///< of its GTID
  std::uint64_t us = 0;  ///< when it committed; 0: unknown
  std::uint32_t source = kNoSource;
};

/// The checkpoint as it grows by one message or one commit at a time, cheaply: names stay numbers, and GTIDs that
/// follow one another stay one interval, until somebody asks.
class Frontier {
 public:
  explicit Frontier(NameTable& names) : names_(names) {}

  void start(const Checkpoint& start);
  /// Before the first message of a transaction.
  void begin(const Begun& begun);
  void message(std::uint32_t table, std::uint64_t rows_done);
  void commit(const Commit& commit);
  /// Whether something changed since the last checkpoint().
  [[nodiscard]] bool changed() const noexcept { return changed_; }
  Checkpoint checkpoint();

 private:
  void move(const Commit& commit);
  void adopt(std::uint64_t count);
  void adopt(KnownShape&& shape);
  void adopt(PreparedXa&& xa);
  void adopt(const Xid& xid);
  void forget_delivered();
  void flush_gnos();

  NameTable& names_;
  Checkpoint base_;                            // all but what is kept as numbers below
  std::vector<std::uint64_t> rows_;            // by table: delivered in the transaction under way
  std::vector<std::uint32_t> touched_;         // the tables whose rows_ are not 0, in the order of their first message
  std::uint32_t under_way_source_ = kNoSource; // with the next: the GTID that rows_ count in
  std::uint64_t under_way_gno_ = 0;
  std::uint64_t under_way_us_ = 0;                                    // when it committed; 0: unknown
  std::map<std::pair<std::string, std::string>, std::string> shapes_; // definitions by database and table
  std::uint64_t told_taken_ = 0;
  std::uint32_t file_ = 0;
  std::uint32_t pending_source_ = kNoSource;
  GnoInterval pending_gnos_;
  bool changed_ = false;
};

} // namespace rowferry
