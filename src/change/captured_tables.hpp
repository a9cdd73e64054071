// The tables of the stream: which are captured, their schema, their rows counted per transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/catalog.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rowferry {

class TableSelector;

/// What is remembered of one table name.
struct TableState {
  bool wanted = false;
  std::shared_ptr<const TableSchema> schema;  ///< as last seen; null before the first rows, or when nobody wants it
  std::uint64_t transaction = 0;              ///< number of the transaction that `rows` counts in
  std::uint64_t rows = 0;
};

/// One thread. States live until forget_old(); pointers to them stay valid until then.
class CapturedTables {
 public:
  explicit CapturedTables(const TableSelector& selector) : selector_(selector) {}

  /// A TABLE_MAP: rows events of this table id that follow belong to that table. Only a wanted table is looked into.
  Result<void> map(const binlog::TableMap& map, ServerFlavor flavor);
  /// Null: no TABLE_MAP of this statement named the id.
  [[nodiscard]] TableState* find(std::uint64_t table_id) noexcept;
  /// The last rows event of a statement: table ids mean nothing behind it.
  void end_statement() noexcept { statement_ended_ = true; }

  TableState& state(std::string_view database, std::string_view table);
  /// Between transactions: keeps what is remembered bounded, whatever number of tables was ever seen.
  void forget_old(std::uint64_t current_transaction);
  [[nodiscard]] std::size_t size() const noexcept { return states_.size(); }

 private:
  struct Mapping {
    std::uint64_t table_id = 0;
    TableState* state = nullptr;
  };
  static constexpr std::size_t kMaxRemembered = 16384;

  const TableSelector& selector_;
  Catalog catalog_;
  std::unordered_map<std::string, TableState> states_;  ///< by "database\0table"
  std::vector<Mapping> mappings_;                       ///< of the statement under way
  std::size_t last_found_ = 0;
  bool statement_ended_ = false;
  std::string name_;  ///< scratch
};

}  // namespace rowferry
