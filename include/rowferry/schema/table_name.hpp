// Names of tables, compared as the server compares them.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace rowferry {

/// A table by its database and its own name.
struct TableRef {
  std::string database;
  std::string table;
  auto operator<=>(const TableRef&) const = default;
};

/// The name in lower case, as a server with lower_case_table_names=1 keeps it: letters of Latin, Greek, Cyrillic and
/// Armenian, full-width and circled ones; others are as they were. Bytes that are no UTF-8 are kept.
std::string lower_case_name(std::string_view name);

} // namespace rowferry
