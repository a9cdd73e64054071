#include <rowferry/gtid/mysql_gtid_set.hpp>

#include "gtid/intervals.hpp"

namespace rowferry {

void MysqlGtidSet::add(const MysqlGtid& gtid) { add(gtid.uuid, gtid.tag, {gtid.gno, gtid.gno + 1}); }

void MysqlGtidSet::add(const Uuid& uuid, const Tag& tag, GnoInterval interval) {
  if (interval.begin < interval.end) insert_interval(intervals_[{uuid, tag}], interval);
}

void MysqlGtidSet::add(const MysqlGtidSet& other) {
  for (const auto& [key, theirs] : other.intervals_) {
    Intervals& ours = intervals_[key];
    ours = ours.empty() ? theirs : unite(ours, theirs);
  }
}

void MysqlGtidSet::subtract(const MysqlGtidSet& other) {
  for (const auto& [key, theirs] : other.intervals_) {
    const auto ours = intervals_.find(key);
    if (ours == intervals_.end()) continue;
    ours->second = rowferry::subtract(ours->second, theirs);
    if (ours->second.empty()) intervals_.erase(ours);
  }
}

MysqlGtidSet MysqlGtidSet::intersection(const MysqlGtidSet& other) const {
  MysqlGtidSet result;
  for (const auto& [key, theirs] : other.intervals_) {
    const auto ours = intervals_.find(key);
    if (ours == intervals_.end()) continue;
    Intervals both = intersect(ours->second, theirs);
    if (!both.empty()) result.intervals_.emplace(key, std::move(both));
  }
  return result;
}

bool MysqlGtidSet::contains(const MysqlGtid& gtid) const {
  const auto found = intervals_.find({gtid.uuid, gtid.tag});
  return found != intervals_.end() && includes(found->second, gtid.gno);
}

bool MysqlGtidSet::contains(const MysqlGtidSet& other) const {
  for (const auto& [key, theirs] : other.intervals_) {
    const auto ours = intervals_.find(key);
    if (ours == intervals_.end() || !includes(ours->second, theirs)) return false;
  }
  return true;
}

std::uint64_t MysqlGtidSet::count() const noexcept {
  std::uint64_t count = 0;
  for (const auto& [key, intervals] : intervals_) {
    for (const GnoInterval& interval : intervals) count += interval.end - interval.begin;
  }
  return count;
}

} // namespace rowferry
