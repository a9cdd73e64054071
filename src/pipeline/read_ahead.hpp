// What was read and waits for its turn: the rows of events that workers encode, and the commits behind them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <rowferry/change/change_reader.hpp>
#include <string>
#include <vector>

#include "pipeline/encode_workers.hpp"

namespace rowferry {

/// In the order of the log. The reader's thread.
class ReadAhead {
 public:
  /// Rows of an event that are fewer bytes are encoded sooner than another thread is told of them.
  static constexpr std::size_t kWorthwhile = 1024;
  /// Rows of an event that are more are read one at a time.
  static constexpr std::size_t kMostOfEvent = std::size_t{1} << 20;

  /// Both outlive it.
  ReadAhead(EncodeWorkers& workers, ChangeEncoder& own) : workers_(workers), own_(own) {}
  /// Waits for the workers.
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] bool has_room() const noexcept {
    return jobs_ < EncodeWorkers::kMostJobs && bytes_ < kMostBytes && items_.size() < kMostItems;
  }

  /// For the rows of the event to come: fill it and push() it, or leave it. When there is room.
  RowsJob& spare();
  /// spare(), filled, with the number of its table. Small ones are encoded at once, by `own`.
  void push_spare(std::uint32_t table);
  /// A commit that prepares and decides nothing.
  void push(const Commit& commit);

  /// The oldest. `job` is null for a commit.
  struct Item {
    std::unique_ptr<RowsJob> job;
    std::uint32_t table = 0;
    Commit commit;
    std::optional<Gtid> gtid;
    std::string file;
    Fingerprint fingerprint;
  };
  [[nodiscard]] bool front_is_done() const noexcept {
    return items_.front()->job == nullptr || items_.front()->job->is_done();
  }
  /// Waits until it is done.
  Item& front() noexcept;
  void pop();

 private:
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMostItems = 1024;

  std::unique_ptr<Item> fresh_item();

  EncodeWorkers& workers_;
  ChangeEncoder& own_;
  std::deque<std::unique_ptr<Item>> items_;
  std::vector<std::unique_ptr<Item>> spare_items_;
  std::vector<std::unique_ptr<RowsJob>> spare_jobs_;
  std::size_t jobs_ = 0;  ///< among the items
  std::size_t bytes_ = 0; ///< of their rows
};

} // namespace rowferry
