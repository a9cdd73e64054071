// Where `rowferry decode` begins and ends: --from and --to.
#pragma once

#include <cstdint>
#include <rowferry/base/error.hpp>
#include <rowferry/gtid/gtid.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

struct LogBound {
  enum class Kind : std::uint8_t { offset, gtid, time } kind = Kind::offset;
  std::size_t file = 0; ///< index among the files of the command
  std::uint64_t offset = 0;
  Gtid gtid;
  std::int64_t time_us = 0; ///< since the epoch
};

/// `binlog.000003:1234`, `1234` (in the first file), `gtid:uuid:5`, or a time as parse_time() takes it. A file is one
/// of `files`, by its path or its name. The error, status 2, says what there is to write.
Result<LogBound> parse_log_bound(std::string_view text, const std::vector<std::string>& files);

} // namespace rowferry
