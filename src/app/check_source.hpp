// What `rowferry check` asks the source.
#pragma once

#include <optional>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <set>
#include <string>

#include "app/check_report.hpp"
#include "app/setup.hpp"

namespace rowferry {

/// Every endpoint by itself, then, on the first that answers, the tables and the place to begin. Returns the topics
/// that are known without a row.
std::set<std::string> check_source(const Setup& setup, const std::optional<Checkpoint>& checkpoint,
                                   CheckReport& report);

} // namespace rowferry
