// How the plain format writes the columns of one table: worked out once, used for every row.
#pragma once

#include <cstdint>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/change/value_text.hpp>
#include <rowferry/route/rules.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encode/column_writer.hpp"

namespace rowferry {

struct EncodeWarnings;

/// One thread. `table` and `warnings` outlive it.
class ColumnPlans {
 public:
  ColumnPlans(const TableSchema& table, EncodeWarnings& warnings, InvalidText invalid_text);

  /// What stopped a row from being written; `column` says where.
  enum class Problem : std::uint8_t { none, corrupt, not_text, key_missing };
  struct Outcome {
    Problem problem = Problem::none;
    std::uint32_t column = 0;
  };

  /// `{"id":1,…}` of the columns that the image holds; a key column that it lacks is taken from `key_fallback` (which
  /// may be empty). `change` is named in warnings only.
  Outcome write_image(Output& out, std::span<const binlog::Cell> image, std::span<const binlog::Cell> key_fallback,
                      const Change& change);
  /// The object of the key's columns, each from `image`, else from `fallback`; null where the table has no key.
  Outcome write_key(Output& out, std::span<const binlog::Cell> image, std::span<const binlog::Cell> fallback);
  /// `,"partial":{"doc":[…]}`: the JSON columns of which the image holds differences alone; nothing where there is
  /// none.
  Outcome write_partial(Output& out, std::span<const binlog::Cell> image);
  /// `prefix` and `["doc"]`: the JSON columns of this image that hold JSON's null; nothing and false when there is
  /// none.
  bool write_json_nulls(Output& out, std::string_view prefix, std::span<const binlog::Cell> image);
  /// False: no column is JSON, so that neither of the two before writes anything.
  [[nodiscard]] bool has_json() const noexcept { return !json_columns_.empty(); }

 private:
  struct Plan {
    const char* fragment = nullptr; ///< `,"name":` in fragments_
    std::uint32_t fragment_size = 0;
    std::uint32_t width = 0; ///< and meta: of the column's layout
    std::uint32_t meta = 0;
    ColumnWriter writer = ColumnWriter::other;
    ValueKind kind = ValueKind::unknown;
    bool is_key = false;
    bool hidden = false; ///< never sent
    bool warned = false;
    const Column* column = nullptr;
    std::vector<std::string> labels; ///< as JSON strings without their quotes
    bool labels_are_text = true;     ///< false: one of them is no UTF-8
  };

  static void close_object(Output& out, char* p, std::size_t start);
  char* write_member(Output& out, char* p, Plan& plan, const binlog::Cell& cell, const Change* change);
  bool write_value(Output& out, Plan& plan, const binlog::Cell& cell, const Change* change);
  bool write_label(Output& out, const Plan& plan, const binlog::Cell& cell);
  bool write_members(Output& out, const Plan& plan, const binlog::Cell& cell);
  bool write_text(Output& out, Plan& plan, Bytes bytes, const Change* change);
  bool write_compressed(Output& out, Plan& plan, const binlog::Cell& cell, const Change* change);
  bool write_odd_labels(Output& out, Plan& plan, const binlog::Cell& cell, const Change* change);
  void write_vector(Output& out, Plan& plan, const binlog::Cell& cell, const Change* change);
  bool write_invalid(Output& out, Plan& plan, Bytes bytes, const Change* change);
  void write_as_base64(Output& out, Plan& plan, Bytes bytes, const Change* change);
  void warn(Plan& plan, const Change* change, std::string_view outcome);
  [[nodiscard]] std::uint32_t index_of(const Plan& plan) const noexcept {
    return static_cast<std::uint32_t>(&plan - plans_.data());
  }
  [[nodiscard]] Outcome refused(std::uint32_t column) const noexcept { return {refusal_, column}; }

  const TableSchema& table_;
  EncodeWarnings& warnings_;
  InvalidText invalid_text_;
  Problem refusal_ = Problem::corrupt; ///< why a value was not written
  std::string fragments_;
  std::vector<Plan> plans_;
  std::vector<std::uint32_t> json_columns_;
};

} // namespace rowferry
