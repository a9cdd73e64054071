#include <rowferry/base/spool.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace rowferry {
namespace {

constexpr std::size_t kLengthSize = 8;
constexpr std::size_t kWindow = 256 * 1024;

std::string default_folder() {
  const char* const named = std::getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
  return named != nullptr && *named != '\0' ? named : "/var/tmp";
}

} // namespace

Spool::Spool(const char* holds, std::size_t memory, std::string folder)
    : holds_(holds), memory_(memory), folder_(folder.empty() ? default_folder() : std::move(folder)) {}

Spool::Spool(Spool&& other) noexcept
    : holds_(other.holds_),
      memory_(other.memory_),
      folder_(std::move(other.folder_)),
      file_(std::exchange(other.file_, -1)),
      size_(other.size_),
      written_(other.written_),
      held_(std::move(other.held_)),
      window_(std::move(other.window_)),
      window_begin_(other.window_begin_),
      at_(other.at_) {}

Spool& Spool::operator=(Spool&& other) noexcept {
  std::swap(holds_, other.holds_);
  std::swap(memory_, other.memory_);
  std::swap(folder_, other.folder_);
  std::swap(file_, other.file_);
  std::swap(size_, other.size_);
  std::swap(written_, other.written_);
  std::swap(held_, other.held_);
  std::swap(window_, other.window_);
  std::swap(window_begin_, other.window_begin_);
  std::swap(at_, other.at_);
  return *this;
}

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

tl::unexpected<Error> Spool::failed(const char* what) const {
  const int problem = errno;
  return fail(Error{
      ExitStatus::unfinished, true,
      fmt::format("{} a temporary file for {} in {}: {}: make room there, or start again with the environment "
                  "variable TMPDIR set to a folder that has it",
                  what, holds_, folder_, std::strerror(problem))}); // NOLINT(concurrency-mt-unsafe): of a known error
}

Result<void> Spool::append(Bytes head, Bytes body) {
  const std::uint64_t length = head.size() + body.size();
  if (held_.size() + kLengthSize + length > memory_) {
    if (auto spilled = spill(); !spilled) return spilled;
  }
  size_ += length;
  std::uint8_t prefix[kLengthSize];
  std::memcpy(prefix, &length, kLengthSize);
  held_.insert(held_.end(), prefix, prefix + kLengthSize);
  held_.insert(held_.end(), head.begin(), head.end());
  if (held_.size() + body.size() <= memory_) {
    held_.insert(held_.end(), body.begin(), body.end());
    return {};
  }
  if (auto spilled = spill(); !spilled) return spilled;
  return write(body); // larger than all that may be held
}

Result<void> Spool::seal(std::size_t memory) {
  if (file_ < 0 && held_.size() <= memory) {
    held_.shrink_to_fit();
    return {};
  }
  if (auto spilled = spill(); !spilled) return spilled;
  std::vector<std::uint8_t>().swap(held_);
  return {};
}

Result<void> Spool::make_file(std::uint64_t room) {
  if (file_ < 0) {
    std::string path = folder_ + "/rowferry-XXXXXX";
    file_ = ::mkostemp(path.data(), O_CLOEXEC);
    if (file_ < 0) return failed("cannot make");
    ::unlink(path.c_str());
  }
  if (room == 0 || ::fallocate(file_, 0, 0, static_cast<off_t>(room)) == 0) return {};
  if (errno == EOPNOTSUPP || errno == ENOSYS || errno == EINTR) return {};
  return failed("cannot write");
}

Result<void> Spool::write(Bytes bytes) {
  if (auto made = make_file(); !made) return made;
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(written_));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return failed("cannot write");
    written_ += static_cast<std::uint64_t>(done);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

Result<void> Spool::spill() {
  if (held_.empty()) return {};
  if (auto done = write(held_); !done) return done;
  held_.clear();
  return {};
}

void Spool::rewind() noexcept { at_ = 0; }

void Spool::release() noexcept {
  std::vector<std::uint8_t>().swap(window_);
  window_begin_ = 0;
}

// The bytes from at_ on; false at the end.
Result<bool> Spool::fill(std::size_t size) {
  if (at_ >= window_begin_ && at_ + size <= window_begin_ + window_.size()) return true;
  if (at_ >= written_) return false;
  const std::uint64_t left = written_ - at_;
  window_begin_ = at_;
  window_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(std::max(size, kWindow), left)));
  for (std::size_t done = 0; done < window_.size();) {
    const ssize_t count = ::pread(file_, window_.data() + done, window_.size() - done, static_cast<off_t>(at_ + done));
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) errno = EIO;
    if (count <= 0) {
      window_.clear();
      return failed("cannot read");
    }
    done += static_cast<std::size_t>(count);
  }
  return window_.size() >= size;
}

// A record is either in the file or held, whole: what is spilled is whole records.
Result<std::optional<Bytes>> Spool::next() {
  const std::uint8_t* record = nullptr;
  std::uint64_t length = 0;
  if (at_ < written_) {
    if (auto head = fill(kLengthSize); !head) return fail(std::move(head.error()));
    length = load_le<kLengthSize>(window_.data() + (at_ - window_begin_));
    if (auto whole = fill(kLengthSize + length); !whole) return fail(std::move(whole.error()));
    record = window_.data() + (at_ - window_begin_) + kLengthSize;
  } else {
    const std::uint64_t held_at = at_ - written_;
    if (held_at >= held_.size()) return std::optional<Bytes>();
    length = load_le<kLengthSize>(held_.data() + held_at);
    record = held_.data() + held_at + kLengthSize;
  }
  at_ += kLengthSize + length;
  return Bytes(record, static_cast<std::size_t>(length));
}

} // namespace rowferry
