// The system calls that make a file durable, behind virtual functions so that tests can make each of them fail.
#pragma once

#include <cstddef>
#include <string>

namespace rowferry {

/// Each returns -1 and sets errno on failure, as the call of that name does.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// Makes a new, empty file, also where an old one was. Returns its descriptor.
  virtual int create(const std::string& path);
  /// May write less than asked.
  virtual std::ptrdiff_t write(int file, const char* data, std::size_t size);
  virtual int sync(int file);
  virtual int close(int file);
  virtual int rename(const std::string& from, const std::string& to);
  virtual int sync_folder(const std::string& path);
  virtual int remove(const std::string& path);

  static FileSystem& real() noexcept;
};

} // namespace rowferry
