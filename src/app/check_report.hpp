// The lines of `rowferry check`.
#pragma once

#include <cstdio>
#include <rowferry/base/error.hpp>
#include <rowferry/source/preflight.hpp>
#include <string>
#include <vector>

namespace rowferry {

/// Prints each finding as it comes: `[ok]   …`, `[warn] …; to mend: …`, `[FAIL] …; to mend: …`.
class CheckReport {
 public:
  /// `out` outlives the report.
  explicit CheckReport(std::FILE* out) : out_(out) {}
  void add(const Finding& finding);
  void add(const std::vector<Finding>& findings);
  /// What a step failed with: status and text are the error's.
  void add(const Error& error) { add(Finding::error(error.message, "", error.status)); }

  /// Nothing when no check failed; else how many did, with the status of the first, which is what `run` would end with.
  [[nodiscard]] Result<void> outcome() const;

 private:
  std::FILE* out_;
  std::size_t checks_ = 0;
  std::size_t failed_ = 0;
  ExitStatus status_ = ExitStatus::done;
};

} // namespace rowferry
