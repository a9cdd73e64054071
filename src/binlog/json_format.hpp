// Binary JSON as its readers see it: mysql-server sql-common/json_binary.h. An object or array is a header (count,
// size), an entry for each key (offset, length) and each value (type, then the value itself where it fits, else its
// offset), keys and values. Offsets count from the container's first byte. Updates in place leave holes and stale
// bytes, so only offsets tell where things are.
#pragma once

#include <cstdint>
#include <rowferry/base/bytes.hpp>

namespace rowferry::binlog {

enum class JsonType : std::uint8_t {
  small_object = 0,
  large_object = 1,
  small_array = 2,
  large_array = 3,
  literal = 4,
  int16 = 5,
  uint16 = 6,
  int32 = 7,
  uint32 = 8,
  int64 = 9,
  uint64 = 10,
  double_ = 11,
  string = 12,
  opaque = 15,
};

inline constexpr unsigned kMaxJsonDepth = 100; // the server's JSON_DOCUMENT_MAX_DEPTH

constexpr bool is_json_container(JsonType type) noexcept { return type <= JsonType::large_array; }
constexpr bool is_json_object(JsonType type) noexcept { return type <= JsonType::large_object; }
constexpr bool is_json_large(JsonType type) noexcept {
  return type == JsonType::large_object || type == JsonType::large_array;
}

/// Bytes of a scalar of fixed size; 0 for the others.
constexpr std::size_t json_scalar_size(JsonType type) noexcept {
  switch (type) {
    case JsonType::literal:
      return 1;
    case JsonType::int16:
    case JsonType::uint16:
      return 2;
    case JsonType::int32:
    case JsonType::uint32:
      return 4;
    case JsonType::int64:
    case JsonType::uint64:
    case JsonType::double_:
      return 8;
    default:
      return 0;
  }
}

/// True when a value entry holds the value itself and not its offset.
constexpr bool is_json_inlined(JsonType type, bool large) noexcept {
  switch (type) {
    case JsonType::literal:
    case JsonType::int16:
    case JsonType::uint16:
      return true;
    case JsonType::int32:
    case JsonType::uint32:
      return large;
    default:
      return false;
  }
}

/// Length of a string or an opaque value, in 7 bits a byte, low bits first.
struct JsonLength {
  std::uint64_t bytes = 0;
  std::size_t prefix = 0; ///< bytes that say it, at most 5; 0: cut short or longer
};
inline JsonLength read_json_length(Bytes data) noexcept {
  JsonLength length;
  for (std::size_t i = 0; i < 5 && i < data.size(); ++i) {
    length.bytes |= static_cast<std::uint64_t>(data[i] & 0x7f) << 7 * i;
    if ((data[i] & 0x80) == 0) {
      length.prefix = i + 1;
      return length;
    }
  }
  return length;
}

/// The header of a container: where the entries are, checked to lie within it.
struct JsonContainer {
  Bytes bytes; ///< of the whole container
  std::size_t count = 0;
  std::size_t word = 2; ///< bytes of an offset: 2 (small) or 4 (large)
  bool object = false;

  [[nodiscard]] std::size_t key_entry(std::size_t i) const noexcept { return 2 * word + i * (word + 2); }
  [[nodiscard]] std::size_t value_entry(std::size_t i) const noexcept {
    return 2 * word + (object ? count * (word + 2) : 0) + i * (1 + word);
  }
  [[nodiscard]] std::size_t entries_end() const noexcept { return value_entry(count); }
  [[nodiscard]] std::size_t offset_at(std::size_t at) const noexcept {
    return word == 2 ? load_le<2>(&bytes[at]) : load_le<4>(&bytes[at]);
  }
};
/// `data` begins with the container. False: it is cut short.
inline bool read_json_container(JsonType type, Bytes data, JsonContainer& container) noexcept {
  container.word = is_json_large(type) ? 4 : 2;
  container.object = is_json_object(type);
  if (data.size() < 2 * container.word) return false;
  container.bytes = data;
  container.count = container.offset_at(0);
  const std::size_t size = container.offset_at(container.word);
  if (size > data.size() || container.entries_end() > size) return false;
  container.bytes = data.first(size);
  return true;
}

} // namespace rowferry::binlog
