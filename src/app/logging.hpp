// Where log lines go.
#pragma once

#include <functional>
#include <rowferry/base/error.hpp>
#include <string>

namespace rowferry {

/// Makes the default logger: to `file`, or to standard error when it is empty; times in UTC. Returns what opens the
/// file again (any thread; when that fails, the file in use stays in use and says so), or an error (status 2) when it
/// cannot be opened.
Result<std::function<void()>> start_logging(const std::string& level, const std::string& file);

} // namespace rowferry
