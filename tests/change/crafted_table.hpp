// Tables and rows made by hand: columns with their physical layout, cells over exact-size heap buffers.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <rowferry/binlog/values.hpp>
#include <rowferry/change/change.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowferry::crafted {

using binlog::Cell;
using binlog::CellState;
using binlog::ColumnEncoding;
using binlog::ColumnType;

using ByteString = std::vector<std::uint8_t>;

/// Little-endian integer of so many bytes.
inline ByteString le(std::uint64_t value, std::size_t size) {
  ByteString bytes(size);
  std::memcpy(bytes.data(), &value, size);
  return bytes;
}
inline ByteString text(std::string_view value) { return {value.begin(), value.end()}; }
template <class T>
ByteString raw(T value) {
  ByteString bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

inline Column fixed(std::string name, ColumnType type, std::uint32_t width, std::uint32_t meta = 0) {
  Column column;
  column.name = std::move(name);
  column.layout = {.type = type, .encoding = ColumnEncoding::fixed, .nullable = true, .width = width, .meta = meta};
  return column;
}
inline Column unsigned_(Column column) {
  column.is_unsigned = true;
  return column;
}
inline Column int_(std::string name) { return fixed(std::move(name), ColumnType::long_, 4); }
inline Column bigint(std::string name) { return fixed(std::move(name), ColumnType::longlong, 8); }
inline Column decimal(std::string name, unsigned precision, unsigned scale) {
  return fixed(std::move(name), ColumnType::newdecimal, binlog::decimal_size(precision, scale), precision << 8 | scale);
}
inline Column sized(std::string name, ColumnType type, std::uint32_t length_bytes, std::uint32_t meta,
                    std::string_view charset) {
  Column column = fixed(std::move(name), type, 0, meta);
  column.layout.encoding = static_cast<ColumnEncoding>(length_bytes);
  if (!charset.empty()) column.charset = find_charset(charset);
  return column;
}
inline Column varchar(std::string name, std::string_view charset = "utf8mb4") {
  return sized(std::move(name), ColumnType::varchar, 2, 1020, charset);
}
inline Column binary(std::string name, std::uint32_t size) {
  return sized(std::move(name), ColumnType::string, 1, size, "binary");
}
inline Column varbinary(std::string name, std::uint32_t size) {
  return sized(std::move(name), ColumnType::varchar, size > 255 ? 2 : 1, size, "binary");
}
inline Column blob(std::string name, std::string_view charset = "binary") {
  return sized(std::move(name), ColumnType::blob, 2, 2, charset);
}
inline Column json(std::string name) { return sized(std::move(name), ColumnType::json, 4, 4, ""); }
/// A column that MariaDB stores as bytes and means otherwise.
inline Column meant(Column column, ColumnMeaning meaning) {
  column.meaning = meaning;
  return column;
}
inline Column labelled(std::string name, ColumnType type, std::uint32_t width, std::vector<std::string> labels) {
  Column column = fixed(std::move(name), type, width, width);
  column.labels = std::move(labels);
  return column;
}

inline std::shared_ptr<const TableSchema> table(std::string database, std::string name, std::vector<Column> columns,
                                                std::vector<std::uint32_t> key = {}) {
  auto schema = std::make_shared<TableSchema>();
  schema->database = std::move(database);
  schema->table = std::move(name);
  schema->columns = std::move(columns);
  for (const Column& column : schema->columns) schema->layout.push_back(column.layout);
  schema->key = std::move(key);
  schema->named = true;
  return schema;
}

/// One row image; owns its bytes.
class Row {
 public:
  Row& value(const ByteString& bytes) {
    auto& copy = bytes_.emplace_back(std::make_unique<std::uint8_t[]>(bytes.size()));
    if (!bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
    cells_.push_back({copy.get(), static_cast<std::uint32_t>(bytes.size()), CellState::value});
    return *this;
  }
  Row& value(std::string_view bytes) { return value(text(bytes)); }
  Row& null() {
    cells_.push_back({nullptr, 0, CellState::null});
    return *this;
  }
  Row& absent() {
    cells_.emplace_back();
    return *this;
  }
  Row& diffs(const ByteString& bytes) {
    value(bytes);
    cells_.back().state = CellState::diffs;
    return *this;
  }
  [[nodiscard]] std::span<const Cell> cells() const noexcept { return cells_; }

 private:
  std::vector<std::unique_ptr<std::uint8_t[]>> bytes_;
  std::vector<Cell> cells_;
};

/// binlog.000003:1234 of the transaction 3e11fa47-71ca-11e1-9e33-c80aa9429562:23, committed at 1,700,000,000.123456 s.
inline Origin origin() {
  Origin made;
  made.gtid_text = "3e11fa47-71ca-11e1-9e33-c80aa9429562:23";
  made.gtid = Gtid{};
  made.file = "binlog.000003";
  made.offset = 1234;
  made.commit_us = 1700000000123456;
  made.transaction_file = "binlog.000003";
  made.transaction_offset = 1100;
  return made;
}

inline Change make_change(Operation operation, const TableSchema& table, std::span<const Cell> before,
                          std::span<const Cell> after, const Origin& from, std::uint64_t row) {
  Change change;
  change.operation = operation;
  change.table = &table;
  change.before = before;
  change.after = after;
  change.row = row;
  change.origin = &from;
  return change;
}
inline Change insert(const TableSchema& table, const Row& after, const Origin& from, std::uint64_t row = 0) {
  return make_change(Operation::insert, table, {}, after.cells(), from, row);
}
inline Change update(const TableSchema& table, const Row& before, const Row& after, const Origin& from,
                     std::uint64_t row = 0) {
  return make_change(Operation::update, table, before.cells(), after.cells(), from, row);
}
inline Change remove(const TableSchema& table, const Row& before, const Origin& from, std::uint64_t row = 0) {
  return make_change(Operation::remove, table, before.cells(), {}, from, row);
}
inline Change truncate(const TableSchema& table, const Origin& from) {
  return make_change(Operation::truncate, table, {}, {}, from, 0);
}

} // namespace rowferry::crafted
