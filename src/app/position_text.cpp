#include "app/position_text.hpp"

#include <fmt/format.h>

#include <rowferry/base/text.hpp>

#include "app/utc_text.hpp"

namespace rowferry {
namespace {

std::string place_text(const Position& position) {
  std::string text = position.at.file.empty() ? "" : position.at.text();
  if (!position.executed.empty()) text += fmt::format("{}GTIDs {}", text.empty() ? "" : ", ", position.executed.text());
  return text.empty() ? "the beginning" : text;
}

/// MariaDB's numbers may have gaps: there is no telling how many transactions lie before one.
std::string transactions(const GtidSet& set) {
  if (!set.mariadb().empty()) return fmt::format("transactions up to {}", set.text());
  const std::uint64_t count = set.mysql().count();
  return fmt::format("{} transaction{}: {}", count, count == 1 ? "" : "s", set.text());
}

std::string compare_sets(const GtidSet& from, const GtidSet& to) {
  const GtidSet again = difference(from, to);
  const GtidSet left_out = difference(to, from);
  std::string text;
  if (!again.empty()) text += fmt::format("sent again: {}\n", transactions(again));
  if (!left_out.empty()) text += fmt::format("left out:   {}\n", transactions(left_out));
  return text.empty() ? "nothing is sent again or left out\n" : text;
}

std::string compare_offsets(const FileOffset& from, const FileOffset& to) {
  const auto order = compare(to, from);
  if (order < 0) return fmt::format("sent again: the log from {} to {}\n", to.text(), from.text());
  if (order > 0) return fmt::format("left out:   the log from {} to {}\n", from.text(), to.text());
  return "nothing is sent again or left out\n";
}

} // namespace

std::string describe(const Checkpoint& checkpoint) {
  std::string text = fmt::format("connector  {}\n", checkpoint.name);
  if (!checkpoint.server_uuid.empty()) text += fmt::format("server     {}\n", checkpoint.server_uuid);
  if (!checkpoint.position.at.file.empty()) text += fmt::format("log        {}\n", checkpoint.position.at.text());
  if (!checkpoint.position.executed.empty())
    text += fmt::format("GTIDs      {}\n", checkpoint.position.executed.text());
  for (const DeliveredRows& rows : checkpoint.delivered) {
    text += fmt::format("delivered  {} row{} of {}.{} in the transaction that follows{}\n", rows.rows,
                        rows.rows == 1 ? "" : "s", rows.database, rows.table,
                        checkpoint.delivered_of ? ", " + checkpoint.delivered_of->text() : "");
  }
  for (const PreparedXa& xa : checkpoint.undecided) {
    text += fmt::format("undecided  {}, on {}{}\n", xa.described(), time_text(xa.prepared_us),
                        &xa == &checkpoint.undecided.front() ? ": a restart reads from there" : "");
  }
  return text + fmt::format("saved      {}\n", time_text(checkpoint.saved_at_us));
}

std::string describe_json(const Checkpoint& checkpoint) {
  std::string delivered;
  for (const DeliveredRows& rows : checkpoint.delivered) {
    delivered += fmt::format(R"({}{{"db":{},"table":{},"rows":{}}})", delivered.empty() ? "" : ",",
                             json_string(rows.database), json_string(rows.table), rows.rows);
  }
  std::string undecided;
  for (const PreparedXa& xa : checkpoint.undecided) {
    undecided += fmt::format(R"({}{{"xid":{},"gtid":{},"server_uuid":{},"file":{},"pos":{},"prepared_at":{}}})",
                             undecided.empty() ? "" : ",", json_string(xa.xid.text()),
                             xa.gtid ? json_string(xa.gtid->text()) : "null", json_string(xa.server_uuid),
                             json_string(xa.begin.file), xa.begin.offset, json_string(time_text(xa.prepared_us)));
  }
  return fmt::format(R"({{"name":{},"server_uuid":{},"file":{},"pos":{},"gtids":{},)"
                     R"("delivered":[{}],"delivered_of":{},"undecided":[{}],"saved_at":{}}})",
                     json_string(checkpoint.name), json_string(checkpoint.server_uuid),
                     json_string(checkpoint.position.at.file), checkpoint.position.at.offset,
                     json_string(checkpoint.position.executed.text()), delivered,
                     checkpoint.delivered_of ? json_string(checkpoint.delivered_of->text()) : "null", undecided,
                     json_string(time_text(checkpoint.saved_at_us)));
}

std::string compare_positions(const std::optional<Checkpoint>& from, const Checkpoint& to) {
  std::string text = fmt::format("from:       {}\nto:         {}\n",
                                 from ? place_text(from->position) : "no checkpoint", place_text(to.position));
  if (!from) return text;
  const FileOffset& old_place = from->position.at;
  const FileOffset& new_place = to.position.at;
  if (!from->position.executed.empty() || !to.position.executed.empty()) {
    text += compare_sets(from->position.executed, to.position.executed);
  } else if (from->server_uuid == to.server_uuid && !old_place.file.empty() && !new_place.file.empty()) {
    text += compare_offsets(old_place, new_place);
  } else {
    text += "what is sent again or left out cannot be told: the positions are of two servers\n";
  }
  for (const DeliveredRows& rows : from->delivered) {
    text += fmt::format("{} row{} of {}.{}, delivered of an unfinished transaction, may be sent again\n", rows.rows,
                        rows.rows == 1 ? "" : "s", rows.database, rows.table);
  }
  for (const PreparedXa& xa : from->undecided) {
    text += fmt::format("{}, is undecided: its rows are sent at its XA COMMIT only if that place is read again\n",
                        xa.described());
  }
  return text;
}

} // namespace rowferry
