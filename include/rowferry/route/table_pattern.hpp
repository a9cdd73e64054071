// `shop.orders`, `shop.*`, `/regular expression/`.
#pragma once

#include <memory>
#include <rowferry/base/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// Matches `database.table`. A glob's `*` and `?` do not cross the dot; an expression matches the whole name
/// (ECMAScript).
class TablePattern {
 public:
  /// Fails for a name without a dot and for an expression that does not parse, with the reason.
  static Result<TablePattern> parse(std::string_view text, bool fold_case);
  [[nodiscard]] bool matches(std::string_view database, std::string_view table) const;
  /// The one table it names, "database.table", when it is no glob and no expression; else empty.
  [[nodiscard]] std::string_view exact() const noexcept;
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

 private:
  struct Expression;

  std::string source_;
  std::string database_; ///< glob
  std::string table_;    ///< glob
  std::shared_ptr<const Expression> expression_;
  bool exact_ = false;
  bool fold_case_ = false;
};

} // namespace rowferry
