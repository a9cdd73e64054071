// Which columns each part of the optional metadata counts (PROTOCOL.md 2.4, traps 4 and 5).
#pragma once

#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/charset.hpp>

namespace rowferry {

/// Has a bit in SIGNEDNESS. YEAR does, BIT does not.
bool is_numeric(binlog::ColumnType type) noexcept;

/// Has a place in DEFAULT_CHARSET and COLUMN_CHARSET. ENUM and SET have fields of their own, JSON has none.
bool has_charset(binlog::ColumnType type, ServerFlavor flavor) noexcept;

/// Holds characters or, with charset `binary`, bytes. MySQL counts VECTOR in has_charset(), MariaDB GEOMETRY, neither
/// of which does.
bool is_character(binlog::ColumnType type) noexcept;

} // namespace rowferry
