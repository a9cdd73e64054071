// LogCounts as people read them.
#pragma once

#include <string>

#include "app/log_stats.hpp"

namespace rowferry {

/// Lines of name and value, then a table of the tables (most bytes first) and one of the types of events; no newline at
/// the end.
std::string stats_table(const LogCounts& counts);

} // namespace rowferry
