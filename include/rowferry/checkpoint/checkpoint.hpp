// A position made durable, and its text form.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/gtid/position.hpp>
#include <rowferry/gtid/prepared_xa.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// How many changes of one table were delivered of the transaction under way. Counted as CONTRACT section 4 counts
/// `row`, so that it means the same after a change of configuration and on another server.
struct DeliveredRows {
  std::string database;
  std::string table;
  std::uint64_t rows = 0;
  bool operator==(const DeliveredRows&) const = default;
};

/// The definition of a table whose events carry no names, as it is at the position. The checkpoint only keeps it.
struct KnownShape {
  std::string database;
  std::string table;
  std::string definition; ///< one line of text, never empty
  bool operator==(const KnownShape&) const = default;
};

/// Everything before `position` is delivered, and of the transaction that follows it the `delivered` rows.
struct Checkpoint {
  std::string name;        ///< the connector's name; another connector's file is refused
  std::string server_uuid; ///< of the server that file and offset belong to
  Position position;
  Fingerprint fingerprint; ///< of the event that ends at position.at
  std::vector<DeliveredRows> delivered;
  std::optional<Gtid> delivered_of; ///< GTID of the transaction that `delivered` counts in; empty without GTIDs
  /// When that transaction committed at its origin, µs since the epoch; 0: unknown. A server that lost the end of its
  /// log gives the same number to another one.
  std::uint64_t delivered_commit_us = 0;
  std::vector<KnownShape> shapes; ///< ordered by database and table, each table once
  /// Oldest first: their rows are not delivered, so that reading begins at the oldest. Each XID once.
  std::vector<PreparedXa> undecided;
  std::int64_t saved_at_us = 0; ///< µs since the epoch, UTC
  bool operator==(const Checkpoint&) const = default;
};

/// Human-readable lines: a version first, a CRC32 last. Names are JSON strings, so that any name is one line.
std::string format_checkpoint(const Checkpoint& checkpoint);
/// Refuses what is cut short, damaged, not a checkpoint, or written by a newer version, each with its own message.
Result<Checkpoint> parse_checkpoint(std::string_view text);

} // namespace rowferry
