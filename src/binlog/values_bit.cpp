#include <rowferry/binlog/values.hpp>

namespace rowferry::binlog {

std::uint64_t decode_bit(Bytes bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

} // namespace rowferry::binlog
