// Checkpoints as `rowferry position` shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <string>

namespace rowferry {

/// Lines of name and value.
std::string describe(const Checkpoint& checkpoint);
/// One JSON object, without a newline.
std::string describe_json(const Checkpoint& checkpoint);

/// What going on from `to` instead of `from` sends again and leaves out, by GTIDs where both know them, else by file
/// and offset of one server.
std::string compare_positions(const std::optional<Checkpoint>& from, const Checkpoint& to);

} // namespace rowferry
