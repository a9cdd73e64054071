// What --help and --version print.
#pragma once

#include <string>

namespace rowferry {

std::string help_text();
/// `rowferry 0.1.0 (MariaDB Connector/C 3.3.20)`.
std::string version_text();

} // namespace rowferry
