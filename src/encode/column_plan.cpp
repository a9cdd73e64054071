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

constexpr std::size_t kShortText = 512; // up to here there is room at once for whatever is to be escaped

/// What a member leaves room for: the object's end and what follows.
constexpr std::size_t kRoomLeft = 1 + ColumnPlans::kRoomBehind;

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
    const bool hidden = std::find(table.hidden.begin(), table.hidden.end(), i) != table.hidden.end();
    plan.image_writer = hidden ? ColumnWriter::hidden : plan.writer;
    const std::string fragment = "," + json_string(plan.column->name) + ":";
    plan.fragment_size = static_cast<std::uint32_t>(fragment.size());
    plan.room = room_of(fragment.size());
    if (fragment.size() <= kFragmentBlock) {
      copy(plan.fragment.data(), fragment);
    } else {
      plan.long_fragment = fragment;
      plan.room = ~std::size_t{0};
    }
    for (const std::string& label : plan.column->labels) {
      plan.labels.push_back(without_quotes(json_string(label)));
      plan.labels_are_text &= is_utf8(label);
    }
    if (plan.kind == ValueKind::json && !hidden) json_columns_.push_back(i);
  }
}

/// `,"name":` behind p, with room for any value but a text.
[[gnu::always_inline]] inline char* ColumnPlans::begin_member(Output& out, char* p, const Plan& plan) {
  if (out.room_behind(p) < plan.room) [[unlikely]]
    return begin_long_member(out, p, plan);
  std::memcpy(p, plan.fragment.data(), kFragmentBlock);
  return p + plan.fragment_size;
}

/// The same, where the output is at its end or the fragment is no single block.
[[gnu::noinline]] char* ColumnPlans::begin_long_member(Output& out, char* p, const Plan& plan) {
  p = out.ensure_behind(p, room_of(plan.fragment_size));
  return copy(p, plan.long_fragment.empty() ? std::string_view(plan.fragment.data(), plan.fragment_size)
                                            : std::string_view(plan.long_fragment));
}

/// `,"name":` and the value, which is none of the NULLs; null for what stops the row. Inlined into the loops over
/// columns, which keep the end in a register: one call a column is what there is to save.
[[gnu::always_inline]] inline char* ColumnPlans::write_member(Output& out, char* p, Plan& plan, ColumnWriter writer,
                                                              const Cell& cell, std::span<const Cell> fallback,
                                                              const Change* change) {
  p = begin_member(out, p, plan);
  if (has_fixed_width(writer)) {
    if (cell.size != plan.width) [[unlikely]]
      return nullptr;
    return write_fixed(p, writer, plan.meta, cell.data);
  }
  if (writer != ColumnWriter::utf8) return write_any_value(out, p, plan, writer, cell, fallback, change);
  if (cell.size > kShortText) [[unlikely]]
    return write_any_text(out, p, plan, cell, change);
  p = out.ensure_behind(p, json_string_room(cell.size) + kRoomLeft);
  if (char* const end = write_checked_json_string(p, as_text(cell.bytes())); end != nullptr) [[likely]]
    return end;
  return write_any_text(out, p, plan, cell, change);
}

[[gnu::noinline]] char* ColumnPlans::write_any_text(Output& out, char* p, Plan& plan, const Cell& cell,
                                                    const Change* change) {
  out.advance(p);
  const bool written =
      append_checked_json_string(out, as_text(cell.bytes())) || write_invalid(out, plan, cell.bytes(), change);
  return written ? out.ensure(kRoomLeft) : nullptr;
}

[[gnu::noinline]] char* ColumnPlans::write_any_value(Output& out, char* p, Plan& plan, ColumnWriter writer,
                                                     const Cell& cell, std::span<const Cell> fallback,
                                                     const Change* change) {
  if (writer == ColumnWriter::hidden) return write_absent(out, p - plan.fragment_size, plan, fallback, change);
  if (writer == ColumnWriter::number) return write_scalar(p, *plan.column, cell);
  if (writer == ColumnWriter::quoted) return close_quotes(p, write_scalar(p + 1, *plan.column, cell));
  out.advance(p);
  return write_value(out, plan, cell, change) ? out.ensure(kRoomLeft) : nullptr;
}

/// What the image does not hold, or holds and never sends: the key's columns are taken from `fallback`.
[[gnu::noinline]] char* ColumnPlans::write_absent(Output& out, char* p, Plan& plan, std::span<const Cell> fallback,
                                                  const Change* change) {
  if (!plan.is_key || fallback.empty()) return p;
  const Cell& cell = fallback[index_of(plan)];
  if (!cell.is_held()) return p;
  if (!cell.is_value()) return copy(begin_member(out, p, plan), "null");
  return write_member(out, p, plan, plan.writer, cell, {}, change);
}

/// Makes the record's members from `start` on an object: `{` goes over the first one's comma.
inline char* ColumnPlans::close_object(Output& out, char* p, std::size_t start) {
  if (p == out.record_data() + start) [[unlikely]]
    p = out.ensure_behind(p, 1 + kRoomLeft) + 1;
  out.record_data()[start] = '{';
  *p = '}';
  return p + 1;
}

char* ColumnPlans::write_image(Output& out, char* p, std::span<const Cell> image, std::span<const Cell> key_fallback,
                               const Change& change) {
  const auto start = static_cast<std::size_t>(p - out.record_data());
  const Cell* cell = image.data();
  Plan* const end = plans_.data() + plans_.size();
  for (Plan* plan = plans_.data(); plan != end; ++plan, ++cell) {
    if (cell->is_value()) [[likely]] {
      p = write_member(out, p, *plan, plan->image_writer, *cell, key_fallback, &change);
    } else if (cell->state == CellState::null && plan->image_writer != ColumnWriter::hidden) {
      p = copy(begin_member(out, p, *plan), "null");
    } else {
      p = write_absent(out, p, *plan, key_fallback, &change);
    }
    if (p == nullptr) [[unlikely]]
      return refuse(index_of(*plan));
  }
  return close_object(out, p, start);
}

char* ColumnPlans::write_key(Output& out, char* p, std::span<const Cell> image, std::span<const Cell> fallback) {
  if (table_.key.empty()) return copy(out.ensure_behind(p, 4 + kRoomBehind), "null");
  const auto start = static_cast<std::size_t>(p - out.record_data());
  for (const std::uint32_t i : table_.key) {
    const Cell* cell = &image[i];
    if (!cell->is_held() && !fallback.empty()) cell = &fallback[i];
    if (!cell->is_held()) {
      refusal_.problem = Problem::key_missing;
      return refuse(i);
    }
    Plan& plan = plans_[i];
    p = cell->is_value() ? write_member(out, p, plan, plan.writer, *cell, {}, nullptr)
                         : copy(begin_member(out, p, plan), "null");
    if (p == nullptr) return refuse(i);
  }
  return close_object(out, p, start);
}

bool ColumnPlans::write_partial(Output& out, std::span<const Cell> image) {
  if (image.empty()) return true;
  bool any = false;
  for (const std::uint32_t i : json_columns_) {
    if (image[i].state != CellState::diffs) continue;
    out.append(any ? "," : R"(,"partial":{)");
    append_json_string(out, table_.columns[i].name);
    out.push(':');
    if (!binlog::append_json_diffs(out, image[i].bytes())) {
      refuse(i);
      return false;
    }
    any = true;
  }
  if (any) out.push('}');
  return true;
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
