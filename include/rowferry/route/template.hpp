// `orders.${aggregate_type}`: text with the names of columns, checked once against a table, rendered per change.
#pragma once

#include <cstdint>
#include <rowferry/base/error.hpp>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// Parsed. `${database}` and `${table}` always name the table, so that a column called `table` cannot change the topic
/// of a pattern's one table among many; such a column is reached in another case (`${Table}`). `$${` is a literal `${`.
class Template {
 public:
  struct Part {
    bool is_column = false;
    std::string text; ///< literal text, or the column's name
    bool operator==(const Part&) const = default;
  };
  /// Fails for an unclosed or empty `${}`.
  static Result<Template> parse(std::string_view text);
  /// `prefix`, then the column's value.
  static Template of_column(std::string_view prefix, std::string_view column);

  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }
  /// True when it names more than `${database}` and `${table}`: it needs a row, or at least the table's shape.
  [[nodiscard]] bool needs_columns() const;
  /// Those names.
  [[nodiscard]] std::vector<std::string> columns() const;

 private:
  void add_literal(std::string_view text);

  std::string source_;
  std::vector<Part> parts_;
};

/// A row as templates see it: a column that `image` does not hold is taken from `fallback`. Either may be empty.
struct RowView {
  std::span<const binlog::Cell> image;
  std::span<const binlog::Cell> fallback;

  [[nodiscard]] binlog::Cell cell(std::size_t column) const noexcept {
    if (!image.empty() && image[column].is_held()) return image[column];
    return fallback.empty() ? binlog::Cell{} : fallback[column];
  }
  /// The row as it is now, or as it was last (delete).
  static RowView current(const Change& change) noexcept {
    return change.after.empty() ? RowView{change.before, {}} : RowView{change.after, change.before};
  }
  /// The row as it was before an update.
  static RowView old(const Change& change) noexcept { return {change.before, change.after}; }
};

/// A template whose names were found in one table, which outlives it.
class BoundTemplate {
 public:
  enum class Outcome : std::uint8_t {
    text,
    null,    ///< a column is NULL that is the template alone, or that Nulls::refused
    absent,  ///< a column that the row image does not hold
    corrupt, ///< bytes that are no value of the column's type
  };
  struct Rendered {
    Outcome outcome = Outcome::text;
    std::uint32_t column = 0; ///< the one that is null, absent or corrupt
  };
  enum class Nulls : std::uint8_t {
    empty,   ///< within a longer template a NULL is empty text
    refused, ///< anywhere
  };

  /// Column names are found as MySQL finds them: without regard to (ASCII) case where no name is the same to the
  /// letter. Fails (status 2) for a name that is no column, with `option`, table, template and the columns there are.
  static Result<BoundTemplate> bind(const Template& source, const TableSchema& table, std::string_view option);

  /// Appends the text. Values as append_printable, but text that is
  /// invalid in its character set is taken as it is stored. After anything but text, what was appended means nothing.
  Rendered render(const RowView& row, Output& out, Nulls nulls = Nulls::empty) const;
  /// True when no column is named: the text is the same for every row.
  [[nodiscard]] bool constant() const noexcept;
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

 private:
  struct Part {
    int column = -1;        ///< -1: literal
    bool as_stored = false; ///< its bytes are its text, and stand for it where they are none
    std::string text;
  };
  Rendered render_value(const Part& part, const binlog::Cell& cell, Output& out, Nulls nulls) const;

  const TableSchema* table_ = nullptr;
  std::string source_;
  std::vector<Part> parts_;
};

} // namespace rowferry
