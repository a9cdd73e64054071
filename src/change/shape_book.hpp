// The definitions of tables whose events carry no names, as far as they hold at the place that reading has come to.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/schema/ddl.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowferry {

/// At most `capacity` tables: the one that was used least recently is forgotten. One thread.
class ShapeBook {
 public:
  explicit ShapeBook(std::size_t capacity = 1024) : capacity_(capacity) {}

  /// Null: not known.
  std::shared_ptr<const TableDefinition> find(std::string_view database, std::string_view table);
  /// `told`: whoever keeps the changes knows it already (a checkpoint).
  void learn(TableRef table, std::shared_ptr<const TableDefinition> definition, bool told);
  /// As if it had never been learned; told to nobody.
  void unlearn(const TableRef& table);
  /// What the statement may change is known no longer.
  void forget(const DdlEffect& effect, bool fold_case);

  [[nodiscard]] bool has_changes() const noexcept { return !changes_.empty(); }
  /// Since the last call, in their order.
  std::vector<ShapeChange> take_changes() { return std::exchange(changes_, {}); }

 private:
  using Entries = std::list<std::pair<TableRef, std::shared_ptr<const TableDefinition>>>;
  void drop(Entries::iterator entry);

  std::size_t capacity_;
  Entries recent_; ///< most recently used first
  std::map<TableRef, Entries::iterator> by_name_;
  std::vector<ShapeChange> changes_;
};

} // namespace rowferry
