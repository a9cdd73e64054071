// Whether the source still has what the checkpoint needs.
#pragma once

#include <optional>
#include <rowferry/checkpoint/checkpoint.hpp>
#include <rowferry/source/preflight.hpp>
#include <rowferry/source/server_facts.hpp>
#include <vector>

namespace rowferry {

/// By GTIDs where the server has them, else by the name of the file. `files` are the server's logs (empty: unknown).
Finding check_position(const Checkpoint& checkpoint, const ServerFacts& server, const std::vector<BinlogFile>& files);

} // namespace rowferry
