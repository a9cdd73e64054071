#include "encode/column_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/json_diff.hpp>
#include <rowferry/binlog/values.hpp>
#include <rowferry/encode/encoder.hpp>

namespace rowferry {
namespace {

using binlog::Cell;
using binlog::CellState;

constexpr std::size_t kFragmentBlock = 32; // fragments are copied in blocks: nearly every one is a single block
constexpr std::size_t kMaxBinaryBytes = 1024;

char* copy(char* p, std::string_view text) noexcept {
  std::memcpy(p, text.data(), text.size());
  return p + text.size();
}

std::string without_quotes(const std::string& json) { return json.substr(1, json.size() - 2); }

/// Base64 of a BINARY that lost the zeros at its end.
void append_padded_base64(Output& out, const Cell& cell, std::size_t zeros) {
  std::array<std::uint8_t, kMaxBinaryBytes> bytes{};
  const std::size_t size = std::min(cell.size + zeros, bytes.size());
  if (cell.size != 0) std::memcpy(bytes.data(), cell.data, std::min<std::size_t>(cell.size, size));
  append_base64(out, {bytes.data(), size});
}

bool write_geometry(Output& out, const Cell& cell) {
  constexpr std::uint32_t kSridBytes = 4;
  if (cell.size != 0 && cell.size < kSridBytes) return false;
  const std::uint64_t srid = cell.size == 0 ? 0 : load_le<kSridBytes>(cell.data);
  out.append(R"({"srid":)");
  out.advance(write_uint(out.ensure(kMaxIntegerChars), srid));
  out.append(R"(,"wkb":")");
  if (cell.size != 0) append_base64(out, cell.bytes().subspan(kSridBytes));
  out.append("\"}");
  return true;
}

void write_base64(Output& out, const Column& column, const Cell& cell) {
  out.push('"');
  if (const std::size_t zeros = missing_zeros(column, cell); zeros != 0) {
    append_padded_base64(out, cell, zeros);
  } else {
    append_base64(out, cell.bytes());
  }
  out.push('"');
}

} // namespace

ColumnPlans::ColumnPlans(const TableSchema& table, EncodeWarnings& warnings, InvalidText invalid_text)
    : table_(table), warnings_(warnings), invalid_text_(invalid_text), converted_(usage_, 1024) {
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

/// The kinds that write_member() does not write itself.
bool ColumnPlans::write_value(Output& out, Plan& plan, const Cell& cell, const Change* change) {
  if (!plan.labels_are_text) return write_odd_labels(out, plan, cell, change);
  switch (plan.kind) {
    case ValueKind::enum_:
      return write_label(out, plan, cell);
    case ValueKind::set:
      return write_members(out, plan, cell);
    case ValueKind::binary:
      write_base64(out, *plan.column, cell);
      return true;
    case ValueKind::text:
      return write_text(out, plan, cell.bytes(), change);
    case ValueKind::json:
      return binlog::append_json_text(out, cell.bytes());
    case ValueKind::geometry:
      return write_geometry(out, cell);
    case ValueKind::compressed:
      return write_compressed(out, plan, cell, change);
    case ValueKind::vector:
      write_vector(out, plan, cell, change);
      return true;
    case ValueKind::year: {
      char* p = out.ensure(kMaxScalarChars);
      if (load_bits(cell) != 0) {
        p = write_scalar(p, *plan.column, cell);
        if (p == nullptr) return false;
      } else {
        *p++ = '0';
      }
      out.advance(p);
      return true;
    }
    default:
      return false;
  }
}

bool ColumnPlans::write_label(Output& out, const Plan& plan, const Cell& cell) {
  const std::uint64_t index = load_bits(cell);
  if (plan.labels.empty() && index != 0) { // the log does not hold them
    out.advance(write_uint(out.ensure(kMaxIntegerChars), index));
    return true;
  }
  if (index > plan.labels.size()) return false;
  out.push('"');
  if (index != 0) out.append(plan.labels[index - 1]);
  out.push('"');
  return true;
}

bool ColumnPlans::write_members(Output& out, const Plan& plan, const Cell& cell) {
  std::uint64_t bits = load_bits(cell);
  if (plan.labels.empty() && bits != 0) {
    out.advance(write_uint(out.ensure(kMaxIntegerChars), bits));
    return true;
  }
  if (plan.labels.size() < 64 && bits >> plan.labels.size() != 0) return false;
  out.push('"');
  for (bool first = true; bits != 0; bits &= bits - 1, first = false) {
    if (!first) out.push(',');
    out.append(plan.labels[static_cast<std::size_t>(std::countr_zero(bits))]);
  }
  out.push('"');
  return true;
}

/// Labels that their own character set cannot read keep their bytes.
bool ColumnPlans::write_odd_labels(Output& out, Plan& plan, const Cell& cell, const Change* change) {
  converted_.discard();
  if (append_value_text(converted_, *plan.column, cell) != ValueStatus::ok) return false;
  if (!append_checked_json_string(out, converted_.record())) {
    return write_invalid(out, plan, as_bytes(converted_.record()), change);
  }
  return true;
}

bool ColumnPlans::write_text(Output& out, Plan& plan, Bytes bytes, const Change* change) {
  const Charset* charset = plan.column->charset;
  if (charset == nullptr || charset->is_utf8()) {
    return append_checked_json_string(out, as_text(bytes)) || write_invalid(out, plan, bytes, change);
  }
  converted_.discard();
  if (!charset->append_utf8(converted_, bytes)) return write_invalid(out, plan, bytes, change);
  append_json_string(out, converted_.record());
  return true;
}

bool ColumnPlans::write_compressed(Output& out, Plan& plan, const Cell& cell, const Change* change) {
  const Cell plain = uncompressed(cell);
  if (!plain.is_value()) return false;
  const Charset* charset = plan.column->charset;
  if (charset == nullptr || !charset->is_binary()) return write_text(out, plan, plain.bytes(), change);
  out.push('"');
  append_base64(out, plain.bytes());
  out.push('"');
  return true;
}

/// Text that is none. False: it stops the stream.
bool ColumnPlans::write_invalid(Output& out, Plan& plan, Bytes bytes, const Change* change) {
  switch (invalid_text_) {
    case InvalidText::as_stored:
      write_as_base64(out, plan, bytes, change);
      return true;
    case InvalidText::replace: {
      const Charset* charset = plan.labels_are_text ? plan.column->charset : nullptr; // labels keep odd bytes only
      Output replaced(usage_, bytes.size() * 4 + 64);
      append_utf8_lossy(replaced, charset == nullptr ? *find_charset("utf8mb4") : *charset, bytes);
      append_json_string(out, replaced.record());
      warn(plan, change, "U+FFFD takes their place");
      return true;
    }
    case InvalidText::fail:
      refusal_ = Problem::not_text;
      return false;
  }
  return false;
}

// JSON has no text for infinities and NaN, so a vector that holds one goes as its bytes.
void ColumnPlans::write_vector(Output& out, Plan& plan, const Cell& cell, const Change* change) {
  const std::size_t start = out.size();
  bool first = true;
  out.push('[');
  for (std::uint32_t i = 0; i + sizeof(float) <= cell.size; i += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, cell.data + i, sizeof value);
    if (!std::isfinite(value)) {
      out.truncate(start);
      write_as_base64(out, plan, cell.bytes(), change);
      return;
    }
    char* p = out.ensure(kMaxDoubleChars + 1);
    if (!first) *p++ = ',';
    out.advance(write_float(p, value));
    first = false;
  }
  if (cell.size % sizeof(float) != 0) {
    out.truncate(start);
    write_as_base64(out, plan, cell.bytes(), change);
    return;
  }
  out.push(']');
}

void ColumnPlans::write_as_base64(Output& out, Plan& plan, Bytes bytes, const Change* change) {
  out.append(R"({"base64":")");
  append_base64(out, bytes);
  out.append("\"}");
  warn(plan, change, R"(they are sent as {"base64":…})");
}

void ColumnPlans::warn(Plan& plan, const Change* change, std::string_view outcome) {
  if (change == nullptr) return; // in a key: the image has it too
  ++warnings_.invalid_text;
  if (plan.warned) return;
  plan.warned = true;
  const Charset* charset = plan.column->charset;
  warnings_.lines.push_back(fmt::format("{}: column {} holds bytes that are no {}; {}", place_of(*change),
                                        plan.column->name,
                                        plan.kind == ValueKind::vector ? "finite numbers"
                                        : charset == nullptr           ? "UTF-8 text"
                                                                       : fmt::format("{} text", charset->name()),
                                        outcome));
}

} // namespace rowferry
