// The tables that `rowferry decode --table` asks for.
#pragma once

#include <rowferry/change/change_reader.hpp>
#include <rowferry/route/table_pattern.hpp>
#include <string>
#include <vector>

namespace rowferry {

/// Every table, or those that a pattern matches.
class PatternSelector final : public TableSelector {
 public:
  static Result<PatternSelector> make(const std::vector<std::string>& patterns);
  [[nodiscard]] bool wanted(std::string_view database, std::string_view table) const override;

 private:
  std::vector<TablePattern> patterns_;
};

} // namespace rowferry
