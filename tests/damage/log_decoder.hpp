// A log in memory to lines, as `rowferry decode` does it, with its work measured.
#pragma once

#include <rowferry/base/bytes.hpp>
#include <string>
#include <string_view>

namespace rowferry::test {

struct Decoded {
  bool failed = false;   ///< ended with an error, which is status 5 and has a message
  bool is_prefix = true; ///< the lines are the beginning of the expected ones
  std::size_t lines = 0;
  std::size_t steps = 0;      ///< of the reader
  std::size_t peak_bytes = 0; ///< alive at a time by operator new
};

/// All lines of a log, until its end or the first error.
std::string lines_of(Bytes log);

/// Decodes until the end or the first error, and compares with the lines of the undamaged log. `verify`: checksums.
Decoded decode(Bytes log, bool verify, std::string_view expected);

} // namespace rowferry::test
