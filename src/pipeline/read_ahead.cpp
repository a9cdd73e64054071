#include "pipeline/read_ahead.hpp"

#include <utility>

namespace rowferry {

ReadAhead::~ReadAhead() {
  for (; !items_.empty(); pop()) static_cast<void>(front());
}

RowsJob& ReadAhead::spare() {
  if (spare_jobs_.empty()) spare_jobs_.push_back(std::make_unique<RowsJob>());
  return *spare_jobs_.back();
}

void ReadAhead::push_spare(std::uint32_t table) {
  std::unique_ptr<Item> item = fresh_item();
  item->job = std::move(spare_jobs_.back());
  spare_jobs_.pop_back();
  item->table = table;
  RowsJob& job = *item->job;
  ++jobs_;
  bytes_ += job.rows.bytes();
  items_.push_back(std::move(item));
  if (job.rows.bytes() < kWorthwhile) {
    job.run(own_);
  } else {
    workers_.give(job);
  }
}

void ReadAhead::push(const Commit& commit) {
  std::unique_ptr<Item> item = fresh_item();
  item->gtid.reset();
  if (commit.gtid != nullptr) item->gtid = *commit.gtid;
  item->file = commit.file;
  item->fingerprint = *commit.fingerprint;
  item->commit = commit;
  item->commit.gtid = item->gtid ? &*item->gtid : nullptr;
  item->commit.file = item->file;
  item->commit.fingerprint = &item->fingerprint;
  items_.push_back(std::move(item));
}

std::unique_ptr<ReadAhead::Item> ReadAhead::fresh_item() {
  if (spare_items_.empty()) return std::make_unique<Item>();
  std::unique_ptr<Item> item = std::move(spare_items_.back());
  spare_items_.pop_back();
  return item;
}

ReadAhead::Item& ReadAhead::front() noexcept {
  Item& item = *items_.front();
  if (item.job != nullptr) item.job->wait();
  return item;
}

void ReadAhead::pop() {
  std::unique_ptr<Item> item = std::move(items_.front());
  items_.pop_front();
  if (item->job != nullptr) {
    --jobs_;
    bytes_ -= item->job->rows.bytes();
    item->job->clear();
    spare_jobs_.push_back(std::move(item->job));
  }
  spare_items_.push_back(std::move(item));
}

} // namespace rowferry
