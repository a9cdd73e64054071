// What the server says about itself, its logs and its tables.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/gtid/position.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <rowferry/source/connection.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

struct ServerFacts {
  std::string version;
  bool mariadb = false;
  std::string uuid;  ///< @@server_uuid; empty on MariaDB
  std::uint32_t server_id = 0;
  bool log_bin = false;
  std::string binlog_format;
  std::string row_image;
  std::string row_metadata;
  std::string gtid_mode;  ///< "" on MariaDB
  GtidSet executed;
  GtidSet purged;
  std::uint64_t expire_seconds = 0;  ///< 0: never
  int lower_case_table_names = 0;
  bool statement_format_possible = false;
};
Result<ServerFacts> read_server_facts(Connection& connection);

/// End of the newest log (SHOW BINARY LOG STATUS; SHOW MASTER STATUS before 8.4), with the executed set.
Result<Position> current_position(Connection& connection);
/// Names and sizes, oldest first.
struct BinlogFile {
  std::string name;
  std::uint64_t size = 0;
};
Result<std::vector<BinlogFile>> list_binlogs(Connection& connection);

/// A table as information_schema shows it: names, types as text, key. Null: no such table (or no privilege to see it).
struct TableFacts {
  std::string database;
  std::string table;
  struct Column {
    std::string name;
    std::string type;  ///< "bigint unsigned"
    bool nullable = true;
  };
  std::vector<Column> columns;
  std::vector<std::string> key;          ///< primary key, else the first unique key over NOT NULL columns
  bool has_cascading_foreign_key = false;  ///< rows may change by a cascade that older servers do not log
};
/// Tables whose names the predicate accepts, with their columns; system schemas excluded.
Result<std::vector<TableFacts>> read_tables(Connection& connection,
                                            const std::function<bool(std::string_view, std::string_view)>& wanted);

}  // namespace rowferry
