// How the plain format writes the columns of one table: worked out once, used for every row.
#pragma once

#include <array>
#include <cstdint>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/change/value_text.hpp>
#include <rowferry/route/rules.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "encode/column_writer.hpp"

namespace rowferry {

struct EncodeWarnings;

/// One thread. `table` and `warnings` outlive it.
class ColumnPlans {
 public:
  ColumnPlans(const TableSchema& table, EncodeWarnings& warnings, InvalidText invalid_text);

  /// What stopped a row from being written; `column` says where.
  enum class Problem : std::uint8_t { corrupt, not_text, key_missing };
  struct Outcome {
    Problem problem;
    std::uint32_t column;
  };
  /// What write_image() and write_key() leave room for.
  static constexpr std::size_t kRoomBehind = 32;

  // Both write behind p, the end of the record, whatever room there is. They return the new end with room for
  // kRoomBehind more; null: take_refusal() says why.

  /// `{"id":1,…}` of the columns that the image holds; a key column that it lacks is taken from `key_fallback` (which
  /// may be empty). `change` is named in warnings only.
  char* write_image(Output& out, char* p, std::span<const binlog::Cell> image,
                    std::span<const binlog::Cell> key_fallback, const Change& change);
  /// The object of the key's columns, each from `image`, else from `fallback`; null where the table has no key.
  char* write_key(Output& out, char* p, std::span<const binlog::Cell> image, std::span<const binlog::Cell> fallback);
  [[nodiscard]] Outcome take_refusal() noexcept { return std::exchange(refusal_, kCorrupt); }

  /// `,"partial":{"doc":[…]}`: the JSON columns of which the image holds differences alone; nothing where there is
  /// none. False: take_refusal() says why.
  bool write_partial(Output& out, std::span<const binlog::Cell> image);
  /// `prefix` and `["doc"]`: the JSON columns of this image that hold JSON's null; nothing and false when there is
  /// none.
  bool write_json_nulls(Output& out, std::string_view prefix, std::span<const binlog::Cell> image);
  /// False: no column is JSON, so that neither of the two before writes anything.
  [[nodiscard]] bool has_json() const noexcept { return !json_columns_.empty(); }

 private:
  static constexpr std::size_t kFragmentBlock = 32;
  /// For a fragment of that size, any value but a text, and kRoomBehind.
  static constexpr std::size_t room_of(std::size_t fragment_size) noexcept {
    constexpr std::size_t kQuotesAndEnd = 3;
    return fragment_size + kFragmentBlock + kMaxScalarChars + kQuotesAndEnd + kRoomBehind;
  }

  struct Plan {
    /// `,"name":`, of which nearly every one fits here and is copied as one block.
    std::array<char, kFragmentBlock> fragment;
    std::size_t room = 0; ///< room_of(); more than there ever is where the fragment is longer
    std::uint32_t fragment_size = 0;
    std::uint32_t width = 0; ///< and meta: of the column's layout
    std::uint32_t meta = 0;
    ColumnWriter writer = ColumnWriter::other;
    ColumnWriter image_writer = ColumnWriter::other; ///< hidden, or the same
    ValueKind kind = ValueKind::unknown;
    bool is_key = false;
    bool warned = false;
    bool labels_are_text = true; ///< false: one of them is no UTF-8
    const Column* column = nullptr;
    std::string long_fragment;
    std::vector<std::string> labels; ///< as JSON strings without their quotes
  };

  static char* begin_member(Output& out, char* p, const Plan& plan);
  static char* begin_long_member(Output& out, char* p, const Plan& plan);
  char* write_member(Output& out, char* p, Plan& plan, ColumnWriter writer, const binlog::Cell& cell,
                     std::span<const binlog::Cell> fallback, const Change* change);
  char* write_absent(Output& out, char* p, Plan& plan, std::span<const binlog::Cell> fallback, const Change* change);
  static char* close_object(Output& out, char* p, std::size_t start);
  char* refuse(std::uint32_t column) noexcept {
    refusal_.column = column;
    return nullptr;
  }
  char* write_any_text(Output& out, char* p, Plan& plan, const binlog::Cell& cell, const Change* change);
  char* write_any_value(Output& out, char* p, Plan& plan, ColumnWriter writer, const binlog::Cell& cell,
                        std::span<const binlog::Cell> fallback, const Change* change);
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

  const TableSchema& table_;
  EncodeWarnings& warnings_;
  InvalidText invalid_text_;
  static constexpr Outcome kCorrupt{Problem::corrupt, 0};
  Outcome refusal_ = kCorrupt;
  std::vector<Plan> plans_;
  std::vector<std::uint32_t> json_columns_;
};

} // namespace rowferry
