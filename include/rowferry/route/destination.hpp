// Where one message goes.
#pragma once

#include <cstdint>
#include <rowferry/route/topics.hpp>
#include <span>
#include <string_view>

namespace rowferry {

struct Header {
  std::string_view name;
  std::string_view value;
};

enum class KeyKind : std::uint8_t {
  none,    ///< Kafka null
  text,    ///< Address::key
  encoded, ///< the bytes of the value's own `key`: the encoder writes it
};

/// What the templates give for one row.
struct Address {
  TopicId topic = 0;
  KeyKind key_kind = KeyKind::none;
  std::string_view key;
  /// -1: by the key (or any, without one). Keyless table changes name partition 0, so that their order holds.
  std::int32_t partition = -1;
  std::span<const Header> headers;
};

/// Views borrow from the router's scratch: valid until the next route().
struct Destination : Address {
  /// The address of the row as it was before a change of its key: of the `d` half. The same in all other cases.
  Address old_row;
  bool every_partition = false;  ///< TRUNCATE
  std::int64_t timestamp_ms = 0; ///< 0: when it is sent
};

} // namespace rowferry
