// Which column of an outbox table is what.
#pragma once

#include <rowferry/base/error.hpp>
#include <rowferry/route/rules.hpp>
#include <rowferry/schema/table_schema.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// Column indexes of an outbox table. Understood by themselves, in snake_case or camelCase (CONTRACT section 5):
///   textbook   message_id (or id), message_type, payload; aggregate_id, aggregate_type where they are
///   Debezium   id, aggregatetype, aggregateid, type, payload
struct OutboxLayout {
  enum class Kind : std::uint8_t { textbook, debezium };
  Kind kind = Kind::textbook;
  std::uint32_t id = 0;
  std::uint32_t payload = 0;
  int type = -1; ///< -1: there is none, which only a column map may leave out
  int aggregate_id = -1;
  int aggregate_type = -1;

  /// A column map's names come first. Fails (status 2) when a name of the map is no column, when no layout or more than
  /// one fits, or when two columns fit one part; the message names what was looked for and the columns there are.
  /// `type_needed`: false when the topic does not come from the message type.
  static Result<OutboxLayout> recognise(const TableSchema& table, const OutboxColumns& map, bool type_needed,
                                        std::string_view option);
  /// `outbox.${message_type}`, `outbox.event.${aggregatetype}`: the prefix and the column.
  [[nodiscard]] std::string_view default_topic_prefix() const noexcept;
  [[nodiscard]] std::uint32_t default_topic_column() const noexcept;
};

} // namespace rowferry
