// What the server says about itself, its logs and its tables.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <rowferry/gtid/position.hpp>
#include <rowferry/schema/table_name.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <rowferry/source/connection.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

struct ServerFacts {
  std::string version;              ///< "9.7.4-2", "10.11.19-MariaDB-0+deb12u1"
  std::uint32_t version_number = 0; ///< 90704, 101119
  bool mariadb = false;
  /// Of the server that file names belong to: @@server_uuid. MariaDB has none: there "3@host:3306", with its server_id
  /// and its hostname and port.
  std::string uuid;
  std::uint32_t server_id = 0;
  bool log_bin = false;
  std::string binlog_format; ///< upper case, as the server shows it; may differ in a session
  std::string row_image;
  std::string row_metadata;         ///< "" where the server does not know the variable (before 8.0.1)
  std::string row_value_options;    ///< "" or "PARTIAL_JSON"
  std::string gtid_mode;            ///< "" on MariaDB
  bool gtid_strict_mode = false;    ///< MariaDB: numbers rise within a domain
  GtidSet executed;                 ///< MariaDB: how far each domain has come, in the log or as a replica
  GtidSet purged;                   ///< empty on MariaDB: the oldest log knows
  std::uint64_t expire_seconds = 0; ///< 0: never
  std::uint64_t max_total_size = 0; ///< bytes of all binary logs before old ones are purged (MariaDB 11.4+); 0: any
  std::string log_engine; ///< binlog_storage_engine of MariaDB 12.3+, where only GTIDs are positions; "": files
  int lower_case_table_names = 0;
  bool cascades_logged =
      false; ///< rows that a foreign key changes are in the log (9.6+, innodb_native_foreign_keys=OFF)

  /// Whether a dump by GTID works. On MySQL only with ON: with the permissive modes there may be transactions without a
  /// GTID, at which such a dump ends.
  [[nodiscard]] bool gtid_on() const noexcept { return mariadb || gtid_mode == "ON"; }
  /// Whether a dump may begin at a place in a file.
  [[nodiscard]] bool has_offsets() const noexcept { return log_engine.empty(); }
  [[nodiscard]] std::string_view family() const noexcept { return mariadb ? "MariaDB" : "MySQL"; }
};
Result<ServerFacts> read_server_facts(Connection& connection);

/// End of the newest log (SHOW BINARY LOG STATUS; SHOW MASTER STATUS before 8.4), with the executed set there; the set
/// alone on a server without offsets. Needs REPLICATION CLIENT (MariaDB: BINLOG MONITOR); the error names the GRANT.
/// Fails for good when binary logging is off.
Result<Position> current_position(Connection& connection, const ServerFacts& server);

struct BinlogFile {
  std::string name;
  std::uint64_t size = 0; ///< bytes
};
/// Oldest first, never empty. Needs REPLICATION CLIENT.
Result<std::vector<BinlogFile>> list_binlogs(Connection& connection);

/// A table as information_schema shows it to this account: a table that it may not see is not there.
struct TableFacts {
  std::string database;
  std::string table;
  struct Column {
    std::string name;
    std::string type; ///< "bigint unsigned"
    bool nullable = true;
    bool operator==(const Column&) const = default;
  };
  std::vector<Column> columns;
  std::vector<std::string> key; ///< primary key, else a unique key over whole NOT NULL columns; empty: neither
  bool has_cascading_foreign_key = false; ///< rows may change by a cascade that older servers do not log
};
using TablePredicate = std::function<bool(std::string_view database, std::string_view table)>;

/// Base tables (of MariaDB sequences too) that the predicate accepts; system schemas excluded.
Result<std::vector<TableRef>> read_table_names(Connection& connection, const TablePredicate& wanted);
/// Of each of `tables`, by schema and name, the columns, and nothing else. `only`: at least those of these names, in
/// any letter case and order, which is several times as fast where there are thousands of tables; empty: all.
Result<std::vector<TableFacts>> read_table_columns(Connection& connection, const std::vector<TableRef>& tables,
                                                   const std::vector<std::string>& only);
/// Everything of all tables that the predicate accepts.
Result<std::vector<TableFacts>> read_tables(Connection& connection, const TablePredicate& wanted);

/// Names, signs and key as the log's own metadata will show them, so that rules and templates can be verified before
/// the first row comes. Layouts say the type only: no row can be read with it.
TableSchema make_schema_for_check(const TableFacts& facts);

} // namespace rowferry
