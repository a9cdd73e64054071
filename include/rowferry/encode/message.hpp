// An encoded message on its way to the sink.
#pragma once

#include <cstdint>
#include <rowferry/base/output.hpp>
#include <rowferry/route/destination.hpp>
#include <span>
#include <string_view>

namespace rowferry {

/// Views live as long as `chunk` is retained (key, value) and until the next encode (headers). A sink that keeps the
/// bytes retains the chunk before submit() returns and releases it when the message is delivered.
struct Message {
  TopicId topic = 0;
  std::int32_t partition = -1;  ///< -1: by the key, as Java producers do (murmur2), or any without a key
  bool every_partition = false; ///< one message to each partition of the topic, acknowledged as one
  bool has_key = false;
  bool has_value = false; ///< false: Kafka null
  std::string_view key;
  std::string_view value;
  std::span<const Header> headers;
  std::int64_t timestamp_ms = 0; ///< 0: when it is sent
  Chunk* chunk = nullptr;
};

} // namespace rowferry
