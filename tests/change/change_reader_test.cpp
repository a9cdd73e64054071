#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <rowferry/change/change_reader.hpp>
#include <set>

#include "binlog/builders.hpp"

namespace rowferry {
namespace {

using namespace test;
using Step = ChangeReader::Step;

class Selector final : public TableSelector {
 public:
  [[nodiscard]] bool wanted(std::string_view, std::string_view table) const override {
    return !ignored.contains(std::string(table));
  }
  [[nodiscard]] bool unrelated(std::string_view, std::string_view table) const override {
    return harmless.contains(std::string(table));
  }
  std::set<std::string> ignored;
  std::set<std::string> harmless;
};

/// Reads a log and writes down what was handed out, one line a step.
class Log {
 public:
  explicit Log(StatementPolicy policy = StatementPolicy::fail) : reader_(selector, {.statements = policy}) {
    reader_.start({"binlog.000001", 4});
  }
  std::uint64_t add(EventType type, Bytes body, std::uint16_t flags = 0) { return log_.add(type, body, flags); }
  void insert(std::uint64_t table_id, std::string_view table, std::initializer_list<int> values) {
    add(EventType::table_map, table_map_body(ids_table(table_id, table)));
    add(EventType::write_rows, rows_body(ids(table_id, values)));
  }

  std::vector<std::string> read() {
    std::vector<std::string> lines;
    for (; read_ < log_.events().size(); ++read_) {
      if (lost.contains(read_)) continue;
      if (auto pushed = reader_.push(log_.events()[read_]); !pushed)
        return lines.push_back("error: " + pushed.error().message), lines;
      for (;;) {
        const auto step = reader_.next();
        if (!step) return lines.push_back("error: " + step.error().message), lines;
        if (*step == Step::need_event) break;
        lines.push_back(line(*step));
      }
    }
    return lines;
  }
  [[nodiscard]] std::uint64_t end() const { return log_.end(); }
  ChangeReader& reader() { return reader_; }

  Selector selector;
  std::set<std::size_t> lost; // numbers of the events that do not arrive; 0 is the FORMAT_DESCRIPTION

 private:
  std::string line(Step step) {
    if (step == Step::warning) return "warning: " + reader_.warning();
    if (step == Step::commit) {
      const Commit& commit = reader_.commit();
      const bool fits = commit.fingerprint->offset + commit.fingerprint->size == commit.offset;
      return std::string(commit.idle ? "idle " : "commit ") +
             (commit.gtid == nullptr ? "-" : std::to_string(commit.gtid->number())) + " " + std::string(commit.file) +
             ":" + std::to_string(commit.offset) + (fits ? "" : " unproven");
    }
    const Change& change = reader_.change();
    std::string text = change.operation == Operation::insert     ? "insert "
                       : change.operation == Operation::update   ? "update "
                       : change.operation == Operation::truncate ? "truncate "
                                                                 : "delete ";
    text += change.table->table + " row " + std::to_string(change.row);
    if (!change.before.empty()) text += " before " + std::to_string(load_le<4>(change.before[0].data));
    if (!change.after.empty()) text += " after " + std::to_string(load_le<4>(change.after[0].data));
    return text + " gtid " + std::string(change.origin->gtid_text);
  }

  LogBuilder log_;
  ChangeReader reader_;
  std::size_t read_ = 0;
};

std::string gtid(int gno) { return "11111111-1111-1111-1111-111111111111:" + std::to_string(gno); }

TEST(ChangeReader, CountsRowsPerTableAndTransaction) {
  Log log;
  for (int gno = 1; gno <= 2; ++gno) {
    log.add(EventType::gtid, gtid_body(static_cast<std::uint64_t>(gno)));
    log.add(EventType::query, query_body("BEGIN"));
    log.insert(7, "a", {1, 2});
    log.insert(8, "b", {3});
    log.insert(7, "a", {4});
    log.add(EventType::xid, xid_body());
  }
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_EQ(lines[0], "insert a row 0 after 1 gtid " + gtid(1));
  EXPECT_EQ(lines[1], "insert a row 1 after 2 gtid " + gtid(1));
  EXPECT_EQ(lines[2], "insert b row 0 after 3 gtid " + gtid(1));
  EXPECT_EQ(lines[3], "insert a row 2 after 4 gtid " + gtid(1));
  EXPECT_TRUE(lines[4].starts_with("commit 1 binlog.000001:"));
  EXPECT_EQ(lines[5], "insert a row 0 after 1 gtid " + gtid(2));
  EXPECT_EQ(lines[9], "commit 2 binlog.000001:" + std::to_string(log.end()));
}

TEST(ChangeReader, ATableIdIsOfTheTableThatItsLastMapNames) {
  Log log;
  log.selector.ignored = {"c"};
  std::uint64_t gno = 0;
  const auto commit = [&](std::uint64_t id, std::string_view table) {
    log.add(EventType::gtid, gtid_body(++gno));
    log.add(EventType::query, query_body("BEGIN"));
    log.insert(id, table, {static_cast<int>(gno)});
    log.add(EventType::xid, xid_body());
  };
  for (int i = 0; i < 3; ++i) commit(7, "a");
  for (int i = 0; i < 3; ++i) commit(7, "b"); // the server was restarted
  for (int i = 0; i < 3; ++i) commit(7, "c");
  for (int i = 0; i < 3; ++i) commit(7 + 64, "d"), commit(7, "a"); // the same low bits
  std::vector<std::string> tables;
  for (const std::string& line : log.read()) {
    if (line.starts_with("insert ")) tables.push_back(line.substr(7, 1) + line.substr(line.rfind(':')));
    EXPECT_FALSE(line.starts_with("error")) << line;
  }
  EXPECT_EQ(tables, (std::vector<std::string>{"a:1", "a:2", "a:3", "b:4", "b:5", "b:6", "d:10", "a:11", "d:12", "a:13",
                                              "d:14", "a:15"}));
  EXPECT_EQ(log.reader().counters().rows_events_filtered, 3U);
}

TEST(ChangeReader, TheGtidsTextFollowsItsSource) {
  Log log;
  const auto commit = [&](std::uint8_t source, std::uint64_t gno) {
    std::vector<std::uint8_t> body = gtid_body(gno).get();
    std::fill_n(body.begin() + 1, 16, source);
    log.add(EventType::gtid, body);
    log.add(EventType::query, query_body("BEGIN"));
    log.insert(7, "a", {1});
    log.add(EventType::xid, xid_body());
  };
  commit(0x11, 9);
  commit(0x11, 10);
  commit(0x22, 8);
  commit(0x11, 11);
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_TRUE(lines[0].ends_with("gtid " + gtid(9)));
  EXPECT_TRUE(lines[2].ends_with("gtid " + gtid(10)));
  EXPECT_TRUE(lines[4].ends_with("gtid 22222222-2222-2222-2222-222222222222:8"));
  EXPECT_TRUE(lines[6].ends_with("gtid " + gtid(11)));
}

ByteWriter mariadb_gtid_body(std::uint64_t seq, int flags) {
  return ByteWriter().u64(seq).u32(3).u8(static_cast<std::uint64_t>(flags)).fill(6);
}
constexpr int kStandalone = 1;
constexpr int kTransactional = 4;

TEST(ChangeReader, AMariadbGroupHasNoBegin) {
  Log log;
  log.add(EventType::mariadb_gtid_list, ByteWriter().u32(0));
  log.add(EventType::mariadb_binlog_checkpoint, ByteWriter().u32(13).text("binlog.000001"));
  log.add(EventType::mariadb_gtid, mariadb_gtid_body(5, kTransactional));
  log.add(EventType::mariadb_annotate_rows, ByteWriter().text("INSERT INTO a VALUES (1)"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  RowsSpec spec = ids(7, {1, 2});
  log.add(EventType::write_rows_v1, ByteWriter().u48(7).u16(1).lenenc(1).u8(0xff).bytes(spec.rows));
  log.add(EventType::xid, xid_body());
  log.add(EventType::mariadb_gtid, mariadb_gtid_body(6, kStandalone));
  log.add(EventType::query, query_body("ALTER TABLE a ADD b INT"));
  log.add(EventType::mariadb_gtid, mariadb_gtid_body(9, 0));
  log.insert(7, "a", {3});
  log.add(EventType::query, query_body("COMMIT"));
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 8u) << testing::PrintToString(lines);
  EXPECT_TRUE(lines[0].starts_with("idle - "));
  EXPECT_TRUE(lines[1].starts_with("idle - "));
  EXPECT_EQ(lines[2], "insert a row 0 after 1 gtid 3-1-5");
  EXPECT_EQ(lines[3], "insert a row 1 after 2 gtid 3-1-5");
  EXPECT_TRUE(lines[4].starts_with("commit 5 "));
  EXPECT_TRUE(lines[5].starts_with("commit 6 "));
  EXPECT_EQ(lines[6], "insert a row 0 after 3 gtid 3-1-9");
  EXPECT_EQ(lines[7], "commit 9 binlog.000001:" + std::to_string(log.end()));
}

/// As log_bin_compress writes what stands behind `head`.
ByteWriter deflated(const ByteWriter& head, Bytes plain) {
  std::vector<std::uint8_t> compressed(compressBound(static_cast<uLong>(plain.size())));
  uLongf size = compressed.size();
  EXPECT_EQ(compress(compressed.data(), &size, plain.data(), static_cast<uLong>(plain.size())), Z_OK);
  return ByteWriter(head).u8(0x81).u8(plain.size()).bytes(Bytes(compressed).first(size));
}

TEST(ChangeReader, CompressedEventsOfMariadbAreReadAndThoseOfOtherTablesAreNot) {
  Log log;
  log.selector.ignored = {"b"};
  log.add(EventType::mariadb_gtid, mariadb_gtid_body(5, kTransactional));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  log.add(EventType::table_map, table_map_body(ids_table(8, "b")));
  const auto head = [](std::uint64_t id) { return ByteWriter().u48(id).u16(0).lenenc(1).u8(0xff); };
  log.add(EventType::delete_rows_compressed_v1, deflated(head(7), ids(7, {4, 5}).rows));
  log.add(EventType::update_rows_compressed_v1, deflated(head(7).u8(0xff), ids(7, {5, 6}).rows));
  log.add(EventType::write_rows_compressed_v1, head(8).text("not looked at"));
  log.add(EventType::query_compressed, deflated(query_body(""), as_bytes("COMMIT")));
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 4u) << testing::PrintToString(lines);
  EXPECT_EQ(lines[0], "delete a row 0 before 4 gtid 3-1-5");
  EXPECT_EQ(lines[1], "delete a row 1 before 5 gtid 3-1-5");
  EXPECT_EQ(lines[2], "update a row 2 before 5 after 6 gtid 3-1-5");
  EXPECT_TRUE(lines[3].starts_with("commit 5 "));
  EXPECT_EQ(log.reader().counters().rows_events_filtered, 1u);

  Log damaged;
  damaged.add(EventType::mariadb_gtid, mariadb_gtid_body(5, kTransactional));
  damaged.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  damaged.add(EventType::write_rows_compressed_v1, head(7).u8(0x81).u8(5).text("nothing that zlib wrote"));
  EXPECT_NE(damaged.read().back().find("cannot be decompressed"), std::string::npos);
}

TEST(ChangeReader, FragmentsOfRowsEventsStopWithTheCure) {
  Log log;
  log.add(EventType::mariadb_gtid, mariadb_gtid_body(5, kTransactional));
  log.add(EventType::partial_row_data, ByteWriter().u32(2).u32(1).u8(1).u64(100).fill(50));
  EXPECT_NE(log.read().back().find("binlog_row_event_fragment_threshold"), std::string::npos);
}

TEST(ChangeReader, ATableThatNobodyWantsCostsItsHeaderAndCannotStopTheStream) {
  Log log;
  log.selector.ignored = {"strange"};
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  TableMapSpec strange = ids_table(9, "strange");
  strange.types = ByteWriter{99};
  log.add(EventType::table_map, table_map_body(strange));
  log.add(EventType::write_rows, rows_body(ids(9, {1})));
  log.insert(7, "a", {5});
  log.add(EventType::xid, xid_body());
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "insert a row 0 after 5 gtid " + gtid(1));
  EXPECT_EQ(log.reader().counters().rows_events_filtered, 1u);
  EXPECT_EQ(log.reader().counters().rows_captured, 1u);
}

TEST(ChangeReader, ACapturedTableOfAnUnknownTypeStopsWithPlaceAndName) {
  Log log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  TableMapSpec strange = ids_table(9, "strange");
  strange.types = ByteWriter{99};
  const std::uint64_t at = log.add(EventType::table_map, table_map_body(strange));
  const std::string last = log.read().back();
  EXPECT_TRUE(last.starts_with("error: ")) << last;
  EXPECT_NE(last.find("binlog.000001:" + std::to_string(at)), std::string::npos) << last;
  EXPECT_NE(last.find("strange"), std::string::npos) << last;
}

TEST(ChangeReader, DdlEndsItsGroupAndTruncateIsAChange) {
  Log log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("CREATE TABLE a (id INT)"));
  log.add(EventType::gtid, gtid_body(2));
  log.add(EventType::query, query_body("TRUNCATE TABLE `other`.`a`"));
  log.selector.ignored = {"b"};
  log.add(EventType::gtid, gtid_body(3));
  log.add(EventType::query, query_body("TRUNCATE b"));
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_TRUE(lines[0].starts_with("commit 1 ")) << lines[0];
  EXPECT_EQ(lines[1], "truncate a row 0 gtid " + gtid(2));
  EXPECT_TRUE(lines[2].starts_with("commit 2 ")) << lines[2];
  EXPECT_TRUE(lines[3].starts_with("commit 3 ")) << lines[3];
}

// Found by fuzz_changes: the line that told of it was no UTF-8.
TEST(ChangeReader, ATruncateOfANameThatIsNoTextStops) {
  Log log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("TRUNCATE `\xa8`"));
  const std::string last = log.read().back();
  EXPECT_TRUE(last.starts_with("error: ")) << last;
  EXPECT_NE(last.find("a TRUNCATE whose table cannot be read"), std::string::npos) << last;
}

TEST(ChangeReader, AStatementBasedChangeStopsUnlessItIsCertainlyUnrelated) {
  const auto statement = [](Log& log, std::string_view text) {
    log.add(EventType::gtid, gtid_body(1));
    log.add(EventType::query, query_body("BEGIN"));
    const std::uint64_t at = log.add(EventType::query, query_body(text));
    log.add(EventType::xid, xid_body());
    return at;
  };
  {
    Log log;
    const std::uint64_t at = statement(log, "INSERT INTO a VALUES ('secret')");
    const std::string last = log.read().back();
    EXPECT_TRUE(last.starts_with("error: ")) << last;
    EXPECT_NE(last.find("binlog.000001:" + std::to_string(at)), std::string::npos) << last;
    EXPECT_NE(last.find("INSERT on `shop`.`a`"), std::string::npos) << last;
    EXPECT_EQ(last.find("secret"), std::string::npos) << last;
  }
  {
    Log log;
    log.selector.harmless = {"a"};
    statement(log, "INSERT INTO a VALUES ('secret')");
    const std::vector<std::string> lines = log.read();
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(lines[0].starts_with("commit 1 "));
    EXPECT_EQ(log.reader().counters().statements_passed_over, 1u);
  }
  {
    Log log;
    log.selector.harmless = {"a"};
    log.add(EventType::gtid, gtid_body(1));
    log.add(EventType::query, query_body("INSERT INTO a VALUES ('secret')")); // a group of its own
    log.add(EventType::gtid, gtid_body(2));
    log.add(EventType::query, query_body("INSERT INTO a VALUES ('secret')"));
    const std::vector<std::string> lines = log.read();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_TRUE(lines[1].starts_with("commit 2 ")) << lines[1];
    EXPECT_EQ(log.reader().counters().transactions, 2u);
  }
  {
    Log log(StatementPolicy::warn);
    statement(log, "CALL p('secret')");
    const std::vector<std::string> lines = log.read();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_TRUE(lines[0].starts_with("warning: ")) << lines[0];
    EXPECT_TRUE(lines[1].starts_with("commit 1 ")) << lines[1];
  }
}

TEST(ChangeReader, ACapturedTableThatIsCreatedWithItsRowsInOneStatementStops) {
  Log log;
  log.selector.ignored = {"b"};
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("CREATE TABLE b SELECT 1"));
  log.add(EventType::gtid, gtid_body(2));
  log.add(EventType::query, query_body("CREATE TABLE a SELECT 'secret'"));
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].starts_with("commit 1 ")) << lines[0];
  EXPECT_NE(lines[1].find("SELECT on `shop`.`a` was logged as a statement"), std::string::npos) << lines[1];
  EXPECT_EQ(lines[1].find("secret"), std::string::npos) << lines[1];
}

TEST(ChangeReader, LoadDataIsOneStatementHoweverManyBlocksItsFileHas) {
  Log log(StatementPolicy::warn);
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::begin_load_query, ByteWriter().u32(1).text("1,2"));
  log.add(EventType::append_block, ByteWriter().u32(1).text("3,4"));
  log.add(EventType::execute_load_query, ByteWriter().u32(1));
  log.add(EventType::delete_file, ByteWriter().u32(1));
  log.add(EventType::xid, xid_body());
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 2u) << lines.back();
  EXPECT_NE(lines[0].find("LOAD DATA"), std::string::npos) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("commit 1 ")) << lines[1];
}

TEST(ChangeReader, RowsThatComeOrGoByPartitionsAreWarnedOf) {
  Log log;
  log.selector.ignored = {"b", "c"};
  const auto statement = [&](std::uint64_t number, std::string_view text) {
    log.add(EventType::gtid, gtid_body(number));
    log.add(EventType::query, query_body(text));
  };
  statement(1, "ALTER TABLE a DROP PARTITION p");
  statement(2, "ALTER TABLE b DROP PARTITION p");
  statement(3, "ALTER TABLE b EXCHANGE PARTITION p WITH TABLE a");
  statement(4, "ALTER TABLE b EXCHANGE PARTITION p WITH TABLE c");
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_NE(lines[0].find("ALTER TABLE … DROP PARTITION on `shop`.`a`: the rows that come or go"), std::string::npos)
      << lines[0];
  EXPECT_TRUE(lines[1].starts_with("commit 1 ")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("commit 2 ")) << lines[2];
  EXPECT_NE(lines[3].find("EXCHANGE PARTITION on `shop`.`b`"), std::string::npos) << lines[3];
  EXPECT_TRUE(lines[5].starts_with("commit 4 ")) << lines[5];
  EXPECT_EQ(log.reader().counters().transactions, 4u);
}

TEST(ChangeReader, ARollbackToASavepointBehindCapturedRowsStops) {
  Log log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.insert(7, "a", {1});
  log.add(EventType::query, query_body("ROLLBACK TO `s`"));
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[1].starts_with("error: ")) << lines[1];
  EXPECT_NE(lines[1].find("source.statements: warn"), std::string::npos) << lines[1];
}

TEST(ChangeReader, OrIsWarnedOfWhereTheUserTakesThat) {
  Log log(StatementPolicy::warn);
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::query, query_body("ROLLBACK TO `s`"));
  log.insert(7, "a", {1});
  log.add(EventType::query, query_body("ROLLBACK TO `s`"));
  log.add(EventType::xid, xid_body());
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[1].starts_with("warning: ")) << lines[1];
  EXPECT_NE(lines[1].find("ROLLBACK TO SAVEPOINT in a transaction with 1 captured"), std::string::npos) << lines[1];
}

TEST(ChangeReader, IdleEventsMoveThePositionBetweenGroupsOnly) {
  Log log;
  log.add(EventType::previous_gtids, ByteWriter().u64(0));
  const std::uint64_t before = log.end();
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.insert(7, "a", {1});
  log.add(EventType::xid, xid_body());
  const std::uint64_t after = log.end();
  log.add(EventType::rotate, rotate_body(4, "binlog.000002"));
  const std::vector<std::string> lines = log.read();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], "idle - binlog.000001:" + std::to_string(before));
  EXPECT_EQ(lines[2], "commit 1 binlog.000001:" + std::to_string(after));
  EXPECT_EQ(lines[3], "idle - binlog.000002:4 unproven");
}

TEST(ChangeReader, RowsWithoutATableMapAreAnError) {
  Log log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::write_rows, rows_body(ids(7, {1})));
  EXPECT_NE(log.read().back().find("no TABLE_MAP"), std::string::npos);
}

TEST(ChangeReader, RowsOutsideATransactionAreAnError) {
  Log log;
  log.insert(7, "a", {1});
  EXPECT_NE(log.read().back().find("reading began inside a transaction"), std::string::npos);
}

TEST(ChangeReader, GroupsMayBeLeftOutButNotEventsOfAGroup) {
  const auto read = [](std::set<std::size_t> lost) {
    Log log;
    log.lost = std::move(lost);
    for (int gno = 1; gno <= 2; ++gno) {
      log.add(EventType::gtid, gtid_body(static_cast<std::uint64_t>(gno)));
      log.add(EventType::query, query_body("BEGIN"));
      log.insert(7, "a", {gno});
      log.add(EventType::xid, xid_body());
    }
    return log.read();
  };
  EXPECT_EQ(read({1, 2, 3, 4, 5}).front(), "insert a row 0 after 2 gtid " + gtid(2));
  for (const std::size_t lost : {2u, 3u, 4u}) {
    EXPECT_NE(read({lost}).back().find("lost on their way"), std::string::npos) << lost;
  }
}

TEST(ChangeReader, AnIncidentStops) {
  Log log;
  log.add(EventType::incident, ByteWriter().u16(1).u8(4).text("lost"));
  const std::string last = log.read().back();
  EXPECT_NE(last.find("events are missing"), std::string::npos) << last;
}

TEST(ChangeReader, UnknownEventsStopUnlessTheServerMarksThemIgnorable) {
  Log log;
  log.add(static_cast<EventType>(99), ByteWriter{1, 2}, binlog::event_flag::ignorable);
  EXPECT_TRUE(log.read().empty());
  EXPECT_EQ(log.reader().counters().unknown_ignorable, 1u);
  const std::uint64_t at = log.add(static_cast<EventType>(99), ByteWriter{1, 2});
  const std::string last = log.read().back();
  EXPECT_TRUE(last.starts_with("error: binlog.000001:" + std::to_string(at))) << last;
  EXPECT_NE(last.find("type 99"), std::string::npos) << last;
}

TEST(ChangeReader, StartForgetsTheGroupUnderWay) {
  Log log;
  log.add(EventType::gtid, gtid_body(1));
  log.add(EventType::query, query_body("BEGIN"));
  log.insert(7, "a", {1});
  log.read();
  EXPECT_TRUE(log.reader().in_transaction());
  log.reader().start({"binlog.000001", 4});
  EXPECT_FALSE(log.reader().in_transaction());
}

} // namespace
} // namespace rowferry
