// Lines to a file descriptor, many at a time.
#pragma once

#include <rowferry/base/error.hpp>
#include <string>
#include <string_view>

namespace rowferry {

class LineWriter {
 public:
  /// `fd` stays open and the caller's.
  explicit LineWriter(int fd) : fd_(fd) {}
  /// An error (status 1) means that nobody takes the lines any more.
  Result<void> write(std::string_view line);
  Result<void> flush();

 private:
  Result<void> write_out(std::string_view rest) const;

  int fd_;
  std::string pending_;
};

} // namespace rowferry
