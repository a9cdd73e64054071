// The definitions that `rowferry decode --schema` supplies.
#pragma once

#include <memory>
#include <rowferry/schema/table_definition.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// CREATE TABLE statements (a dump) or JSON (docs/types.md); which of the two the text itself shows.
class SchemaFile {
 public:
  /// Status 2, naming the file, and the line where something cannot be read.
  static Result<SchemaFile> load(const std::string& path);

  /// The definition of this table: of its database, else of no certain one; names in the same case before others. Null:
  /// it is not there.
  [[nodiscard]] std::shared_ptr<const TableDefinition> find(std::string_view database, std::string_view table) const;
  [[nodiscard]] std::size_t size() const noexcept { return definitions_.size(); }

 private:
  std::vector<std::shared_ptr<const TableDefinition>> definitions_;
};

} // namespace rowferry
