#include "checkpoint/name_table.hpp"

namespace rowferry {

std::uint32_t NameTable::table(std::string_view database, std::string_view table) {
  const auto found = table_indexes_.find(std::pair(database, table));
  if (found != table_indexes_.end()) return found->second;
  const auto index = static_cast<std::uint32_t>(table_indexes_.size());
  table_indexes_.emplace(std::pair(std::string(database), std::string(table)), index);
  const std::lock_guard lock(mutex_);
  tables_.push_back({std::string(database), std::string(table)});
  return index;
}

std::uint32_t NameTable::source(const Gtid& gtid) {
  if (last_source_ != nullptr && last_source_->same_source(gtid)) return last_source_index_;
  const auto [found, is_new] =
      source_indexes_.try_emplace(gtid.numbered(0), static_cast<std::uint32_t>(source_indexes_.size()));
  last_source_ = &found->first;
  last_source_index_ = found->second;
  if (is_new) {
    const std::lock_guard lock(mutex_);
    sources_.push_back(found->first);
  }
  return found->second;
}

std::uint32_t NameTable::file(std::string_view server_uuid, std::string_view name) {
  if (file_count_ == 0 || name != last_file_.file || server_uuid != last_file_.server_uuid) {
    last_file_ = {std::string(server_uuid), std::string(name)};
    ++file_count_;
    const std::lock_guard lock(mutex_);
    files_.push_back(last_file_);
  }
  return file_count_ - 1;
}

TableName NameTable::table(std::uint32_t index) const {
  const std::lock_guard lock(mutex_);
  return tables_[index];
}

Gtid NameTable::source(std::uint32_t index) const {
  const std::lock_guard lock(mutex_);
  return sources_[index];
}

FileName NameTable::file(std::uint32_t index) {
  const std::lock_guard lock(mutex_);
  for (; first_file_ < index; ++first_file_) files_.pop_front();
  return files_.front();
}

std::uint64_t NameTable::tell(Told entry) {
  const std::lock_guard lock(mutex_);
  told_.push_back(std::move(entry));
  return ++told_count_;
}

std::deque<Told> NameTable::take_told(std::uint64_t count) {
  std::deque<Told> taken;
  const std::lock_guard lock(mutex_);
  for (; first_told_ < count; ++first_told_, told_.pop_front()) taken.push_back(std::move(told_.front()));
  return taken;
}

} // namespace rowferry
