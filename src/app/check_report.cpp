#include "app/check_report.hpp"

#include <fmt/format.h>

#include "app/printable.hpp"

namespace rowferry {
namespace {

std::string_view label(Finding::Level level) noexcept {
  switch (level) {
    case Finding::Level::ok:
      return "[ok]  ";
    case Finding::Level::warning:
      return "[warn]";
    case Finding::Level::error:
      break;
  }
  return "[FAIL]";
}

} // namespace

void CheckReport::add(const Finding& finding) {
  ++checks_;
  if (finding.level == Finding::Level::error && failed_++ == 0) status_ = finding.status;
  const std::string mend = finding.mend.empty() ? "" : "; to mend: " + finding.mend;
  const std::string line = printable(fmt::format("{} {}{}", label(finding.level), finding.what, mend)) + '\n';
  std::fwrite(line.data(), 1, line.size(), out_);
  std::fflush(out_); // the next check may wait for a peer
}

void CheckReport::add(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) add(finding);
}

Result<void> CheckReport::outcome() const {
  if (failed_ == 0) return {};
  return fail(Error{status_, false, fmt::format("{} of {} checks failed", failed_, checks_)});
}

} // namespace rowferry
