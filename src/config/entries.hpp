// The entries of `outbox` and `tables`.
#pragma once

#include <rowferry/config/config.hpp>

#include "config/gathered.hpp"

namespace rowferry {

/// Fills config.outbox and config.tables from the gathered lists; records the place of every value in `places`.
void read_entries(Gathered& gathered, Config& config, std::map<std::string, ConfigPlace>& places);

} // namespace rowferry
