// Algebra of sorted, disjoint, non-adjacent intervals of numbers.
#pragma once

#include <rowferry/gtid/mysql_gtid_set.hpp>
#include <vector>

namespace rowferry {

using Intervals = std::vector<GnoInterval>;

/// Adds an interval that does not begin before the last one of `set`.
inline void append_interval(Intervals& set, GnoInterval interval) {
  if (set.empty() || interval.begin > set.back().end) {
    set.push_back(interval);
  } else if (interval.end > set.back().end) {
    set.back().end = interval.end;
  }
}

/// Adds an interval anywhere: constant time at the end, else a search and a move.
void insert_interval(Intervals& set, GnoInterval interval);
/// Makes a set of intervals in any order, overlapping or not.
void normalise(Intervals& intervals);

Intervals unite(const Intervals& a, const Intervals& b);
Intervals subtract(const Intervals& a, const Intervals& b);
Intervals intersect(const Intervals& a, const Intervals& b);
/// True when every number of b is in a.
bool includes(const Intervals& a, const Intervals& b) noexcept;
bool includes(const Intervals& a, std::uint64_t number) noexcept;

} // namespace rowferry
