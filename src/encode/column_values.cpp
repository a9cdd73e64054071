// The values that are more than a number, a date or UTF-8: labels, bytes, documents, text of other character sets.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <rowferry/base/numbers.hpp>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/values.hpp>
#include <rowferry/encode/encoder.hpp>

#include "encode/column_plan.hpp"

namespace rowferry {
namespace {

using binlog::Cell;

constexpr std::size_t kMaxBinaryBytes = 1024;

/// Room for one text on its way to UTF-8, the thread's own; what a large one took is given back.
class Scratch {
 public:
  Scratch() { slot().discard(); }
  ~Scratch() {
    if (slot().record().size() > kKept) slot().begin_anew();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] Output& text() const { return slot(); }

 private:
  static constexpr std::size_t kKept = 1024 * 1024;
  static Output& slot() {
    static OutputUsage usage;
    thread_local Output text(usage, 1024);
    return text;
  }
};

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
  const Scratch converted;
  if (append_value_text(converted.text(), *plan.column, cell) != ValueStatus::ok) return false;
  if (!append_checked_json_string(out, converted.text().record())) {
    return write_invalid(out, plan, as_bytes(converted.text().record()), change);
  }
  return true;
}

bool ColumnPlans::write_text(Output& out, Plan& plan, Bytes bytes, const Change* change) {
  const Charset* charset = plan.column->charset;
  if (charset == nullptr || charset->is_utf8()) {
    return append_checked_json_string(out, as_text(bytes)) || write_invalid(out, plan, bytes, change);
  }
  const Scratch converted;
  if (!charset->append_utf8(converted.text(), bytes)) return write_invalid(out, plan, bytes, change);
  append_json_string(out, converted.text().record());
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
      OutputUsage usage;
      Output replaced(usage, bytes.size() * 4 + 64);
      append_utf8_lossy(replaced, charset == nullptr ? *find_charset("utf8mb4") : *charset, bytes);
      append_json_string(out, replaced.record());
      warn(plan, change, "U+FFFD takes their place");
      return true;
    }
    case InvalidText::fail:
      refusal_.problem = Problem::not_text;
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
  if (!warnings_.is_first(fmt::format("{}.{}", change->table->quoted(), plan.column->name))) return;
  const Charset* charset = plan.column->charset;
  warnings_.lines.push_back(fmt::format("{}: column {} holds bytes that are no {}; {}", place_of(*change),
                                        plan.column->name,
                                        plan.kind == ValueKind::vector ? "finite numbers"
                                        : charset == nullptr           ? "UTF-8 text"
                                                                       : fmt::format("{} text", charset->name()),
                                        outcome));
}

} // namespace rowferry
