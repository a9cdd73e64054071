#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <rowferry/checkpoint/checkpoint_file.hpp>
#include <system_error>
#include <utility>

#include "checkpoint/checkpoint_lock.hpp"
#include "checkpoint/file_system.hpp"

namespace rowferry {
namespace {

constexpr std::size_t kMaxFileBytes = 64U << 20; // a GTID set of a million intervals takes half of it

Error io_error(const std::filesystem::path& path, std::string_view what, int problem) {
  const bool passes = problem == ENOSPC || problem == EDQUOT || problem == EIO || problem == EINTR ||
                      problem == EAGAIN || problem == ENOMEM || problem == EMFILE || problem == ENFILE ||
                      problem == ESTALE;
  return {ExitStatus::usage, passes,
          fmt::format("checkpoint '{}': cannot {}: {}", path.string(), what, std::generic_category().message(problem))};
}

/// Closes a descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int file) noexcept : file_(file) {}
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return file_; }

 private:
  int file_;
};

/// Nothing when there is no such file.
Result<std::optional<std::string>> read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT) return std::nullopt;
    return fail(io_error(path, "open it", errno));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(io_error(path, "look at it", errno));
  if (!S_ISREG(status.st_mode)) {
    return fail(Error::usage(fmt::format("checkpoint '{}' is not a regular file; give another path", path.string())));
  }
  std::string text;
  std::array<char, 16384> buffer;
  while (text.size() <= kMaxFileBytes) {
    const std::ptrdiff_t size = ::read(file.get(), buffer.data(), buffer.size());
    if (size == 0) return text;
    if (size < 0 && errno != EINTR) return fail(io_error(path, "read it", errno));
    if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return fail(Error::usage(fmt::format("checkpoint '{}' is too large to be one; give another path", path.string())));
}

bool write_all(FileSystem& files, int file, std::string_view text) {
  while (!text.empty()) {
    const std::ptrdiff_t size = files.write(file, text.data(), text.size());
    if (size == 0) errno = EIO; // no progress, and no reason given
    if (size == 0 || (size < 0 && errno != EINTR)) return false;
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

/// Also a symbolic link to a file that is yet to be made, where weakly_canonical() stops at the link.
std::filesystem::path resolve(const std::filesystem::path& path, std::error_code& problem) {
  std::filesystem::path resolved = std::filesystem::weakly_canonical(path, problem);
  std::error_code no_link;
  for (int links = 0; links < 40 && !problem; ++links) {
    const std::filesystem::path target = std::filesystem::read_symlink(resolved, no_link);
    if (no_link) break;
    resolved = std::filesystem::weakly_canonical(resolved.parent_path() / target, problem);
  }
  return resolved;
}

} // namespace

Result<CheckpointFile> CheckpointFile::open(const std::filesystem::path& path) {
  return open(path, FileSystem::real());
}

Result<CheckpointFile> CheckpointFile::open(const std::filesystem::path& path, FileSystem& files) {
  std::error_code problem;
  // Two names of one file share one lock, and a symbolic link is followed, not replaced.
  const std::filesystem::path resolved = resolve(std::filesystem::absolute(path), problem);
  if (problem) return fail(io_error(path, "resolve the path", problem.value()));
  const Result<int> lock = lock_checkpoint(resolved);
  if (!lock) return fail(lock.error());
  return CheckpointFile(resolved, *lock, files);
}

Result<std::optional<Checkpoint>> CheckpointFile::read(const std::filesystem::path& path) {
  const Result<std::optional<std::string>> text = read_file(path);
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  Result<Checkpoint> checkpoint = parse_checkpoint(**text);
  if (!checkpoint) return fail(std::move(checkpoint).error().in(fmt::format("checkpoint '{}'", path.string())));
  return *std::move(checkpoint);
}

CheckpointFile::CheckpointFile(CheckpointFile&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      files_(other.files_),
      inspected_(other.inspected_),
      name_(std::move(other.name_)) {}

CheckpointFile& CheckpointFile::operator=(CheckpointFile&& other) noexcept {
  if (this == &other) return *this;
  if (lock_ >= 0) ::close(lock_);
  path_ = std::move(other.path_);
  lock_ = std::exchange(other.lock_, -1);
  files_ = other.files_;
  inspected_ = other.inspected_;
  name_ = std::move(other.name_);
  return *this;
}

CheckpointFile::~CheckpointFile() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::optional<Checkpoint>> CheckpointFile::load() {
  Result<std::optional<Checkpoint>> checkpoint = read(path_);
  if (!checkpoint) return checkpoint;
  inspected_ = true;
  name_ = *checkpoint ? std::optional((*checkpoint)->name) : std::nullopt;
  return checkpoint;
}

Result<void> CheckpointFile::save(const Checkpoint& checkpoint) {
  if (!inspected_) {
    if (Result<std::optional<Checkpoint>> old = load(); !old) return fail(std::move(old).error());
  }
  if (name_ && *name_ != checkpoint.name) {
    return fail(
        Error::usage(fmt::format("checkpoint '{}' belongs to the connector '{}', not to '{}'; give this one its own "
                                 "`checkpoint.file`",
                                 path_.string(), *name_, checkpoint.name)));
  }
  Result<void> replaced = replace(format_checkpoint(checkpoint));
  if (replaced) name_ = checkpoint.name;
  return replaced;
}

Result<void> CheckpointFile::replace(const std::string& text) {
  const std::string draft = path_.string() + ".tmp";
  const auto give_up = [&](std::string_view what) {
    const int problem = errno;
    files_->remove(draft);
    return fail(io_error(path_, what, problem));
  };
  const int file = files_->create(draft);
  if (file < 0) return give_up("create its '.tmp' file");
  if (!write_all(*files_, file, text) || files_->sync(file) != 0) {
    const int problem = errno;
    files_->close(file);
    errno = problem;
    return give_up("write its '.tmp' file");
  }
  if (files_->close(file) != 0) return give_up("close its '.tmp' file");
  if (files_->rename(draft, path_) != 0) return give_up("replace it");
  if (files_->sync_folder(path_.parent_path()) != 0) return fail(io_error(path_, "make its folder durable", errno));
  return {};
}

} // namespace rowferry
