#include "encode/column_plan.hpp"

#include <algorithm>
#include <cstring>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/json_diff.hpp>
#include <rowferry/encode/encoder.hpp>

namespace rowferry {
namespace {

using binlog::Cell;
using binlog::CellState;

constexpr std::size_t kFragmentBlock = 32; // fragments are copied in blocks: nearly every one is a single block

char* copy(char* p, std::string_view text) noexcept {
  std::memcpy(p, text.data(), text.size());
  return p + text.size();
}

std::string without_quotes(const std::string& json) { return json.substr(1, json.size() - 2); }

} // namespace

ColumnPlans::ColumnPlans(const TableSchema& table, EncodeWarnings& warnings, InvalidText invalid_text)
    : table_(table), warnings_(warnings), invalid_text_(invalid_text) {
  plans_.resize(table.columns.size());
  for (std::uint32_t i = 0; i < plans_.size(); ++i) {
    Plan& plan = plans_[i];
    plan.column = &table.columns[i];
    plan.kind = value_kind(*plan.column);
    plan.writer = column_writer(*plan.column);
    plan.width = plan.column->layout.width;
    plan.meta = plan.column->layout.meta;
    plan.is_key = std::find(table.key.begin(), table.key.end(), i) != table.key.end();
    plan.hidden = std::find(table.hidden.begin(), table.hidden.end(), i) != table.hidden.end();
    const std::string fragment = "," + json_string(plan.column->name) + ":";
    plan.fragment_size = static_cast<std::uint32_t>(fragment.size());
    fragments_ += fragment;
    for (const std::string& label : plan.column->labels) {
      plan.labels.push_back(without_quotes(json_string(label)));
      plan.labels_are_text &= is_utf8(label);
    }
    if (plan.kind == ValueKind::json && !plan.hidden) json_columns_.push_back(i);
  }
  fragments_.resize(fragments_.size() + kFragmentBlock);
  const char* fragment = fragments_.data();
  for (Plan& plan : plans_) {
    plan.fragment = fragment;
    fragment += plan.fragment_size;
  }
}

/// `,"name":` and the value behind p, which is the end of the record; the new end, or null for what stops the row.
/// Inlined into the loops over columns, which keep the end in a register: one call a column is what there is to save.
[[gnu::always_inline]] inline char* ColumnPlans::write_member(Output& out, char* p, Plan& plan, const Cell& cell,
                                                              const Change* change) {
  const char* const fragment = plan.fragment;
  const std::size_t size = plan.fragment_size;
  p = out.ensure_behind(p, size + kFragmentBlock + kMaxScalarChars + 2);
  std::memcpy(p, fragment, kFragmentBlock);
  if (size > kFragmentBlock) [[unlikely]]
    std::memcpy(p + kFragmentBlock, fragment + kFragmentBlock, size - kFragmentBlock);
  p += size;
  if (cell.state == CellState::null) return copy(p, "null");
  if (has_fixed_width(plan.writer)) {
    if (cell.size != plan.width) [[unlikely]]
      return nullptr;
    return write_fixed(p, plan.writer, plan.meta, cell.data);
  }
  if (plan.writer == ColumnWriter::number) return write_scalar(p, *plan.column, cell);
  if (plan.writer == ColumnWriter::quoted) return close_quotes(p, write_scalar(p + 1, *plan.column, cell));
  out.advance(p);
  const bool written = plan.writer == ColumnWriter::utf8 ? append_checked_json_string(out, as_text(cell.bytes())) ||
                                                               write_invalid(out, plan, cell.bytes(), change)
                                                         : write_value(out, plan, cell, change);
  return written ? out.ensure(0) : nullptr;
}

/// Makes the record's members from `start` on an object: `{` goes over the first one's comma.
inline void ColumnPlans::close_object(Output& out, char* p, std::size_t start) {
  p = out.ensure_behind(p, 2);
  char* const open = out.record_data() + start;
  if (p == open) ++p;
  *open = '{';
  *p = '}';
  out.advance(p + 1);
}

ColumnPlans::Outcome ColumnPlans::write_image(Output& out, std::span<const Cell> image,
                                              std::span<const Cell> key_fallback, const Change& change) {
  const std::size_t start = out.size();
  char* p = out.ensure(0);
  const Cell* held = image.data();
  Plan* const end = plans_.data() + plans_.size();
  for (Plan* plan = plans_.data(); plan != end; ++plan, ++held) {
    const Cell* cell = held;
    if (!cell->is_held() || plan->hidden) [[unlikely]] {
      if (!plan->is_key || key_fallback.empty()) continue;
      cell = &key_fallback[index_of(*plan)];
      if (!cell->is_held()) continue;
    }
    p = write_member(out, p, *plan, *cell, &change);
    if (p == nullptr) [[unlikely]]
      return refused(index_of(*plan));
  }
  close_object(out, p, start);
  return {};
}

ColumnPlans::Outcome ColumnPlans::write_key(Output& out, std::span<const Cell> image, std::span<const Cell> fallback) {
  if (table_.key.empty()) {
    out.append("null");
    return {};
  }
  const std::size_t start = out.size();
  char* p = out.ensure(0);
  for (const std::uint32_t i : table_.key) {
    const Cell* cell = &image[i];
    if (!cell->is_held() && !fallback.empty()) cell = &fallback[i];
    if (!cell->is_held()) return {Problem::key_missing, i};
    p = write_member(out, p, plans_[i], *cell, nullptr);
    if (p == nullptr) return refused(i);
  }
  close_object(out, p, start);
  return {};
}

ColumnPlans::Outcome ColumnPlans::write_partial(Output& out, std::span<const Cell> image) {
  if (image.empty()) return {};
  bool any = false;
  for (const std::uint32_t i : json_columns_) {
    if (image[i].state != CellState::diffs) continue;
    out.append(any ? "," : R"(,"partial":{)");
    append_json_string(out, table_.columns[i].name);
    out.push(':');
    if (!binlog::append_json_diffs(out, image[i].bytes())) return {Problem::corrupt, i};
    any = true;
  }
  if (any) out.push('}');
  return {};
}

bool ColumnPlans::write_json_nulls(Output& out, std::string_view prefix, std::span<const Cell> image) {
  if (image.empty()) return false;
  bool any = false;
  for (const std::uint32_t i : json_columns_) {
    if (!image[i].is_value() || !binlog::is_json_null(image[i].bytes())) continue;
    if (!any) out.append(prefix);
    out.push(any ? ',' : '[');
    append_json_string(out, table_.columns[i].name);
    any = true;
  }
  if (any) out.push(']');
  return any;
}

} // namespace rowferry
