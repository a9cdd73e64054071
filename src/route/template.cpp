#include <fmt/format.h>

#include <algorithm>
#include <rowferry/base/text.hpp>
#include <rowferry/change/value_text.hpp>
#include <rowferry/route/template.hpp>

#include "route/columns.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kDatabase = "database";
constexpr std::string_view kTable = "table";

bool names_table(std::string_view name) noexcept { return name == kDatabase || name == kTable; }

Error unknown_column(const Template& source, std::string_view name, const TableSchema& table, std::string_view option) {
  std::vector<std::string_view> names{kDatabase, kTable};
  for (const Column& column : table.columns) names.emplace_back(column.name);
  const std::string_view near = nearest(name, names);
  return Error::usage(fmt::format(
      "{}: ${{{}}} in \"{}\" is no column of {}{}; its columns are: {}", option, name, source.source(), table.quoted(),
      near.empty() ? "" : fmt::format(" (did you mean ${{{}}}?)", near), column_list(table)));
}

} // namespace

// Left to right: `$${` is a literal `${`, `${name}` a column, everything else itself.
Result<Template> Template::parse(std::string_view text) {
  Template made;
  made.source_ = text;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("$${")) {
      made.add_literal("${");
      i += 3;
    } else if (rest.starts_with("${")) {
      const std::size_t close = rest.find('}');
      if (close == std::string_view::npos) {
        return fail(Error::usage(
            fmt::format("\"{}\": `${{` at character {} is not closed ($${{ is a literal ${{)", text, i + 1)));
      }
      const std::string_view name = rest.substr(2, close - 2);
      if (name.empty()) {
        return fail(Error::usage(fmt::format("\"{}\": `${{}}` at character {} names no column", text, i + 1)));
      }
      made.parts_.push_back({true, std::string(name)});
      i += close + 1;
    } else {
      const std::size_t next = std::min(rest.find('$', 1), rest.size());
      made.add_literal(rest.substr(0, next));
      i += next;
    }
  }
  return made;
}

Template Template::of_column(std::string_view prefix, std::string_view column) {
  Template made;
  made.source_ = fmt::format("{}${{{}}}", prefix, column);
  made.add_literal(prefix);
  made.parts_.push_back({true, std::string(column)});
  return made;
}

void Template::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (parts_.empty() || parts_.back().is_column) parts_.emplace_back();
  parts_.back().text += text;
}

bool Template::needs_columns() const { return !columns().empty(); }

std::vector<std::string> Template::columns() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) {
    if (part.is_column && !names_table(part.text)) names.push_back(part.text);
  }
  return names;
}

Result<BoundTemplate> BoundTemplate::bind(const Template& source, const TableSchema& table, std::string_view option) {
  BoundTemplate bound;
  bound.table_ = &table;
  bound.source_ = source.source();
  for (const Template::Part& part : source.parts()) {
    if (part.is_column && !names_table(part.text)) {
      const int column = find_column(table, part.text);
      if (column < 0) return fail(unknown_column(source, part.text, table, option));
      bound.parts_.push_back({column, is_stored_as_text(table.columns[static_cast<std::size_t>(column)]), {}});
      continue;
    }
    if (bound.parts_.empty() || bound.parts_.back().column >= 0) bound.parts_.emplace_back();
    std::string& literal = bound.parts_.back().text;
    literal += !part.is_column ? part.text : part.text == kDatabase ? table.database : table.table;
  }
  return bound;
}

BoundTemplate::Rendered BoundTemplate::render(const RowView& row, Output& out, Nulls nulls) const {
  for (const Part& part : parts_) {
    if (part.column < 0) {
      out.append(part.text);
      continue;
    }
    const binlog::Cell cell = row.cell(static_cast<std::uint32_t>(part.column));
    if (part.as_stored && cell.is_value()) {
      out.append(as_text(cell.bytes()));
    } else if (const Rendered rendered = render_value(part, cell, out, nulls); rendered.outcome != Outcome::text) {
      return rendered;
    }
  }
  return {};
}

BoundTemplate::Rendered BoundTemplate::render_value(const Part& part, const binlog::Cell& cell, Output& out,
                                                    Nulls nulls) const {
  const auto index = static_cast<std::uint32_t>(part.column);
  if (!cell.is_held()) return {Outcome::absent, index};
  if (cell.state == binlog::CellState::null) {
    const bool refused = parts_.size() == 1 || nulls == Nulls::refused;
    return {refused ? Outcome::null : Outcome::text, index};
  }
  const Column& column = table_->columns[index];
  switch (append_printable(out, column, cell)) {
    case ValueStatus::ok:
      break;
    case ValueStatus::not_text:
      out.append(as_text(stored_bytes(column, cell)));
      break;
    case ValueStatus::corrupt:
      return {Outcome::corrupt, index};
  }
  return {};
}

bool BoundTemplate::constant() const noexcept {
  return std::none_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.column >= 0; });
}

} // namespace rowferry
