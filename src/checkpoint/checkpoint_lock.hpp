// One process at a time on one checkpoint.
#pragma once

#include <filesystem>
#include <rowferry/base/error.hpp>

namespace rowferry {

/// Locks `<path>.lock`, writes our pid into it and returns its descriptor; closing that gives the lock back. The file
/// is never removed: a process that waits on a removed one would lock nothing.
Result<int> lock_checkpoint(const std::filesystem::path& path);

} // namespace rowferry
