#include <fmt/format.h>

#include <rowferry/source/preflight.hpp>

#include "source/verify_resume.hpp"

namespace rowferry {

Result<Finding> check_resume(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                             const Resume& resume) {
  const auto by = verify_resume(connection, settings, server, resume);
  if (!by) {
    if (by.error().retriable) return fail(by.error());
    return Finding::error(by.error().message, "", by.error().status); // the message says what mends it
  }
  if (*by == ResumeBy::file) {
    return Finding::ok(fmt::format("the log of the checkpoint, {}, is there", resume.position.at.text()));
  }
  GtidSet behind = server.executed;
  behind.subtract(resume.position.executed);
  return Finding::ok(fmt::format("the log holds all that follows the checkpoint: {} transaction{}", behind.count(),
                                 behind.count() == 1 ? "" : "s"));
}

} // namespace rowferry
