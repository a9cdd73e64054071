// Columns found by name, and named in messages.
#pragma once

#include <rowferry/schema/table_schema.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// ASCII only, as far as MySQL's own keywords and most names go.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
std::string lower_case(std::string_view text);

/// Index of a column, to the letter or else without regard to case; -1.
int find_column(const TableSchema& table, std::string_view name) noexcept;
/// "id, message_type, payload".
std::string column_list(const TableSchema& table);

} // namespace rowferry
