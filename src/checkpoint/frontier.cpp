#include "checkpoint/frontier.hpp"

namespace rowferry {

void Frontier::start(const Checkpoint& start) {
  base_ = start;
  base_.delivered.clear();
  base_.delivered_of.reset();
  base_.delivered_commit_us = 0;
  under_way_us_ = start.delivered_commit_us;
  base_.shapes.clear();
  for (const KnownShape& shape : start.shapes) shapes_[{shape.database, shape.table}] = shape.definition;
  if (const std::optional<Gtid>& of = start.delivered_of) {
    under_way_source_ = names_.source(*of);
    under_way_gno_ = of->number();
  }
  file_ = names_.file(start.server_uuid, start.position.at.file);
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
  if (commit.told != told_taken_) adopt(commit.told);
  if (commit.moves) move(commit);
  if (commit.ends_transaction) forget_delivered();
  if (commit.source == kNoSource) return;
  changed_ = true;
  if (commit.source == pending_source_ && commit.gnos.begin == pending_gnos_.end) {
    pending_gnos_.end = commit.gnos.end;
    return;
  }
  flush_gnos();
  pending_source_ = commit.source;
  pending_gnos_ = commit.gnos;
}

void Frontier::adopt(std::uint64_t count) {
  for (Told& entry : names_.take_told(count)) {
    std::visit([this](auto& each) { adopt(std::move(each)); }, entry);
  }
  told_taken_ = count;
  changed_ = true;
}

void Frontier::adopt(KnownShape&& shape) {
  std::pair<std::string, std::string> name(std::move(shape.database), std::move(shape.table));
  if (shape.definition.empty()) {
    shapes_.erase(name);
  } else {
    shapes_[std::move(name)] = std::move(shape.definition);
  }
}

void Frontier::adopt(PreparedXa&& xa) {
  adopt(xa.xid); // of the same name: an outcome that was not logged
  base_.undecided.push_back(std::move(xa));
}

void Frontier::adopt(const Xid& xid) {
  std::erase_if(base_.undecided, [&](const PreparedXa& each) { return each.xid == xid; });
}

void Frontier::begin(const Begun& begun) {
  const bool another = begun.us != 0 && under_way_us_ != 0 && begun.us != under_way_us_;
  if (begun.us != 0) under_way_us_ = begun.us;
  if (!another && begun.source == under_way_source_ && begun.gno == under_way_gno_) return;
  forget_delivered(); // of a transaction that will come again, and be sent again, or that is no more
  under_way_source_ = begun.source;
  under_way_gno_ = begun.gno;
}

void Frontier::move(const Commit& commit) {
  FileOffset& at = base_.position.at;
  changed_ = changed_ || commit.file != file_ || commit.offset != at.offset || commit.fingerprint != base_.fingerprint;
  file_ = commit.file;
  at.offset = commit.offset;
  base_.fingerprint = commit.fingerprint;
}

Checkpoint Frontier::checkpoint() {
  flush_gnos();
  FileName name = names_.file(file_);
  base_.server_uuid = std::move(name.server_uuid);
  base_.position.at.file = std::move(name.file);
  Checkpoint result = base_;
  if (!touched_.empty() && under_way_source_ != kNoSource) {
    result.delivered_of = names_.source(under_way_source_).numbered(under_way_gno_);
  }
  if (!touched_.empty()) result.delivered_commit_us = under_way_us_;
  for (const std::uint32_t index : touched_) {
    TableName table = names_.table(index);
    result.delivered.push_back({std::move(table.database), std::move(table.table), rows_[index]});
  }
  for (const auto& [of, definition] : shapes_) result.shapes.push_back({of.first, of.second, definition});
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
  base_.position.executed.add(names_.source(pending_source_), pending_gnos_);
  pending_source_ = kNoSource;
}

} // namespace rowferry
