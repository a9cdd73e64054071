// Logs with XA transactions made by hand, and what a ChangeReader makes of them, one line a step.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <rowferry/change/change_reader.hpp>

#include "binlog/builders.hpp"
#include "binlog/payload_builders.hpp"

namespace rowferry::test {

inline ByteWriter xa_prepare_body(std::string_view gtrid, bool one_phase = false) {
  return ByteWriter().u8(one_phase ? 1 : 0).u32(1).u32(gtrid.size()).u32(0).text(gtrid);
}

/// A GTID event of a group that was committed at this second behind 1,700,000,000.
inline ByteWriter gtid_at(std::uint64_t gno, std::uint64_t second) {
  ByteWriter out;
  out.u8(0).fill(16, 0x11).u64(gno).u8(2).u64(gno - 1).u64(gno);
  return out.le((1'700'000'000 + second) * 1'000'000, 7).lenenc(500).u32(90700);
}

class XaLog {
 public:
  /// Of MySQL. The number of each group is its second, too.
  bool with_gtids = true;

  /// Each returns where the group begins.
  std::uint64_t begin(std::uint64_t gno) {
    return log.add(with_gtids ? EventType::gtid : EventType::anonymous_gtid, gtid_at(gno, gno));
  }
  std::uint64_t statement(std::uint64_t gno, std::string_view text) {
    const std::uint64_t at = begin(gno);
    log.add(EventType::query, query_body(text));
    return at;
  }
  std::uint64_t open(std::uint64_t gno, std::string_view gtrid) { return statement(gno, "XA START " + quoted(gtrid)); }
  std::uint64_t insert(std::string_view table, std::initializer_list<int> values) {
    const std::uint64_t table_id = table == "a" ? 7 : 8;
    log.add(EventType::table_map, table_map_body(ids_table(table_id, table)));
    return log.add(EventType::write_rows, rows_body(ids(table_id, values)));
  }
  void close(std::string_view gtrid, bool one_phase = false) {
    log.add(EventType::query, query_body("XA END " + quoted(gtrid)));
    log.add(EventType::xa_prepare, xa_prepare_body(gtrid, one_phase));
  }
  std::uint64_t prepare(std::uint64_t gno, std::string_view gtrid, std::initializer_list<int> values) {
    const std::uint64_t at = open(gno, gtrid);
    if (values.size() != 0) insert("a", values);
    close(gtrid);
    return at;
  }
  std::uint64_t commit(std::uint64_t gno, std::string_view gtrid) {
    return statement(gno, "XA COMMIT " + quoted(gtrid));
  }
  std::uint64_t rollback(std::uint64_t gno, std::string_view gtrid) {
    return statement(gno, "XA ROLLBACK " + quoted(gtrid));
  }
  std::uint64_t ordinary(std::uint64_t gno, std::initializer_list<int> values) {
    const std::uint64_t at = statement(gno, "BEGIN");
    insert("a", values);
    log.add(EventType::xid, xid_body());
    return at;
  }
  static std::string quoted(std::string_view gtrid) { return Xid{std::string(gtrid), "", 1}.text(); }

  LogBuilder log;
};

class XaSelector final : public TableSelector {
 public:
  [[nodiscard]] bool wanted(std::string_view, std::string_view table) const override {
    return !ignored.contains(std::string(table));
  }
  std::set<std::string> ignored;
};

/// "a#0=5 of 3 at 9": the value of row 0 of a, of the group with that number, sent at that second. "commit 3": its
/// number; without GTIDs "commit -". "prepared x", "decided x" behind it.
class XaReader {
 public:
  explicit XaReader(ChangeReader::Options options = {}) : reader(selector, options) {}

  /// The events from an offset on, FORMAT_DESCRIPTION in front.
  std::vector<std::string> read(const LogBuilder& log, std::uint64_t from = 4) {
    reader.start({"binlog.000001", from});
    return read_on(log, from);
  }
  std::vector<std::string> read_on(const LogBuilder& log, std::uint64_t from) {
    std::vector<std::string> lines;
    std::uint64_t offset = 4;
    for (const auto& event : log.events()) {
      const bool wanted = offset >= from || offset == 4;
      offset += event.size();
      if (wanted && !push(event, lines)) break;
    }
    return lines;
  }
  /// False after an error.
  bool push(Bytes event, std::vector<std::string>& lines) {
    if (auto pushed = reader.push(event); !pushed) return lines.push_back("error: " + pushed.error().message), false;
    for (;;) {
      const auto step = reader.next();
      if (!step) return lines.push_back("error: " + step.error().message), false;
      if (*step == ChangeReader::Step::need_event) return true;
      if (*step == ChangeReader::Step::need_shape) {
        lines.push_back("ask " + std::string(reader.shape_request().table));
        reader.provide(std::make_shared<const TableDefinition>(
            TableDefinition{"shop", "a", {{"id", "int", "", false, true}}, {"id"}}));
      }
      if (*step == ChangeReader::Step::warning) lines.push_back("warning: " + reader.warning());
      if (*step == ChangeReader::Step::change) lines.push_back(line(reader.change()));
      if (*step == ChangeReader::Step::commit && !reader.commit().idle) lines.push_back(line(reader.commit()));
      if (*step == ChangeReader::Step::commit) last = {std::string(reader.commit().file), reader.commit().offset};
    }
  }

  XaSelector selector;
  ChangeReader reader;
  FileOffset last;             ///< where the last commit was
  std::vector<Origin> origins; ///< of each change; the views are not to be used

 private:
  std::string line(const Change& change) {
    const Origin& origin = *change.origin;
    origins.push_back(origin);
    return change.table->table + "#" + std::to_string(change.row) + "=" +
           std::to_string(load_le<4>(change.after[0].data)) + " of " +
           (origin.gtid ? std::to_string(origin.gtid->number()) : std::to_string(origin.transaction_offset)) + " at " +
           std::to_string(origin.commit_us / 1'000'000 - 1'700'000'000);
  }
  static std::string line(const Commit& commit) {
    std::string text = "commit " + (commit.gtid == nullptr ? "-" : std::to_string(commit.gtid->number()));
    if (commit.prepared != nullptr) text += " prepared " + commit.prepared->xid.gtrid;
    if (commit.decided != nullptr) text += " decided " + commit.decided->gtrid;
    return text;
  }
};

} // namespace rowferry::test
