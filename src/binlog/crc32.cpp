#include "binlog/crc32.hpp"

#include <zlib.h>

namespace rowferry::binlog {

std::uint32_t crc32(Bytes bytes, std::uint32_t crc) noexcept {
  if (bytes.empty()) return crc; // zlib takes a null pointer as a request for the initial value
  return static_cast<std::uint32_t>(::crc32_z(crc, bytes.data(), bytes.size()));
}

} // namespace rowferry::binlog
