// What is known of a table: physical layout from the event, names, signs, character sets and keys from its metadata.
#pragma once

#include <cstdint>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/table_map.hpp>
#include <rowferry/schema/charset.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// What the server's own schema says of a column and no event does: MariaDB's types that are stored as another type.
enum class ColumnMeaning : std::uint8_t {
  as_stored,
  inet4,  ///< in BINARY(4)
  inet6,  ///< in BINARY(16)
  uuid,   ///< in BINARY(16)
  vector, ///< in VARBINARY(4n)
};

struct Column {
  std::string name; ///< UTF-8
  binlog::ColumnLayout layout;
  bool is_unsigned = false; ///< numeric types; false where the event does not say
  bool visible = true;
  ColumnMeaning meaning = ColumnMeaning::as_stored;
  /// Character types, `binary` for BINARY, VARBINARY and BLOB; also ENUM and SET where the event says. Null elsewhere.
  const Charset* charset = nullptr;
  /// ENUM, SET: index 0 is the first label (stored as 1, as bit 0); empty where the event does not say. UTF-8, except
  /// that a label that its own character set cannot read keeps its bytes.
  std::vector<std::string> labels;

  /// Of NEWDECIMAL.
  [[nodiscard]] unsigned precision() const noexcept { return layout.meta >> 8; }
  [[nodiscard]] unsigned scale() const noexcept { return layout.meta & 0xff; }
  /// Digits of the fraction: of TIME2, DATETIME2, TIMESTAMP2.
  [[nodiscard]] unsigned fsp() const noexcept { return layout.meta; }
  /// Octets that a BINARY value is padded to with zeros: the server strips them from STRING columns of charset
  /// `binary`.
  [[nodiscard]] std::uint32_t padded_size() const noexcept { return layout.meta; }
};

/// Immutable once built; shared by all events of the same shape.
struct TableSchema {
  std::string database;
  std::string table;
  std::vector<Column> columns;
  std::vector<binlog::ColumnLayout> layout; ///< the columns' layouts in one array, for RowReader
  /// Column indexes in key order: of the primary key, else of the first unique key over NOT NULL columns (the server
  /// names it itself); empty where there is neither.
  std::vector<std::uint32_t> key;
  /// Column indexes of what the server keeps for itself (functional indexes, hashes of long unique keys): never sent.
  std::vector<std::uint32_t> hidden;
  bool named = false; ///< false: the event carried no names; columns are @1, @2, …

  /// Index of a column by its exact name, or -1.
  [[nodiscard]] int find(std::string_view column) const noexcept;
  /// "`shop`.`outbox`", backquotes doubled.
  [[nodiscard]] std::string quoted() const;
};

/// "`shop`.`outbox`", backquotes doubled.
std::string quote_table(std::string_view database, std::string_view table);

/// Builds the schema from a TABLE_MAP and its own metadata alone. Fails, naming the table, for a column type or a
/// collation that we do not know, and for metadata that does not fit the columns. Without names in the event the result
/// has named == false, and then character columns whose character set the event does not say are taken for utf8mb4.
Result<TableSchema> make_table_schema(const binlog::TableMap& map, ServerFlavor flavor = ServerFlavor::mysql);

/// True when the definition of this table tells what no event does, though they carry names: MariaDB's addresses and
/// vectors look like BINARY and VARBINARY, and old temporals have a length that only the declaration tells.
[[nodiscard]] bool needs_definition(const TableSchema& schema, ServerFlavor flavor) noexcept;

/// Fails for a table of MariaDB with TIME, DATETIME or TIMESTAMP in the format of before 10.1: how long their values
/// are depends on the digits of their fraction, which no event tells (binlog::hires_size).
Result<void> require_known_lengths(const TableSchema& schema, ServerFlavor flavor);

} // namespace rowferry
