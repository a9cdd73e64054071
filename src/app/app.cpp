#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
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

/// A standard stream that the caller closed must not become the number of a file that is opened later: rows would go
/// into the checkpoint's lock. Whoever uses such a stream gets an error; what is logged is lost.
void occupy_standard_streams() noexcept {
  constexpr int kModes[3]{O_WRONLY, O_RDONLY, O_WRONLY};
  for (int fd = 0; fd < 3; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
      ::open("/dev/null", kModes[fd]); // NOLINT(cppcoreguidelines-pro-type-vararg)
    }
  }
}

Result<void> print(const PrintCommand& command) {
  std::fwrite(command.text.data(), 1, command.text.size(), stdout);
  return {};
}

/// Whatever a command printed is out.
Result<void> flush_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
  return fail(Error{ExitStatus::unfinished, false, "standard output cannot be written"});
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
  auto ended = std::visit(Dispatch{}, *command);
  return ended ? flush_output() : ended;
}

int end_with(ExitStatus status, std::string_view message) {
  std::fflush(stdout);
  std::fprintf(stderr, "rowferry: %s\n", printable(message).c_str());
  return static_cast<int>(status);
}

} // namespace

int run_app(int argc, const char* const* argv) noexcept {
  occupy_standard_streams();
  forbid_core_files();
  try {
    const Result<void> ended = run_command(argc, argv);
    return ended ? 0 : end_with(ended.error().status, ended.error().message);
  } catch (const std::exception& bug) {
    return end_with(ExitStatus::internal, fmt::format("internal error: {}; please report it", bug.what()));
  }
}

} // namespace rowferry
