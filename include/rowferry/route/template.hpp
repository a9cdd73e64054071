// `orders.${aggregate_type}`: text with the names of columns, checked once against a table, rendered per change.
#pragma once

#include <cstdint>
#include <rowferry/base/error.hpp>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// Parsed. `${database}` and `${table}` name the table unless a column has that name; `$${` is a literal `${`.
class Template {
 public:
  struct Part {
    bool is_column = false;
    std::string text;  ///< literal text, or the column's name
  };
  /// Fails for an unclosed or empty `${}`.
  static Result<Template> parse(std::string_view text);
  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }

 private:
  std::string source_;
  std::vector<Part> parts_;
};

/// A template whose names were found in one table.
class BoundTemplate {
 public:
  enum class Outcome : std::uint8_t {
    text,
    null,      ///< the template is one column alone and that is NULL
    absent,    ///< a column that the row image does not hold
    not_text,  ///< bytes that are invalid in their character set
    corrupt,
  };

  /// Fails (status 2) for a name that is no column, with table, template and the columns there are.
  static Result<BoundTemplate> bind(const Template& source, const TableSchema& table, std::string_view option);

  /// Appends the text; a NULL within a longer template is empty text. Values as append_printable. Reads change.current().
  Outcome render(const Change& change, Output& out) const;
  /// True when no column is named: the text is the same for every row.
  [[nodiscard]] bool constant() const noexcept;
  /// Column of the template when it is one column alone, else -1.
  [[nodiscard]] int single_column() const noexcept;
  /// Name of the column that the last failing render() met is not kept: ask with this for messages.
  [[nodiscard]] std::string columns_text() const;

 private:
  struct Part {
    int column = -1;  ///< -1: literal
    std::string text;
  };
  const TableSchema* table_ = nullptr;
  std::vector<Part> parts_;
};

}  // namespace rowferry
