// Which tables a statement may give another shape. Reads only as much of a statement as that takes.
#pragma once

#include <cstdint>
#include <rowferry/schema/charset.hpp>
#include <rowferry/schema/table_name.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// What a statement may change: rows and rights are none of it.
struct DdlEffect {
  enum class Scope : std::uint8_t {
    none,
    tables,   ///< those of `tables`
    database, ///< every table of `database`
    all,      ///< it cannot be read from the statement
  };
  Scope scope = Scope::none;
  std::vector<TableRef> tables; ///< `database` is the session's where the statement names none
  std::string database;

  /// Whether the table's shape may be another behind the statement. `fold_case`: the server compares names without
  /// case.
  [[nodiscard]] bool touches(std::string_view database_name, std::string_view table, bool fold_case) const;
};

/// `text` in the character set of that collation (0: UTF-8). ALTER, CREATE, DROP and RENAME of tables and indexes, all
/// the tables they name (also what one is renamed to), DROP DATABASE; TRUNCATE keeps the shape. What we cannot read, or
/// do not know, may change everything.
DdlEffect read_ddl(std::string_view text, std::string_view session_database, std::uint32_t collation = 0,
                   ServerFlavor flavor = ServerFlavor::mysql);

} // namespace rowferry
