#include "gtid/intervals.hpp"

#include <algorithm>

namespace rowferry {
namespace {

constexpr auto ends_before = [](const GnoInterval& interval, std::uint64_t number) { return interval.end < number; };
constexpr auto begins_after = [](std::uint64_t number, const GnoInterval& interval) { return number < interval.begin; };

} // namespace

void insert_interval(Intervals& set, GnoInterval interval) {
  if (set.empty() || interval.begin >= set.back().begin) return append_interval(set, interval);
  const auto first = std::lower_bound(set.begin(), set.end(), interval.begin, ends_before);
  const auto last = std::upper_bound(first, set.end(), interval.end, begins_after);
  if (first == last) {
    set.insert(first, interval);
    return;
  }
  first->begin = std::min(first->begin, interval.begin);
  first->end = std::max((last - 1)->end, interval.end);
  set.erase(first + 1, last);
}

void normalise(Intervals& intervals) {
  if (!std::is_sorted(intervals.begin(), intervals.end())) std::sort(intervals.begin(), intervals.end());
  Intervals merged;
  merged.reserve(intervals.size());
  for (const GnoInterval& interval : intervals) append_interval(merged, interval);
  intervals = std::move(merged);
}

Intervals unite(const Intervals& a, const Intervals& b) {
  Intervals result;
  result.reserve(a.size() + b.size());
  auto next_a = a.begin();
  auto next_b = b.begin();
  while (next_a != a.end() || next_b != b.end()) {
    const bool from_a = next_b == b.end() || (next_a != a.end() && next_a->begin < next_b->begin);
    append_interval(result, from_a ? *next_a++ : *next_b++);
  }
  return result;
}

Intervals subtract(const Intervals& a, const Intervals& b) {
  Intervals result;
  result.reserve(a.size());
  auto hole = b.begin();
  for (GnoInterval rest : a) {
    while (hole != b.end() && hole->end <= rest.begin) ++hole;
    for (auto h = hole; h != b.end() && h->begin < rest.end; ++h) {
      if (h->begin > rest.begin) result.push_back({rest.begin, h->begin});
      rest.begin = std::min(h->end, rest.end);
      hole = h;
    }
    if (rest.begin < rest.end) result.push_back(rest);
  }
  return result;
}

Intervals intersect(const Intervals& a, const Intervals& b) {
  Intervals result;
  auto in_a = a.begin();
  auto in_b = b.begin();
  while (in_a != a.end() && in_b != b.end()) {
    const GnoInterval both{std::max(in_a->begin, in_b->begin), std::min(in_a->end, in_b->end)};
    if (both.begin < both.end) result.push_back(both);
    in_a->end < in_b->end ? ++in_a : ++in_b;
  }
  return result;
}

bool includes(const Intervals& a, const Intervals& b) noexcept {
  auto outer = a.begin();
  for (const GnoInterval& inner : b) {
    while (outer != a.end() && outer->end <= inner.begin) ++outer;
    if (outer == a.end() || outer->begin > inner.begin || outer->end < inner.end) return false;
  }
  return true;
}

bool includes(const Intervals& a, std::uint64_t number) noexcept {
  const auto after = std::upper_bound(a.begin(), a.end(), number, begins_after);
  return after != a.begin() && number < (after - 1)->end;
}

} // namespace rowferry
