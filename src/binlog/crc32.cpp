#include "binlog/crc32.hpp"

#include <libdeflate.h>

namespace rowferry::binlog {

// By the processor's carry-less multiplication: zlib's took a quarter of the time of one-row transactions.
std::uint32_t crc32(Bytes bytes, std::uint32_t crc) noexcept {
  if (bytes.empty()) return crc; // a null pointer is taken for a request for the initial value
  return libdeflate_crc32(crc, bytes.data(), bytes.size());
}

} // namespace rowferry::binlog
