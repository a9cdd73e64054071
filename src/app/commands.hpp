// What each command does. Data goes to standard output; the returned error is the one line that ends the process.
#pragma once

#include <rowferry/base/error.hpp>

#include "app/command_line.hpp"

namespace rowferry {

Result<void> run(const RunCommand& command);
/// The error is the first final one that was found; every finding is a line of the output.
Result<void> check(const CheckCommand& command);
Result<void> decode(const DecodeCommand& command);
Result<void> position_show(const PositionShowCommand& command);
Result<void> position_set(const PositionSetCommand& command);

} // namespace rowferry
