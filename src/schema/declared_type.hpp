// The type of a column as SQL declares it, and whether an event's physical column is one of that type.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/charset.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

struct DeclaredType {
  enum class Kind : std::uint8_t {
    integer, ///< `type` says which; also YEAR
    decimal,
    floating,
    bit,
    date,
    time,
    datetime,
    timestamp,
    character, ///< CHAR, BINARY
    varying,   ///< VARCHAR, VARBINARY
    text,      ///< the TEXTs and BLOBs
    enumeration,
    set,
    json,
    geometry,
    vector,
    uuid, ///< these three are MariaDB's
    inet4,
    inet6,
  };
  Kind kind = Kind::integer;
  binlog::ColumnType type = binlog::ColumnType::null; ///< of integer and floating
  bool is_unsigned = false;
  bool is_binary = false; ///< BINARY, VARBINARY, the BLOBs
  std::uint32_t length =
      0; ///< characters or octets of character types; bits; precision; fsp; length bytes of text; dimensions
  std::uint32_t scale = 0;    ///< of decimal
  std::uint32_t geometry = 0; ///< kind of geometry as the metadata of events numbers it
  std::vector<std::string> labels;
};

/// "decimal(10,2) unsigned", "enum('a','b')", "varchar(20) /*M!100301 COMPRESSED*/"; the synonyms of the manual too.
/// Nothing for a type that we do not know.
std::optional<DeclaredType> parse_declared_type(std::string_view text);

/// Holds characters (or, when is_binary, bytes): has a character set.
bool is_character(const DeclaredType& type) noexcept;
/// Octets of the longest character.
std::uint32_t max_character_octets(const Charset& charset) noexcept;

/// Whether rows of this physical column hold values of that type. `charset` of character types is known.
bool has_layout(const DeclaredType& type, const Charset* charset, const binlog::ColumnLayout& layout,
                ServerFlavor flavor) noexcept;

} // namespace rowferry
