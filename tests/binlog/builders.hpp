// Binlog bytes made by hand: bodies of events, whole events with header and checksum, and whole logs with right
// positions. For the tests of every module that reads events.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <initializer_list>
#include <rowferry/binlog/control_events.hpp>
#include <rowferry/binlog/event.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry::test {

using binlog::Checksum;
using binlog::EventType;

/// Little-endian bytes, appended one field after the other.
class ByteWriter {
 public:
  ByteWriter() = default;
  ByteWriter(std::initializer_list<int> bytes) {
    for (const int byte : bytes) u8(static_cast<std::uint64_t>(byte));
  }
  ByteWriter& le(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  ByteWriter& u8(std::uint64_t value) { return le(value, 1); }
  ByteWriter& u16(std::uint64_t value) { return le(value, 2); }
  ByteWriter& u32(std::uint64_t value) { return le(value, 4); }
  ByteWriter& u48(std::uint64_t value) { return le(value, 6); }
  ByteWriter& u64(std::uint64_t value) { return le(value, 8); }
  ByteWriter& lenenc(std::uint64_t value) {
    if (value < 251) return u8(value);
    if (value <= 0xffff) return u8(0xfc).u16(value);
    if (value <= 0xffffff) return u8(0xfd).le(value, 3);
    return u8(0xfe).u64(value);
  }
  ByteWriter& text(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  ByteWriter& bytes(Bytes bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  ByteWriter& fill(std::size_t n, int byte = 0) {
    bytes_.insert(bytes_.end(), n, static_cast<std::uint8_t>(byte));
    return *this;
  }
  ByteWriter& lenenc_text(std::string_view value) { return lenenc(value.size()).text(value); }
  [[nodiscard]] const std::vector<std::uint8_t>& get() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  operator std::vector<std::uint8_t>() const { return {bytes_.begin(), bytes_.end()}; }
  operator Bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// The first n bytes in a heap block of exactly n bytes, so that ASan sees a read of one byte more.
inline std::vector<std::uint8_t> exact_prefix(Bytes bytes, std::size_t n) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)};
}

/// Calls `check` with every prefix that is shorter than the whole.
template <class Check>
void for_each_shorter_prefix(Bytes bytes, Check check) {
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const std::vector<std::uint8_t> prefix = exact_prefix(bytes, n);
    check(Bytes(prefix));
  }
}

// --- whole events
// -----------------------------------------------------------------------------------------------------

struct EventOptions {
  std::uint32_t timestamp = 1700000000;
  std::uint32_t server_id = 1;
  std::uint32_t log_pos = 0;
  std::uint16_t flags = 0;
};

inline void append_crc32(std::vector<std::uint8_t>& event) {
  const auto crc = static_cast<std::uint32_t>(::crc32(0, event.data(), static_cast<uInt>(event.size())));
  for (unsigned i = 0; i < 4; ++i) event.push_back(static_cast<std::uint8_t>(crc >> (8 * i)));
}

/// Header, body and, for Checksum::crc32, the checksum.
inline std::vector<std::uint8_t> make_event(EventType type, Bytes body, Checksum checksum, EventOptions options = {}) {
  const std::size_t size = binlog::kEventHeaderSize + body.size() + (checksum == Checksum::crc32 ? 4 : 0);
  ByteWriter out;
  out.u32(options.timestamp).u8(static_cast<std::uint8_t>(type)).u32(options.server_id);
  out.u32(size).u32(options.log_pos).u16(options.flags).bytes(body);
  std::vector<std::uint8_t> event = out;
  if (checksum == Checksum::crc32) append_crc32(event);
  return event;
}

/// FORMAT_DESCRIPTION body with the algorithm and without the checksum behind it.
inline ByteWriter format_description_body(Checksum checksum = Checksum::crc32, std::string version = "9.7.0",
                                          std::uint32_t created = 0) {
  static constexpr std::uint8_t kLengths[] = {0, 13, 0, 8, 0, 0, 0, 0, 4,  0,  4,  0,  0,  0, 98, 0,  4, 26, 8,  0, 0,
                                              0, 8,  8, 8, 2, 0, 0, 0, 10, 10, 10, 42, 42, 0, 18, 52, 0, 10, 40, 0, 0};
  version.resize(50);
  return ByteWriter().u16(4).text(version).u32(created).u8(19).bytes(kLengths).u8(static_cast<std::uint8_t>(checksum));
}

/// A FORMAT_DESCRIPTION always ends with a checksum.
inline std::vector<std::uint8_t> format_description_event(Checksum checksum, EventOptions options = {}) {
  return make_event(EventType::format_description, format_description_body(checksum), Checksum::crc32, options);
}

inline ByteWriter rotate_body(std::uint64_t offset, std::string_view file) {
  return ByteWriter().u64(offset).text(file);
}

/// As the server makes one up at the beginning of a dump.
inline std::vector<std::uint8_t> artificial_rotate(std::uint64_t offset, std::string_view file, Checksum checksum) {
  return make_event(EventType::rotate, rotate_body(offset, file), checksum,
                    {.timestamp = 0, .flags = binlog::event_flag::artificial});
}

inline ByteWriter query_body(std::string_view text, std::string_view database = "shop", const ByteWriter& status = {}) {
  return ByteWriter()
      .u32(7)
      .u32(0)
      .u8(database.size())
      .u16(0)
      .u16(status.size())
      .bytes(status)
      .text(database)
      .u8(0)
      .text(text);
}

inline ByteWriter gtid_body(std::uint64_t gno, int uuid_byte = 0x11) {
  ByteWriter out;
  out.u8(0).fill(16, uuid_byte).u64(gno).u8(2).u64(gno - 1).u64(gno);
  return out.le(1'700'000'000'000'000, 7).lenenc(500).u32(90700);
}

inline ByteWriter xid_body(std::uint64_t xid = 1) { return ByteWriter().u64(xid); }

struct TableMapSpec {
  std::uint64_t table_id = 100;
  std::string_view database = "shop";
  std::string_view table = "orders";
  ByteWriter types{};
  ByteWriter metadata{};
  ByteWriter nullable{}; ///< empty: no column is
  ByteWriter optional{};
};
inline ByteWriter table_map_body(const TableMapSpec& spec) {
  ByteWriter out;
  out.u48(spec.table_id).u16(1).lenenc_text(spec.database).u8(0).lenenc_text(spec.table).u8(0);
  out.lenenc(spec.types.size()).bytes(spec.types).lenenc(spec.metadata.size()).bytes(spec.metadata);
  if (spec.nullable.size() > 0) {
    out.bytes(spec.nullable);
  } else {
    out.fill((spec.types.size() + 7) / 8);
  }
  return out.bytes(spec.optional);
}

/// One TLV of a TABLE_MAP's optional metadata.
inline ByteWriter tlv(int field, const ByteWriter& value) {
  return ByteWriter().u8(static_cast<std::uint64_t>(field)).lenenc(value.size()).bytes(value);
}

struct RowsSpec {
  std::uint64_t table_id = 100;
  std::uint16_t flags = 1;
  std::uint64_t columns = 0;
  ByteWriter present{};       ///< empty: all, padding bits included
  ByteWriter present_after{}; ///< UPDATE only; as above
  bool update = false;        ///< has a bitmap of its own for the after image
  ByteWriter extra{};
  ByteWriter rows{};
  bool v1 = false; ///< no extra data, not even its length
  unsigned table_id_bytes = 6;
};
inline ByteWriter rows_body(const RowsSpec& spec) {
  const std::size_t bitmap = (spec.columns + 7) / 8;
  ByteWriter out;
  out.le(spec.table_id, spec.table_id_bytes).u16(spec.flags);
  if (!spec.v1) out.u16(2 + spec.extra.size()).bytes(spec.extra);
  out.lenenc(spec.columns);
  out.bytes(spec.present.size() > 0 ? spec.present : ByteWriter().fill(bitmap, 0xff));
  if (spec.update) out.bytes(spec.present_after.size() > 0 ? spec.present_after : ByteWriter().fill(bitmap, 0xff));
  return out.bytes(spec.rows);
}

/// A table of one INT column `id`, its primary key, with names.
inline TableMapSpec ids_table(std::uint64_t table_id, std::string_view name) {
  return {.table_id = table_id,
          .table = name,
          .types = ByteWriter{3},
          .optional = ByteWriter()
                          .bytes(tlv(1, ByteWriter{0}))
                          .bytes(tlv(4, ByteWriter().lenenc_text("id")))
                          .bytes(tlv(8, ByteWriter{0}))};
}

/// Its rows; of an update, before and after in turn.
inline RowsSpec ids(std::uint64_t table_id, std::initializer_list<int> values, bool update = false) {
  RowsSpec spec{.table_id = table_id, .columns = 1, .update = update};
  for (const int value : values) spec.rows.u8(0).u32(static_cast<std::uint64_t>(value));
  return spec;
}

// --- whole logs
// -------------------------------------------------------------------------------------------------------

/// The events of one binlog file in order, with the positions and checksums that a server gives them.
class LogBuilder {
 public:
  explicit LogBuilder(Checksum checksum = Checksum::crc32) : checksum_(checksum) {
    add_raw(format_description_event(
        checksum, {.log_pos = static_cast<std::uint32_t>(4 + format_description_event(checksum).size())}));
  }
  /// Returns where the event begins.
  std::uint64_t add(EventType type, Bytes body, std::uint16_t flags = 0) {
    const std::size_t size = make_event(type, body, checksum_).size();
    const auto log_pos = static_cast<std::uint32_t>(end_ + size);
    return add_raw(make_event(type, body, checksum_, {.log_pos = log_pos, .flags = flags}));
  }
  std::uint64_t add_raw(std::vector<std::uint8_t> event) {
    const std::uint64_t begin = end_;
    end_ += event.size();
    events_.push_back(std::move(event));
    return begin;
  }
  [[nodiscard]] const std::vector<std::vector<std::uint8_t>>& events() const { return events_; }
  [[nodiscard]] std::uint64_t end() const { return end_; }

 private:
  Checksum checksum_;
  std::uint64_t end_ = 4;
  std::vector<std::vector<std::uint8_t>> events_;
};

} // namespace rowferry::test
