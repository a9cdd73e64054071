// Whether the rules fit the tables that are there, before anything is sent (docs/adr/0014).
#pragma once

#include <rowferry/base/error.hpp>
#include <rowferry/route/router.hpp>
#include <rowferry/source/server_facts.hpp>
#include <string>
#include <vector>

namespace rowferry {

/// Who knows the tables that are there.
class TableSource {
 public:
  virtual ~TableSource() = default;
  /// As read_table_names().
  virtual Result<std::vector<TableRef>> names(const TablePredicate& wanted) = 0;
  /// As read_table_columns().
  virtual Result<std::vector<TableFacts>> columns(const std::vector<TableRef>& tables,
                                                  const std::vector<std::string>& only) = 0;
};

class ServerTables final : public TableSource {
 public:
  explicit ServerTables(Connection& connection) : connection_(connection) {}
  Result<std::vector<TableRef>> names(const TablePredicate& wanted) override {
    return read_table_names(connection_, wanted);
  }
  Result<std::vector<TableFacts>> columns(const std::vector<TableRef>& tables,
                                          const std::vector<std::string>& only) override {
    return read_table_columns(connection_, tables, only);
  }

 private:
  Connection& connection_;
};

/// Fails as Router::verify() does for the first table that the rules do not fit. Of most tables the name is enough to
/// know; for no other is more asked than the columns that the rules speak of.
Result<void> verify_tables(const Router& router, TableSource& source);

} // namespace rowferry
