#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "change/xa_log.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ReaderXa, RowsAreSentAtTheCommitWithTheIdentityOfThePrepare) {
  XaLog log;
  const std::uint64_t began = log.open(1, "x");
  const std::uint64_t map = log.insert("a", {5, 6});
  const std::uint64_t second = log.insert("b", {7});
  const std::uint64_t third = log.insert("a", {8});
  log.close("x");
  log.ordinary(2, {1});
  log.commit(3, "x");
  XaReader reader;
  EXPECT_THAT(reader.read(log.log),
              ElementsAre("commit 1 prepared x", "a#0=1 of 2 at 2", "commit 2", "a#0=5 of 1 at 3", "a#1=6 of 1 at 3",
                          "b#0=7 of 1 at 3", "a#2=8 of 1 at 3", "commit 3 decided x"));
  EXPECT_EQ(reader.last, (FileOffset{"binlog.000001", log.log.end()}));
  EXPECT_EQ(reader.origins[1].offset, map);
  EXPECT_EQ(reader.origins[3].offset, second);
  EXPECT_EQ(reader.origins[4].offset, third);
  EXPECT_EQ(reader.origins[1].transaction_offset, began);
  EXPECT_EQ(reader.origins[1].server_id, 1u);
  EXPECT_EQ(reader.origins[1].transaction_number, reader.origins[4].transaction_number);
  EXPECT_NE(reader.origins[0].transaction_number, reader.origins[1].transaction_number);
  EXPECT_EQ(reader.reader.counters().rows_captured, 5u);
  EXPECT_THAT(reader.reader.undecided(), IsEmpty());
}

TEST(ReaderXa, WithoutGtidsTheFirstEventOfThePrepareIsTheIdentity) {
  XaLog log;
  log.with_gtids = false;
  const std::uint64_t began = log.prepare(1, "x", {5});
  log.ordinary(2, {1});
  log.commit(3, "x");
  const std::string at = std::to_string(began);
  const auto lines = XaReader().read(log.log);
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_EQ(lines[0], "commit - prepared x");
  EXPECT_EQ(lines[3], "a#0=5 of " + at + " at 3");
  EXPECT_EQ(lines[4], "commit - decided x");
}

TEST(ReaderXa, ARollbackSendsNothing) {
  XaLog log;
  log.prepare(1, "x", {5});
  log.rollback(2, "x");
  log.prepare(3, "x", {6});
  log.commit(4, "x");
  XaReader reader;
  EXPECT_THAT(reader.read(log.log), ElementsAre("commit 1 prepared x", "commit 2 decided x", "commit 3 prepared x",
                                                "a#0=6 of 3 at 4", "commit 4 decided x"));
  EXPECT_EQ(reader.reader.counters().rows_captured, 1u);
}

TEST(ReaderXa, OnePhaseIsSentAtOnce) {
  XaLog log;
  log.open(1, "x");
  log.insert("a", {5});
  log.insert("a", {6});
  log.close("x", true);
  log.ordinary(2, {7});
  EXPECT_THAT(XaReader().read(log.log),
              ElementsAre("a#0=5 of 1 at 1", "a#1=6 of 1 at 1", "commit 1", "a#0=7 of 2 at 2", "commit 2"));
}

TEST(ReaderXa, SeveralAreDecidedInAnyOrder) {
  XaLog log;
  log.prepare(1, "x", {1});
  log.prepare(2, "y", {2});
  log.prepare(3, "z", {3});
  log.commit(4, "y");
  log.ordinary(5, {5});
  log.rollback(6, "z");
  log.commit(7, "x");
  EXPECT_THAT(XaReader().read(log.log),
              ElementsAre("commit 1 prepared x", "commit 2 prepared y", "commit 3 prepared z", "a#0=2 of 2 at 4",
                          "commit 4 decided y", "a#0=5 of 5 at 5", "commit 5", "commit 6 decided z", "a#0=1 of 1 at 7",
                          "commit 7 decided x"));
}

TEST(ReaderXa, OneWithoutCapturedRowsIsKnownAllTheSame) {
  XaLog log;
  const std::uint64_t began = log.prepare(1, "x", {});
  log.open(2, "y");
  log.insert("b", {1});
  log.close("y");
  XaReader reader;
  reader.selector.ignored = {"b"};
  EXPECT_THAT(reader.read(log.log), ElementsAre("commit 1 prepared x", "commit 2 prepared y"));
  const auto undecided = reader.reader.undecided();
  ASSERT_THAT(undecided, SizeIs(2));
  EXPECT_EQ(undecided[0].xid, (Xid{"x", "", 1}));
  EXPECT_EQ(undecided[0].gtid->number(), 1u);
  EXPECT_EQ(undecided[0].begin, (FileOffset{"binlog.000001", began}));
  EXPECT_EQ(undecided[0].prepared_us, 1'700'000'001'000'000);
  EXPECT_EQ(undecided[1].xid.gtrid, "y");
}

TEST(ReaderXa, ACommitOfWhatWasPreparedBeforeReadingBeganIsWarnedOf) {
  XaLog log;
  log.commit(1, "x");
  log.rollback(2, "y");
  log.ordinary(3, {1});
  EXPECT_THAT(
      XaReader().read(log.log),
      ElementsAre(
          HasSubstr(
              "XA COMMIT X'78',X'',1: it was prepared before reading began: its rows were not read and are not sent"),
          "commit 1", "commit 2", "a#0=1 of 3 at 3", "commit 3"));
}

TEST(ReaderXa, AnXidThatCannotBeReadStops) {
  XaLog log;
  log.statement(1, "XA COMMIT here");
  EXPECT_THAT(XaReader().read(log.log), ElementsAre(HasSubstr("error: binlog.000001:")));
}

TEST(ReaderXa, RowsOfNonTransactionalTablesStandThoughTheTransactionIsRolledBack) {
  XaLog log;
  log.open(1, "x");
  log.insert("a", {5});
  log.log.add(EventType::query, query_body("XA ROLLBACK " + XaLog::quoted("x")));
  log.ordinary(2, {1});
  EXPECT_THAT(XaReader().read(log.log),
              ElementsAre("a#0=5 of 1 at 1", HasSubstr("a transaction with 1 captured changes ends with ROLLBACK"),
                          "commit 1", "a#0=1 of 2 at 2", "commit 2"));
}

TEST(ReaderXa, CompressedTransactionsHaveTheirPlace) {
  XaLog log;
  log.begin(1);
  const std::uint64_t payload =
      log.log.add(EventType::transaction_payload, plain_payload(inner_events({
                                                      {EventType::query, query_body("XA START " + XaLog::quoted("x"))},
                                                      {EventType::table_map, table_map_body(ids_table(7, "a"))},
                                                      {EventType::write_rows, rows_body(ids(7, {5}))},
                                                      {EventType::query, query_body("XA END " + XaLog::quoted("x"))},
                                                      {EventType::xa_prepare, xa_prepare_body("x")},
                                                  })));
  log.commit(2, "x");
  XaReader reader;
  EXPECT_THAT(reader.read(log.log), ElementsAre("commit 1 prepared x", "a#0=5 of 1 at 2", "commit 2 decided x"));
  EXPECT_EQ(reader.origins[0].offset, payload);
}

TEST(ReaderXa, OfMariadbTheGtidEventIsTheStart) {
  constexpr int kTransactional = 4, kPrepared = 0x40, kCompleted = 0x80;
  const auto gtid = [](std::uint64_t seq, int flags) {
    return ByteWriter().u64(seq).u32(3).u8(static_cast<std::uint64_t>(flags)).u32(1).u8(1).u8(0).text("x").fill(6);
  };
  XaLog log;
  log.log.add(EventType::mariadb_gtid, gtid(5, kTransactional | kPrepared));
  log.insert("a", {5});
  log.log.add(EventType::query, query_body("XA END " + XaLog::quoted("x")));
  log.log.add(EventType::xa_prepare, xa_prepare_body("x"));
  log.log.add(EventType::mariadb_gtid, gtid(6, kTransactional | kCompleted));
  log.log.add(EventType::query, query_body("XA COMMIT " + XaLog::quoted("x")));
  EXPECT_THAT(XaReader().read(log.log), ElementsAre("commit 5 prepared x", "a#0=5 of 5 at 0", "commit 6 decided x"));
}

TEST(ReaderXa, ManyRowsGoThroughAFile) {
  XaLog log;
  log.open(1, "x");
  constexpr int kEvents = 3000;
  for (int i = 0; i < kEvents; ++i) {
    RowsSpec spec = ids(7, {});
    for (int row = 0; row < 100; ++row) spec.rows.u8(0).u32(static_cast<std::uint64_t>(i * 100 + row));
    log.log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
    log.log.add(EventType::write_rows, rows_body(spec));
  }
  log.close("x");
  log.commit(2, "x");
  const auto lines = XaReader().read(log.log);
  ASSERT_THAT(lines, SizeIs(kEvents * 100 + 2));
  for (std::size_t i = 0; i < kEvents * 100; i += 997) {
    EXPECT_EQ(lines[i + 1], "a#" + std::to_string(i) + "=" + std::to_string(i) + " of 1 at 2");
  }
}

// The definition is that of the prepare: a statement in between makes it void for what follows only.
TEST(ReaderXa, ADefinitionIsAskedForWhereTheRowsStand) {
  XaLog log;
  const auto insert = [&](int value) {
    log.log.add(EventType::table_map, table_map_body({.table_id = 7, .table = "a", .types = {3}}));
    log.log.add(EventType::write_rows, rows_body(ids(7, {value})));
  };
  const std::uint64_t began = log.open(1, "x");
  insert(5);
  log.close("x");
  log.statement(2, "ALTER TABLE a COMMENT 'x'");
  const std::uint64_t delivered = log.log.end();
  log.commit(3, "x");
  log.statement(4, "BEGIN");
  insert(6);
  log.log.add(EventType::xid, xid_body());
  const std::vector<std::string> behind = {"a#0=5 of 1 at 3", "commit 3 decided x", "ask a", "a#0=6 of 4 at 4",
                                           "commit 4"};
  XaReader reader({.ask_shapes = true});
  auto lines = reader.read(log.log);
  EXPECT_EQ(std::vector<std::string>(lines.begin(), lines.begin() + 3),
            (std::vector<std::string>{"ask a", "commit 1 prepared x", "commit 2"}));
  EXPECT_EQ(std::vector<std::string>(lines.begin() + 3, lines.end()), behind);

  XaReader fresh({.ask_shapes = true});
  fresh.reader.start({"binlog.000001", began});
  PreparedXa x;
  x.gtid = MysqlGtid{*Uuid::parse("11111111-1111-1111-1111-111111111111"), {}, 1};
  x.xid.gtrid = "x";
  fresh.reader.look_back({{x}, {{"binlog.000001", delivered}, {}}, false});
  lines = fresh.read_on(log.log, began);
  EXPECT_EQ(std::vector<std::string>(lines.begin() + 1, lines.end()), behind)
      << "the statement that was passed over counts";
  EXPECT_EQ(lines.front(), "ask a");
  const auto changes = fresh.reader.take_shape_changes();
  ASSERT_THAT(changes, SizeIs(1)) << "what was asked for on the way back is nobody's";
}

// Wherever the connection breaks: the reader has what it read, and the transaction under way comes again.
TEST(ReaderXa, ABrokenConnectionIsReadOnFromTheLastCommit) {
  XaLog log;
  log.prepare(1, "x", {5, 6});
  log.ordinary(2, {1});
  log.commit(3, "x");
  const auto whole = XaReader().read(log.log);
  for (std::size_t cut = 0; cut <= log.log.events().size(); ++cut) {
    XaReader reader;
    reader.reader.start({"binlog.000001", 4});
    reader.last = {"binlog.000001", 4};
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < cut; ++i) ASSERT_TRUE(reader.push(log.log.events()[i], lines));
    const auto ends_group = [](const std::string& line) { return line.starts_with("commit"); };
    while (!lines.empty() && !ends_group(lines.back())) lines.pop_back();
    for (const std::string& line : reader.read(log.log, reader.last.offset)) lines.push_back(line);
    EXPECT_EQ(lines, whole) << "cut behind " << cut;
  }
}

} // namespace
} // namespace rowferry
