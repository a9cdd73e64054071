// An XA transaction that was prepared, and neither committed nor rolled back up to some position.
#pragma once

#include <cstdint>
#include <optional>
#include <rowferry/gtid/position.hpp>
#include <rowferry/gtid/xid.hpp>
#include <string>

namespace rowferry {

struct PreparedXa {
  Xid xid;
  std::optional<Gtid> gtid;     ///< of the group that prepared it; empty: anonymous
  std::string server_uuid;      ///< of the server that `begin` belongs to
  FileOffset begin;             ///< of that group
  std::int64_t prepared_us = 0; ///< when it was prepared where it was first executed, µs since the epoch, UTC
  GtidSet before;               ///< MariaDB: what was executed before that group; a set of MySQL can do without
  bool operator==(const PreparedXa&) const = default;

  /// Whether the group with this GTID, or without one that begins here, is the one that prepared it.
  [[nodiscard]] bool is(const std::optional<Gtid>& group, std::string_view file, std::uint64_t offset) const noexcept {
    if (gtid || group) return gtid == group;
    return begin.offset == offset && begin.file == file;
  }
  /// "XA transaction X'6f6e65',X'',1, prepared as 3e11…:7": for messages.
  [[nodiscard]] std::string described() const {
    return "XA transaction " + xid.text() + ", prepared " + (gtid ? "as " + gtid->text() : "at " + begin.text());
  }
};

} // namespace rowferry
