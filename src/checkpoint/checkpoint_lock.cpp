#include "checkpoint/checkpoint_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

namespace rowferry {
namespace {

/// The pid that the holder wrote, empty when it has not done so yet.
std::string holder(int file) {
  char text[32];
  const auto size = std::max<std::ptrdiff_t>(::pread(file, text, sizeof text, 0), 0);
  const std::string pid(text, static_cast<std::size_t>(size));
  return pid.substr(0, pid.find_first_not_of("0123456789"));
}

void write_pid(int file) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  // For people only: on a full disk the lock holds without it.
  if (::ftruncate(file, 0) == 0 && ::pwrite(file, pid.data(), pid.size(), 0) < 0) return;
}

} // namespace

Result<int> lock_checkpoint(const std::filesystem::path& path) {
  const std::string lock_path = path.string() + ".lock";
  const int file = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file < 0) {
    return fail(
        Error::usage(fmt::format("cannot open the checkpoint's lock '{}': {}; its folder must exist and be writable",
                                 lock_path, std::generic_category().message(errno))));
  }
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
    write_pid(file);
    return file;
  }
  const int problem = errno;
  const std::string pid = problem == EWOULDBLOCK ? holder(file) : std::string{};
  ::close(file);
  if (problem != EWOULDBLOCK) {
    return fail(Error::usage(fmt::format("cannot lock '{}': {}; put the checkpoint on a file system with locks",
                                         lock_path, std::generic_category().message(problem))));
  }
  return fail(
      Error::usage(fmt::format("checkpoint '{}' is in use by another process{}: stop it first, or give this "
                               "connector its own `name` or `checkpoint.file`",
                               path.string(), pid.empty() ? "" : " (pid " + pid + ")")));
}

} // namespace rowferry
