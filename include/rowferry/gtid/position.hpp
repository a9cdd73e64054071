// Where in the source: both coordinates, always.
#pragma once

#include <compare>
#include <cstdint>
#include <rowferry/gtid/gtid_set.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// An offset in a binlog file, in bytes from its beginning. Files are compared by their numeric suffix, as the server
/// numbers them: `bin.999999` < `bin.1000000`.
struct FileOffset {
  std::string file;
  std::uint64_t offset = 0;
  bool operator==(const FileOffset&) const = default;
  [[nodiscard]] std::string text() const { return file + ":" + std::to_string(offset); }
};
/// Order of two files of one server.
std::strong_ordering compare_binlog_files(std::string_view a, std::string_view b) noexcept;
std::strong_ordering compare(const FileOffset& a, const FileOffset& b) noexcept;

/// Everything before it was read: the executed set, and the end of the last group in its file.
struct Position {
  FileOffset at;
  GtidSet executed;
  bool operator==(const Position&) const = default;
};

/// Identifies the event that ends at an offset, so that a reset or restored server is recognised. All zero: unknown.
struct Fingerprint {
  std::uint64_t offset = 0; ///< where that event begins, in the same file
  std::uint32_t timestamp = 0;
  std::uint32_t crc32 = 0; ///< its checksum field, or the CRC of its bytes where the log has no checksums
  std::uint32_t size = 0;
  std::uint8_t type = 0;
  bool operator==(const Fingerprint&) const = default;
  [[nodiscard]] bool known() const noexcept { return size != 0; }
};

} // namespace rowferry
