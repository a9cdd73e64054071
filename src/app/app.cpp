#include <fmt/format.h>
#include <sys/prctl.h>

#include <cstdio>
#include <exception>
#include <rowferry/app/app.hpp>

#include "app/commands.hpp"
#include "app/logging.hpp"
#include "app/printable.hpp"

namespace rowferry {
namespace {

/// Secret keeps our own copies of passwords out of core files; the client libraries keep theirs in ordinary memory, and
/// so does what was read from the environment. Leak checkers trace the process and need it dumpable.
void forbid_core_files() noexcept {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

Result<void> print(const PrintCommand& command) {
  std::fwrite(command.text.data(), 1, command.text.size(), stdout);
  if (std::fflush(stdout) != 0) return fail(Error{ExitStatus::unfinished, false, "standard output cannot be written"});
  return {};
}

struct Dispatch {
  Result<void> operator()(const RunCommand& command) const { return run(command); }
  Result<void> operator()(const CheckCommand& command) const { return check(command); }
  Result<void> operator()(const DecodeCommand& command) const { return decode(command); }
  Result<void> operator()(const PositionShowCommand& command) const { return position_show(command); }
  Result<void> operator()(const PositionSetCommand& command) const { return position_set(command); }
  Result<void> operator()(const PrintCommand& command) const { return print(command); }
};

Result<void> run_command(int argc, const char* const* argv) {
  Result<Command> command = parse_command_line({argv + (argc > 0 ? 1 : 0), argv + argc});
  if (!command) return fail(std::move(command.error()));
  if (auto logging = start_logging("warn", ""); !logging)
    return fail(std::move(logging.error())); // `run` sets up its own
  return std::visit(Dispatch{}, *command);
}

int end_with(ExitStatus status, std::string_view message) {
  std::fflush(stdout);
  std::fprintf(stderr, "rowferry: %s\n", printable(message).c_str());
  return static_cast<int>(status);
}

} // namespace

int run_app(int argc, const char* const* argv) noexcept {
  forbid_core_files();
  try {
    const Result<void> ended = run_command(argc, argv);
    return ended ? 0 : end_with(ended.error().status, ended.error().message);
  } catch (const std::exception& bug) {
    return end_with(ExitStatus::internal, fmt::format("internal error: {}; please report it", bug.what()));
  }
}

} // namespace rowferry
