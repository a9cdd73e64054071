#include "sink/fd_writer.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace rowferry {

namespace {

constexpr int kSliceMs = 200;                   // how soon an interrupt is noticed
constexpr std::size_t kFileSlice = 1024 * 1024; // a file never blocks for long

bool is_file(int fd) {
  struct stat about {};
  return ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

Error write_error(int error) {
  if (error == EPIPE) return Error::sink_fatal("output: nobody reads the pipe any more");
  return Error::sink_fatal(fmt::format("output: {}", std::strerror(error)));
}

} // namespace

FdWriter::FdWriter(int fd) : fd_(fd), slice_(is_file(fd) ? kFileSlice : PIPE_BUF) {}

bool FdWriter::wait_writable() noexcept {
  pollfd wait{fd_, POLLOUT, 0};
  while (true) {
    const int limit = interrupted_.load(std::memory_order_relaxed) ? 0 : kSliceMs;
    const int ready = ::poll(&wait, 1, stalled() ? limit : 0);
    if (ready > 0) {
      stalled_.store(false, std::memory_order_relaxed);
      return true;
    }
    if (limit == 0) return false;
    stalled_.store(true, std::memory_order_relaxed);
  }
}

Result<std::size_t> FdWriter::write(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && wait_writable()) {
    const ssize_t n = ::write(fd_, bytes.data() + taken, std::min(bytes.size() - taken, slice_));
    if (n >= 0) {
      taken += static_cast<std::size_t>(n);
    } else if (errno != EAGAIN && errno != EINTR) {
      return fail(write_error(errno));
    }
  }
  return taken;
}

} // namespace rowferry
