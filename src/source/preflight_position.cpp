#include <fmt/format.h>

#include <rowferry/source/preflight.hpp>

#include "source/verify_resume.hpp"

namespace rowferry {

Result<Finding> check_resume(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                             const Resume& resume) {
  const auto plan = verify_resume(connection, settings, server, resume);
  if (!plan) {
    if (plan.error().retriable) return fail(plan.error());
    return Finding::error(plan.error().message, "", plan.error().status); // the message says what mends it
  }
  if (plan->by == ResumeBy::file) {
    return Finding::ok(fmt::format("the log of the checkpoint, {}, is there", resume.position.at.text()));
  }
  const GtidSet behind = difference(server.executed, resume.position.executed);
  std::string what = "the log holds all that follows the checkpoint";
  if (!server.mariadb) {
    const std::uint64_t count = behind.mysql().count();
    what += fmt::format(": {} transaction{}", count, count == 1 ? "" : "s");
  }
  return Finding::ok(std::move(what));
}

} // namespace rowferry
