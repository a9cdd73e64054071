#include "app/line_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rowferry {

Result<void> LineWriter::write(std::string_view line) {
  constexpr std::size_t kEnough = 1u << 16;
  if (line.size() > kEnough) { // not copied
    if (Result<void> before = flush(); !before) return before;
    if (Result<void> written = write_out(line); !written) return written;
    pending_.push_back('\n');
    return {};
  }
  pending_.append(line).push_back('\n');
  if (pending_.size() < kEnough) return {};
  return flush();
}

Result<void> LineWriter::flush() {
  Result<void> written = write_out(pending_);
  pending_.clear();
  return written;
}

Result<void> LineWriter::write_out(std::string_view rest) const {
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return fail(
          Error{ExitStatus::unfinished, false, fmt::format("the output cannot be written: {}", std::strerror(errno))});
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

} // namespace rowferry
