// Inputs of the targets that read rows (one byte that says which operation, two of the length of a TABLE_MAP body, that
// body, and the body of a rows event), and their mutation column by column, so that the two bodies keep fitting.
#pragma once

#include <iterator>
#include <rowferry/base/bytes.hpp>
#include <rowferry/binlog/event.hpp>

#include "mutate.hpp"

namespace rowferry::fuzz {

/// Of the odd ones rows come in pairs; from 4 on (v1) there is no extra data.
inline constexpr unsigned kOperations = 8;

struct RowsInput {
  binlog::EventType type;
  Bytes map_body;
  Bytes rows_body;
  bool whole;
};

inline RowsInput read_rows_input(Bytes input) {
  using binlog::EventType;
  constexpr EventType kTypes[kOperations] = {
      EventType::write_rows,    EventType::update_rows,    EventType::delete_rows,    EventType::partial_update_rows,
      EventType::write_rows_v1, EventType::update_rows_v1, EventType::delete_rows_v1, EventType::update_rows_v1};
  ByteReader in(input);
  const EventType type = kTypes[in.u8() % kOperations];
  const Bytes map_body = in.bytes(in.u16());
  return {type, map_body, in.rest(), in.ok()};
}

class RowsMutator {
 public:
  RowsMutator(Bytes input, std::uint64_t seed) : random_(seed) { whole_ = read(input); }

  /// False: the input has no structure to keep.
  [[nodiscard]] bool whole() const { return whole_; }

  Buffer mutated() {
    change();
    Buffer map = map_head_;
    put_lenenc(map, types_.size());
    put_bytes(map, types_);
    Buffer all_meta;
    for (const Buffer& one : meta_) put_bytes(all_meta, one);
    put_lenenc(map, all_meta.size());
    put_bytes(map, all_meta);
    put_bytes(map, nullable_);
    put_bytes(map, optional_);

    Buffer out{operation_};
    put_le(out, std::min<std::size_t>(map.size(), 0xffff), 2);
    put_bytes(out, map);
    put_bytes(out, rows_head_);
    put_lenenc(out, types_.size());
    put_bytes(out, present_);
    if (is_update()) put_bytes(out, present_after_);
    put_bytes(out, rows_);
    return out;
  }

 private:
  static constexpr std::uint8_t kTypes[] = {0,   1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  11,
                                            12,  13,  14,  15,  16,  17,  18,  19,  20,  140, 141, 242,
                                            245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255};

  static std::size_t meta_size(std::uint8_t type) {
    switch (type) {
      case 15:  // VARCHAR
      case 16:  // BIT
      case 141: // VARCHAR COMPRESSED
      case 246: // NEWDECIMAL
      case 247:
      case 248:
      case 253:
      case 254: // STRING, ENUM, SET
        return 2;
      case 4:
      case 5:
      case 17:
      case 18:
      case 19:
      case 140:
      case 242:
      case 245:
      case 249:
      case 250:
      case 251:
      case 252:
      case 255:
        return 1;
      default:
        return 0;
    }
  }

  static constexpr std::size_t kIdAndFlags = 8;

  [[nodiscard]] bool is_update() const { return operation_ % 2 == 1; }
  [[nodiscard]] bool is_v1() const { return operation_ % kOperations >= 4; }
  static Buffer copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

  bool read(Bytes input) {
    ByteReader in(input);
    operation_ = in.u8();
    ByteReader map(in.bytes(in.u16()));
    const Bytes whole_map = map.rest();
    map.skip(8);
    map.skip(map.u8());
    map.skip(1);
    map.skip(map.u8());
    map.skip(1);
    const std::size_t head = map.offset();
    const std::uint64_t count = map.lenenc();
    if (!map.ok() || count == 0 || count > map.remaining()) return false;
    map_head_ = copy(whole_map.first(head));
    types_ = copy(map.bytes(count));
    ByteReader meta(map.bytes(map.lenenc()));
    for (const std::uint8_t type : types_) meta_.push_back(copy(meta.bytes(meta_size(type))));
    nullable_ = copy(map.bytes((count + 7) / 8));
    optional_ = copy(map.rest());
    if (!map.ok() || !meta.ok()) return false;

    const Bytes body = in.rest();
    in.skip(kIdAndFlags);
    const std::uint64_t extra = is_v1() ? 0 : std::max<std::uint64_t>(in.u16(), 2);
    in.skip(extra < 2 ? 0 : extra - 2);
    rows_head_ = copy(body.first(std::min<std::size_t>(body.size(), kIdAndFlags + extra)));
    in.lenenc();
    present_ = copy(in.bytes((count + 7) / 8));
    present_after_ = is_update() ? copy(in.bytes((count + 7) / 8)) : present_;
    rows_ = copy(in.rest());
    return in.ok();
  }

  void change() {
    const std::size_t column = random_.below(types_.size());
    switch (random_.below(10)) {
      case 0:
        set_type(column, kTypes[random_.below(std::size(kTypes))]);
        return;
      case 1:
        for (std::uint8_t& byte : meta_[column]) byte = random_.below(4) == 0 ? random_.byte() : byte;
        return;
      case 2:
        insert_column(column);
        return;
      case 3:
        if (types_.size() > 1) erase_column(column);
        return;
      case 4:
        mutate_tail(optional_, 0);
        return;
      case 5:
        present_[random_.below(present_.size())] ^= static_cast<std::uint8_t>(1u << random_.below(8));
        return;
      case 6:
        operation_ = static_cast<std::uint8_t>(random_.below(kOperations));
        rows_head_.resize(kIdAndFlags);
        if (!is_v1()) put_le(rows_head_, 2, 2);
        present_after_.resize(present_.size(), 0xff);
        return;
      case 7:
        nullable_[random_.below(nullable_.size())] ^= static_cast<std::uint8_t>(1u << random_.below(8));
        return;
      default:
        mutate_tail(rows_, 0);
    }
  }

  void set_type(std::size_t column, std::uint8_t type) {
    types_[column] = type;
    meta_[column].resize(meta_size(type));
    for (std::uint8_t& byte : meta_[column])
      byte = random_.below(2) == 0 ? static_cast<std::uint8_t>(random_.below(7)) : random_.byte();
  }

  void insert_column(std::size_t column) {
    types_.insert(types_.begin() + static_cast<std::ptrdiff_t>(column), 0);
    meta_.insert(meta_.begin() + static_cast<std::ptrdiff_t>(column), Buffer());
    set_type(column, kTypes[random_.below(std::size(kTypes))]);
    fit_bitmaps();
  }

  void erase_column(std::size_t column) {
    types_.erase(types_.begin() + static_cast<std::ptrdiff_t>(column));
    meta_.erase(meta_.begin() + static_cast<std::ptrdiff_t>(column));
    fit_bitmaps();
  }

  void fit_bitmaps() {
    for (Buffer* bitmap : {&nullable_, &present_, &present_after_}) bitmap->resize((types_.size() + 7) / 8, 0xff);
  }

  Random random_;
  bool whole_ = false;
  std::uint8_t operation_ = 0;
  Buffer map_head_; ///< up to the column count
  Buffer types_;
  std::vector<Buffer> meta_; ///< one a column
  Buffer nullable_;
  Buffer optional_;
  Buffer rows_head_; ///< up to the column count
  Buffer present_;
  Buffer present_after_;
  Buffer rows_;
};

/// For LLVMFuzzerCustomMutator.
inline std::size_t mutate_rows(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  RowsMutator mutator({data, size}, seed);
  if (seed % 8 == 0 || !mutator.whole()) return LLVMFuzzerMutate(data, size, max_size);
  return store(mutator.mutated(), data, max_size);
}

} // namespace rowferry::fuzz
