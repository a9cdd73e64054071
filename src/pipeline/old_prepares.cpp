#include "pipeline/old_prepares.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowferry {

std::vector<std::string> OldPrepares::look(const std::vector<PreparedXa>& undecided, std::int64_t now_us) {
  std::vector<std::string> lines;
  if (undecided.empty() && told_.empty()) return lines;
  std::erase_if(told_, [&](const PreparedXa& each) { return std::ranges::find(undecided, each) == undecided.end(); });
  for (const PreparedXa& xa : undecided) {
    const std::int64_t age = now_us - xa.prepared_us;
    if (age <= limit_.count() || std::ranges::find(told_, xa) != told_.end()) continue;
    told_.push_back(xa);
    lines.push_back(
        fmt::format("{}, has been undecided for {} minutes: its rows are not sent, it holds locks, and a restart reads "
                    "from there: XA RECOVER CONVERT "
                    "XID on the source lists it; XA COMMIT {} or XA ROLLBACK {} decides it",
                    xa.described(), age / 60'000'000, xa.xid.text(), xa.xid.text()));
  }
  return lines;
}

} // namespace rowferry
