#include <fmt/format.h>

#include <algorithm>
#include <rowferry/gtid/mariadb_gtid_set.hpp>

namespace rowferry {
namespace {

using Gtids = std::vector<MariadbGtid>;

// Where the domain stands, or would stand.
auto place_of(auto& gtids, std::uint32_t domain) noexcept {
  return std::lower_bound(gtids.begin(), gtids.end(), domain,
                          [](const MariadbGtid& gtid, std::uint32_t wanted) { return gtid.domain < wanted; });
}

const MariadbGtid* find(const Gtids& gtids, std::uint32_t domain) noexcept {
  const auto place = place_of(gtids, domain);
  return place == gtids.end() || place->domain != domain ? nullptr : &*place;
}

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// Calls `take` with every GTID of a list.
template <class Take>
Result<void> each_of(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (part.empty()) continue;
    const auto gtid = MariadbGtid::parse(part);
    if (!gtid) return fail(gtid.error());
    if (Result<void> taken = take(*gtid); !taken) return taken;
  }
  return {};
}

} // namespace

Result<MariadbGtidSet> MariadbGtidSet::parse(std::string_view text) {
  MariadbGtidSet set;
  auto read = each_of(text, [&](const MariadbGtid& gtid) -> Result<void> {
    if (const MariadbGtid* other = find(set.last_, gtid.domain); other != nullptr && *other != gtid) {
      return fail(Error::usage(fmt::format("two GTIDs of domain {}: {} and {}; a position has one a domain",
                                           gtid.domain, other->text(), gtid.text())));
    }
    set.add(gtid);
    return {};
  });
  if (!read) return fail(std::move(read.error()));
  return set;
}

Result<MariadbGtidSet> MariadbGtidSet::parse_state(std::string_view text) {
  MariadbGtidSet set;
  auto read = each_of(text, [&](const MariadbGtid& gtid) -> Result<void> {
    if (!set.contains(gtid)) set.add(gtid);
    return {};
  });
  if (!read) return fail(std::move(read.error()));
  return set;
}

std::string MariadbGtidSet::text() const {
  std::string text;
  for (const MariadbGtid& gtid : last_) {
    if (!text.empty()) text += ',';
    text += gtid.text();
  }
  return text;
}

void MariadbGtidSet::add(const MariadbGtid& gtid) {
  const auto place = place_of(last_, gtid.domain);
  if (place == last_.end() || place->domain != gtid.domain) {
    last_.insert(place, gtid);
  } else {
    *place = gtid;
  }
}

void MariadbGtidSet::add(const MariadbGtidSet& other) {
  for (const MariadbGtid& gtid : other.last_) {
    if (!contains(gtid)) add(gtid);
  }
}

void MariadbGtidSet::subtract(const MariadbGtidSet& other) {
  std::erase_if(last_, [&](const MariadbGtid& gtid) { return other.contains(gtid); });
}

MariadbGtidSet MariadbGtidSet::intersection(const MariadbGtidSet& other) const {
  MariadbGtidSet result;
  for (const MariadbGtid& ours : last_) {
    const MariadbGtid* const theirs = find(other.last_, ours.domain);
    if (theirs != nullptr) result.last_.push_back(theirs->seq < ours.seq ? *theirs : ours);
  }
  return result;
}

bool MariadbGtidSet::contains(const MariadbGtid& gtid) const noexcept {
  const MariadbGtid* const last = find(last_, gtid.domain);
  return last != nullptr && last->seq >= gtid.seq;
}

bool MariadbGtidSet::contains(const MariadbGtidSet& other) const noexcept {
  return std::ranges::all_of(other.last_, [&](const MariadbGtid& gtid) { return contains(gtid); });
}

std::optional<MariadbGtid> MariadbGtidSet::of_domain(std::uint32_t domain) const noexcept {
  const MariadbGtid* const last = find(last_, domain);
  return last == nullptr ? std::nullopt : std::optional(*last);
}

} // namespace rowferry
