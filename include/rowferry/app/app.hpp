// The program behind main().
#pragma once

namespace rowferry {

/// Runs one command; the exit status of CONTRACT section 1. Data goes to standard output, logs and the one line of a
/// final error
/// (`rowferry: …`) to standard error.
int run_app(int argc, const char* const* argv) noexcept;

} // namespace rowferry
