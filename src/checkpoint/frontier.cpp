#include "checkpoint/frontier.hpp"

namespace rowferry {

void Frontier::start(const Checkpoint& start) {
  base_ = start;
  base_.delivered.clear();
  file_ = names_.file(start.position.at.file);
  for (const DeliveredRows& delivered : start.delivered) {
    message(names_.table(delivered.database, delivered.table), delivered.rows);
  }
  changed_ = false;
}

void Frontier::message(std::uint32_t table, std::uint64_t rows_done) {
  if (table >= rows_.size()) rows_.resize(table + 1);
  if (rows_[table] == rows_done) return;
  if (rows_[table] == 0) touched_.push_back(table);
  rows_[table] = rows_done;
  changed_ = true;
}

void Frontier::commit(const Commit& commit) {
  FileOffset& at = base_.position.at;
  changed_ = changed_ || commit.file != file_ || commit.offset != at.offset ||
             commit.fingerprint != base_.fingerprint || commit.source != kNoSource;
  file_ = commit.file;
  at.offset = commit.offset;
  base_.fingerprint = commit.fingerprint;
  if (commit.ends_transaction) forget_delivered();
  if (commit.source == kNoSource) return;
  if (commit.source == pending_source_ && commit.gnos.begin == pending_gnos_.end) {
    pending_gnos_.end = commit.gnos.end;
    return;
  }
  flush_gnos();
  pending_source_ = commit.source;
  pending_gnos_ = commit.gnos;
}

Checkpoint Frontier::checkpoint() {
  flush_gnos();
  base_.position.at.file = names_.file(file_);
  Checkpoint result = base_;
  for (const std::uint32_t index : touched_) {
    TableName name = names_.table(index);
    result.delivered.push_back({std::move(name.database), std::move(name.table), rows_[index]});
  }
  changed_ = false;
  return result;
}

void Frontier::forget_delivered() {
  changed_ = changed_ || !touched_.empty();
  for (const std::uint32_t table : touched_) rows_[table] = 0;
  touched_.clear();
}

void Frontier::flush_gnos() {
  if (pending_source_ == kNoSource) return;
  const auto [uuid, tag] = names_.source(pending_source_);
  base_.position.executed.add(uuid, tag, pending_gnos_);
  pending_source_ = kNoSource;
}

} // namespace rowferry
