#include "checkpoint/file_system.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace rowferry {

// A file of that name is left by a crash or by a failed sync, whose pages the kernel may believe to be clean. A new
// inode is free of that.
int FileSystem::create(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return -1;
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

std::ptrdiff_t FileSystem::write(int file, const char* data, std::size_t size) { return ::write(file, data, size); }

int FileSystem::sync(int file) { return ::fsync(file); }

int FileSystem::close(int file) { return ::close(file); }

int FileSystem::rename(const std::string& from, const std::string& to) { return ::rename(from.c_str(), to.c_str()); }

int FileSystem::sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  const int result = ::fsync(folder);
  const int problem = errno;
  ::close(folder);
  errno = problem;
  return result;
}

int FileSystem::remove(const std::string& path) { return ::unlink(path.c_str()); }

FileSystem& FileSystem::real() noexcept {
  static FileSystem files;
  return files;
}

} // namespace rowferry
