#include "app/check_position.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowferry {
namespace {

constexpr const char* kCure = "bring the target up to date by other means, then `rowferry position set`";

Finding check_sets(const GtidSet& ours, const ServerFacts& server) {
  if (GtidSet unknown = ours; !server.executed.contains(ours)) {
    unknown.subtract(server.executed);
    return Finding::error(
        fmt::format("the checkpoint holds GTIDs that the server never executed (reset, restored, or another "
                    "server): {}",
                    unknown.text()),
        kCure);
  }
  if (GtidSet missing = server.purged; !ours.contains(server.purged)) {
    missing.subtract(ours);
    return Finding::error(fmt::format("the server purged what the checkpoint needs: {}", missing.text()), kCure);
  }
  GtidSet behind = server.executed;
  behind.subtract(ours);
  return Finding::ok(fmt::format("the log holds all that follows the checkpoint: {} transactions", behind.count()));
}

} // namespace

Finding check_position(const Checkpoint& checkpoint, const ServerFacts& server, const std::vector<BinlogFile>& files) {
  const Position& position = checkpoint.position;
  if (server.gtid_on() && !position.executed.empty()) return check_sets(position.executed, server);
  if (checkpoint.server_uuid != server.uuid) {
    return Finding::error(
        fmt::format("the checkpoint is of server {}, this one is {}, and without GTIDs its place is not known here",
                    checkpoint.server_uuid, server.uuid),
        kCure);
  }
  const auto file =
      std::find_if(files.begin(), files.end(), [&](const BinlogFile& f) { return f.name == position.at.file; });
  if (!files.empty() && file == files.end()) {
    return Finding::error(fmt::format("the checkpoint's log {} is not there any more (there are {} to {})",
                                      position.at.file, files.front().name, files.back().name),
                          kCure);
  }
  return Finding::ok(fmt::format("the log of the checkpoint, {}, is there", position.at.text()));
}

} // namespace rowferry
