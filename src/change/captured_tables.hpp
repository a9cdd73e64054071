// The tables of the stream: which are captured, their schema, their rows counted per transaction.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/catalog.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "change/shape_book.hpp"

namespace rowferry {

class TableSelector;

/// What is remembered of one table name.
struct TableState {
  bool wanted = false;
  std::shared_ptr<const TableSchema> schema; ///< as last seen; null before the first rows, or when nobody wants it
  /// What the event alone says, of which `schema` was made; null: is to be made.
  std::shared_ptr<const TableSchema> told;
  std::uint64_t transaction = 0; ///< number of the transaction that `rows` counts in
  std::uint64_t rows = 0;

  /// The count of rows in this transaction.
  std::uint64_t& rows_in(std::uint64_t number) noexcept {
    if (transaction != number) {
      transaction = number;
      rows = 0;
    }
    return rows;
  }
};

/// How table maps are completed (ChangeReader::Options).
struct ShapeUse {
  bool ask = false;
  bool fold_case = false;
  std::string_view advice; ///< behind the message of a definition that does not fit
};

/// One thread. States live until forget_old(); pointers to them stay valid until then.
class CapturedTables {
 public:
  CapturedTables(const TableSelector& selector, ShapeUse use) : selector_(selector), use_(use) {}

  /// A TABLE_MAP: rows events of this table id that follow belong to that table. Only a wanted table is looked into.
  /// False: the event says too little of it and its definition is not known; call again after provide().
  Result<bool> map(const binlog::TableMap& map, ServerFlavor flavor);
  /// The same for a table id and the bytes of a shape that it had before: true when they mean what they meant.
  [[nodiscard]] bool map_again(const binlog::TableShape& map);
  /// The definition of the table that map() asked for; null: nobody knows it.
  void provide(std::string_view database, std::string_view table, std::shared_ptr<const TableDefinition> definition);
  /// A statement that may give tables another shape.
  void forget(const DdlEffect& effect);
  /// Until end_borrowing(): reading is at a place before one from which on it was read already, so that what is
  /// provided holds for this stretch alone.
  void begin_borrowing() noexcept { borrowing_ = true; }
  void end_borrowing();
  [[nodiscard]] ShapeBook& shapes() noexcept { return shapes_; }
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
  /// What a table id meant in the last map() of one of its kind.
  struct Known {
    std::uint64_t table_id = 0;
    TableState* state = nullptr;             ///< null: nothing is known
    std::shared_ptr<const TableSchema> told; ///< of `state`, as it then was
    std::string shape;
  };
  static constexpr std::size_t kMaxKnownShape = 4096;  ///< bytes of larger ones are not kept
  static constexpr std::size_t kMaxRemembered = 16384; ///< names that nobody wants are small
  static constexpr std::size_t kMaxWanted = 4096;      ///< with schema, plan and encoder some KB each

  Result<bool> complete(TableState& table, std::shared_ptr<const TableSchema> told, const binlog::TableMap& map,
                        ServerFlavor flavor);

  void begin_statement() noexcept;
  void note(std::uint64_t table_id, TableState& table);
  void remember(const binlog::TableMap& map, TableState& table);

  const TableSelector& selector_;
  ShapeUse use_;
  Catalog catalog_;
  ShapeBook shapes_;
  bool borrowing_ = false;
  std::vector<TableRef> borrowed_;
  TableState* unknown_ = nullptr; ///< the table whose definition nobody knew, until its map comes again
  std::unordered_map<std::string, TableState> states_; ///< by "database\0table"
  std::size_t wanted_ = 0;                             ///< of them
  std::vector<Mapping> mappings_;                      ///< of the statement under way
  std::size_t last_found_ = 0;
  bool statement_ended_ = false;
  std::array<Known, 64> known_; ///< by the low bits of the id
  std::string name_;            ///< of last_state_
  TableState* last_state_ = nullptr;
};

} // namespace rowferry
