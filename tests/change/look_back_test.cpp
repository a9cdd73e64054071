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

constexpr std::string_view kUuid = "11111111-1111-1111-1111-111111111111";

PreparedXa awaited(std::string gtrid, std::uint64_t offset, std::optional<Gtid> gtid = std::nullopt,
                   std::string_view before = "") {
  PreparedXa xa;
  xa.xid = {std::move(gtrid), "", 1};
  xa.begin = {"binlog.000001", offset};
  xa.gtid = gtid;
  xa.before = GtidSet::parse(before).value();
  return xa;
}

Gtid gtid(std::uint64_t gno) { return MysqlGtid{*Uuid::parse(kUuid), {}, gno}; }

/// x is undecided where reading goes on; y, of the same name as a later one, and z were decided before.
struct Log : XaLog {
  explicit Log(bool gtids) {
    with_gtids = gtids;
    y_before = prepare(1, "y", {1});
    statement(2, "DROP TABLE a");
    rollback(3, "y");
    x = open(4, "x");
    insert("a", {5, 6});
    close("x");
    x_end = log.end();
    statement(5, "INSERT INTO a VALUES (1)"); // was passed over with a warning: not again
    prepare(6, "z", {7});
    ordinary(7, {8});
    commit(8, "z");
    y = prepare(9, "y", {9});
    delivered = log.end();
    ordinary(10, {10});
    commit(11, "y");
    commit(12, "x");
  }
  std::uint64_t y_before, x, x_end, y, delivered;
};

TEST(LookBack, ByFileWhatWasHandedOutIsPassedOverAndPreparesAreReadAgain) {
  for (const bool gtids : {true, false}) {
    const Log log(gtids);
    const auto of = [&](std::uint64_t offset, std::uint64_t gno) {
      return gtids ? std::to_string(gno) : std::to_string(offset);
    };
    const auto number = [&](const char* gno) { return std::string("commit ") + (gtids ? gno : "-"); };
    XaReader reader;
    reader.reader.start({"binlog.000001", log.x});
    LookBack from;
    from.awaited = {awaited("x", log.x, gtids ? std::optional(gtid(4)) : std::nullopt),
                    awaited("y", log.y, gtids ? std::optional(gtid(9)) : std::nullopt)};
    from.delivered.at = {"binlog.000001", log.delivered};
    reader.reader.look_back(from);
    const auto lines = reader.read_on(log.log, log.x);
    ASSERT_THAT(lines, SizeIs(7)) << testing::PrintToString(lines);
    EXPECT_EQ(lines[0], "a#0=10 of " + of(log.delivered, 10) + " at 10");
    EXPECT_EQ(lines[1], number("10"));
    EXPECT_EQ(lines[2], "a#0=9 of " + of(log.y, 9) + " at 11");
    EXPECT_EQ(lines[3], number("11") + " decided y");
    EXPECT_EQ(lines[4], "a#0=5 of " + of(log.x, 4) + " at 12");
    EXPECT_EQ(lines[6], number("12") + " decided x");
    EXPECT_THAT(reader.reader.awaited(), IsEmpty());
    EXPECT_EQ(reader.reader.counters().transactions, 3u);
  }
}

TEST(LookBack, ByGtidOfMysqlTheServerSendsThePreparesAlone) {
  const Log log(true);
  XaReader reader;
  reader.reader.start({"binlog.000001", 4});
  LookBack from{{awaited("x", 0, gtid(4)), awaited("y", 0, gtid(9))},
                {{}, GtidSet::parse(std::string(kUuid) + ":1-9").value()},
                true};
  reader.reader.look_back(from);
  std::vector<std::string> lines;
  std::uint64_t offset = 4;
  for (const auto& event : log.log.events()) {
    const bool wanted = offset == 4 || (offset >= log.x && offset < log.x_end) || offset >= log.y;
    offset += event.size();
    if (wanted) {
      ASSERT_TRUE(reader.push(event, lines)) << lines.back();
    }
  }
  EXPECT_THAT(lines, ElementsAre("a#0=10 of 10 at 10", "commit 10", "a#0=9 of 9 at 11", "commit 11 decided y",
                                 "a#0=5 of 4 at 12", "a#1=6 of 4 at 12", "commit 12 decided x"));
}

TEST(LookBack, NeitherRotationsNorHeartbeatsMoveThePositionBack) {
  XaLog log;
  const std::uint64_t x = log.prepare(1, "x", {1});
  log.log.add(EventType::mariadb_binlog_checkpoint, ByteWriter().u32(13).text("binlog.000001"));
  log.ordinary(2, {2});
  const std::uint64_t delivered = log.log.end();
  XaReader reader;
  reader.reader.start({"binlog.000001", x});
  reader.reader.look_back({{awaited("x", x, gtid(1))}, {{"binlog.000001", delivered}, {}}, false});
  EXPECT_THAT(reader.read_on(log.log, x), IsEmpty());
  EXPECT_EQ(reader.last, FileOffset{}) << "no commit, idle or not";
  std::vector<std::string> lines;
  const std::size_t size = make_event(EventType::rotate, rotate_body(4, "binlog.000002"), Checksum::crc32).size();
  ASSERT_TRUE(reader.push(make_event(EventType::rotate, rotate_body(4, "binlog.000002"), Checksum::crc32,
                                     {.log_pos = static_cast<std::uint32_t>(delivered + size)}),
                          lines));
  EXPECT_EQ(reader.last, (FileOffset{"binlog.000002", 4}));
}

TEST(LookBack, APrepareThatIsNotThereStops) {
  XaLog log;
  const std::uint64_t other = log.prepare(1, "other", {1});
  log.ordinary(2, {2});
  const std::uint64_t delivered = log.log.end();
  log.ordinary(3, {3});
  XaReader reader;
  reader.reader.start({"binlog.000001", other});
  reader.reader.look_back({{awaited("x", other + 1, gtid(77))}, {{"binlog.000001", delivered}, {}}, false});
  EXPECT_THAT(
      reader.read_on(log.log, other),
      ElementsAre(HasSubstr(
          "the XA transaction X'78',X'',1, prepared as 11111111-1111-1111-1111-111111111111:77, is not in the log "
          "where the checkpoint says")));
}

TEST(LookBack, AnOutcomeBeforeItsPrepareStops) {
  XaLog log;
  log.ordinary(2, {2});
  log.commit(3, "x");
  XaReader reader;
  reader.reader.start({"binlog.000001", 4});
  reader.reader.look_back({{awaited("x", 0, gtid(1))}, {{}, GtidSet::parse(std::string(kUuid) + ":1").value()}, true});
  EXPECT_THAT(reader.read_on(log.log, 4),
              ElementsAre("a#0=2 of 2 at 2", "commit 2", HasSubstr("comes before what prepared it was read again")));
}

TEST(LookBack, OnlyWhatIsMissingIsReadAgain) {
  const Log log(true);
  XaReader reader;
  LookBack from{
      {awaited("x", log.x, gtid(4)), awaited("y", log.y, gtid(9))}, {{"binlog.000001", log.delivered}, {}}, false};
  reader.reader.start({"binlog.000001", log.x});
  reader.reader.look_back(from);
  std::vector<std::string> lines;
  std::uint64_t offset = 4;
  for (const auto& event : log.log.events()) { // the connection breaks inside y
    if ((offset == 4 || offset >= log.x) && offset <= log.y) {
      ASSERT_TRUE(reader.push(event, lines));
    }
    offset += event.size();
  }
  EXPECT_THAT(lines, IsEmpty());
  ASSERT_THAT(reader.reader.awaited(), SizeIs(1));
  EXPECT_EQ(reader.reader.awaited()[0].xid.gtrid, "y");
  EXPECT_THAT(reader.reader.undecided(), SizeIs(1));
  from.awaited = reader.reader.awaited();
  reader.reader.start({"binlog.000001", log.y});
  reader.reader.look_back(from);
  EXPECT_THAT(reader.read_on(log.log, log.y),
              ElementsAre("a#0=10 of 10 at 10", "commit 10", "a#0=9 of 9 at 11", "commit 11 decided y",
                          "a#0=5 of 4 at 12", "a#1=6 of 4 at 12", "commit 12 decided x"));
}

constexpr int kTransactional = 4, kPrepared = 0x40, kCompleted = 0x80;

TEST(LookBack, OfMariadbByGtidEachDomainIsPassedUpToWhereItHadCome) {
  LogBuilder log;
  const auto begin = [&](std::uint32_t domain, std::uint64_t seq, int flags = kTransactional) {
    ByteWriter body = ByteWriter().u64(seq).u32(domain).u8(static_cast<std::uint64_t>(flags));
    if ((flags & (kPrepared | kCompleted)) != 0) body.u32(1).u8(1).u8(0).text("x");
    log.add(EventType::mariadb_gtid, body.fill(6));
  };
  const auto insert = [&](int value) {
    log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
    log.add(EventType::write_rows, rows_body(ids(7, {value})));
  };
  const auto ordinary = [&](std::uint32_t domain, std::uint64_t seq, int value) {
    begin(domain, seq);
    insert(value);
    log.add(EventType::xid, xid_body());
  };
  begin(0, 5, kTransactional | kPrepared);
  insert(50);
  log.add(EventType::xa_prepare, xa_prepare_body("x"));
  ordinary(1, 9, 19);
  ordinary(2, 1, 21); // a domain that is new
  ordinary(0, 6, 60);
  ordinary(0, 7, 70);
  ordinary(1, 3, 13); // behind the last of its domain: new, though its number is lower
  begin(0, 8, kTransactional | kCompleted);
  log.add(EventType::query, query_body("XA COMMIT " + XaLog::quoted("x")));
  XaReader reader;
  reader.reader.start({"binlog.000001", 4});
  reader.reader.look_back(
      {{awaited("x", 0, MariadbGtid{0, 1, 5}, "0-1-4,1-1-8")}, {{}, GtidSet::parse("0-1-6,1-1-9").value()}, true});
  EXPECT_THAT(reader.read_on(log, 4),
              ElementsAre("a#0=21 of 1 at 0", "commit 1", "a#0=70 of 7 at 0", "commit 7", "a#0=13 of 3 at 0",
                          "commit 3", "a#0=50 of 5 at 0", "commit 8 decided x"));
}

} // namespace
} // namespace rowferry
