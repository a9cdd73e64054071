#include "app/ranged_events.hpp"

#include <gmock/gmock.h>

#include <string>

#include "app/recorded_files.hpp"

namespace rowferry {
namespace {

using namespace test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kEpoch = 1'700'000'000 * kSecond;

/// A transaction of one row, committed so many seconds behind 1,700,000,000. Returns where it begins.
std::uint64_t add_transaction(LogBuilder& log, std::uint64_t gno, std::uint64_t second) {
  ByteWriter gtid;
  gtid.u8(0).fill(16, 0x11).u64(gno).u8(2).u64(0).u64(0).le(static_cast<std::uint64_t>(kEpoch) + second * kSecond, 7);
  const std::uint64_t begin = log.add(EventType::gtid, gtid.lenenc(500).u32(90700));
  log.add(EventType::query, query_body("BEGIN"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  log.add(EventType::write_rows, rows_body(ids(7, {static_cast<int>(gno)})));
  log.add(EventType::xid, xid_body());
  return begin;
}

/// Two files: transactions 1 and 2, then 3 (committed before 2, as a replica may log it) and 4.
struct Log {
  Log() {
    first[0] = add_transaction(a, 1, 10);
    first[1] = add_transaction(a, 2, 30);
    a.add(EventType::rotate, rotate_body(4, "binlog.2"));
    first[2] = add_transaction(b, 3, 20);
    first[3] = add_transaction(b, 4, 40);
  }
  LogBuilder a, b;
  std::uint64_t first[4];
};

LogBound at(std::size_t file, std::uint64_t offset) {
  return {.kind = LogBound::Kind::offset, .file = file, .offset = offset, .gtid = {}, .time_us = 0};
}
LogBound gtid(std::uint64_t gno) {
  LogBound bound;
  bound.kind = LogBound::Kind::gtid;
  bound.gtid = *Gtid::parse("11111111-1111-1111-1111-111111111111:" + std::to_string(gno));
  return bound;
}
LogBound second(std::int64_t second) {
  LogBound bound;
  bound.kind = LogBound::Kind::time;
  bound.time_us = kEpoch + second * kSecond;
  return bound;
}

struct Seen {
  std::vector<std::uint64_t> transactions; // by number of their GTID; 0 without one
  int outside = 0;
  std::string error;
};

Seen read(std::vector<std::vector<std::vector<std::uint8_t>>> files, LogRange range) {
  Seen seen;
  RangedEvents events(std::make_unique<RecordedFiles>(std::move(files)), std::move(range));
  for (;;) {
    const Result<binlog::RawEvent> event = events.next();
    if (!event) {
      EXPECT_EQ(event.error().status, ExitStatus::usage);
      seen.error = event.error().message;
      return seen;
    }
    if (event->empty()) return seen;
    if (events.part() == RangedEvents::Part::outside) ++seen.outside;
    if (events.part() == RangedEvents::Part::first) {
      const std::string id = events.transaction().gtid ? events.transaction().gtid->text() : "0";
      seen.transactions.push_back(std::stoull(id.substr(id.rfind(':') + 1)));
    }
  }
}

std::vector<std::uint64_t> chosen(std::optional<LogBound> from, std::optional<LogBound> to) {
  Log log;
  return read({log.a.events(), log.b.events()}, {std::move(from), std::move(to)}).transactions;
}

TEST(RangedEvents, EverythingWithoutBounds) {
  Log log;
  const Seen seen = read({log.a.events(), log.b.events()}, {});
  EXPECT_THAT(seen.transactions, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(seen.outside, 5); // two ROTATE in front, two FORMAT_DESCRIPTION, the ROTATE in between
}

TEST(RangedEvents, OffsetsAreHalfOpenAndKeepTransactionsWhole) {
  const Log log;
  EXPECT_THAT(chosen(at(0, log.first[1]), {}), ElementsAre(2, 3, 4));
  EXPECT_THAT(chosen(at(0, log.first[1] + 1), {}), ElementsAre(3, 4)); // the middle of 2
  EXPECT_THAT(chosen({}, at(0, log.first[1])), ElementsAre(1));
  EXPECT_THAT(chosen({}, at(0, log.first[1] + 1)), ElementsAre(1, 2));
  EXPECT_THAT(chosen(at(0, log.first[1]), at(1, log.first[3])), ElementsAre(2, 3));
  EXPECT_THAT(chosen(at(1, 4), {}), ElementsAre(3, 4));
  EXPECT_THAT(chosen(at(1, 1u << 30), {}), IsEmpty());
  EXPECT_THAT(chosen(at(1, 4), at(0, 4)), IsEmpty());
}

TEST(RangedEvents, GtidsAreHalfOpen) {
  EXPECT_THAT(chosen(gtid(2), {}), ElementsAre(2, 3, 4));
  EXPECT_THAT(chosen({}, gtid(3)), ElementsAre(1, 2));
  EXPECT_THAT(chosen(gtid(2), gtid(4)), ElementsAre(2, 3));
  EXPECT_THAT(chosen({}, gtid(9)), ElementsAre(1, 2, 3, 4));
}

TEST(RangedEvents, TimesAreAskedOfEachTransaction) {
  EXPECT_THAT(chosen(second(20), {}), ElementsAre(2, 3, 4));
  EXPECT_THAT(chosen(second(21), {}), ElementsAre(2, 4));
  EXPECT_THAT(chosen({}, second(30)), ElementsAre(1, 3));
  EXPECT_THAT(chosen(second(10), second(30)), ElementsAre(1, 3));
  EXPECT_THAT(chosen(gtid(3), second(40)), ElementsAre(3));
}

TEST(RangedEvents, AGtidThatIsNotThereIsAnError) {
  Log log;
  const Seen seen = read({log.a.events()}, {gtid(3), {}});
  EXPECT_THAT(seen.error, AllOf(HasSubstr("--from"), HasSubstr(":3 is not in these files")));
  EXPECT_THAT(read({log.a.events()}, {gtid(2), gtid(1)}).error, HasSubstr("not before --to"));
}

// What lies outside of the range is not looked into, and what lies behind it not even read.
TEST(RangedEvents, DamageElsewhereDoesNotMatter) {
  Log log;
  auto events = log.a.events();
  events[1][24] ^= 0xff; // the GTID of the first transaction
  EXPECT_THAT(read({events}, {at(0, log.first[1]), {}}).transactions, ElementsAre(2));
}

// As MySQL 5.5 writes them.
TEST(RangedEvents, LogsWithoutGtids) {
  LogBuilder log(Checksum::none);
  std::vector<std::uint64_t> begins;
  begins.push_back(log.add(EventType::query, query_body("CREATE TABLE a (id INT)")));
  begins.push_back(log.add(EventType::query, query_body("BEGIN")));
  log.add(EventType::query, query_body("SAVEPOINT s"));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  log.add(EventType::write_rows, rows_body(ids(7, {1})));
  log.add(EventType::xid, xid_body());
  begins.push_back(log.add(EventType::query, query_body("BEGIN")));
  log.add(EventType::table_map, table_map_body(ids_table(7, "a")));
  log.add(EventType::write_rows, rows_body(ids(7, {2})));
  log.add(EventType::query, query_body("COMMIT"));
  begins.push_back(log.add(EventType::intvar, ByteWriter().u8(2).u64(5)));
  log.add(EventType::query, query_body("INSERT INTO a VALUES (3)"));
  begins.push_back(log.add(EventType::query, query_body("DROP TABLE a")));
  for (std::size_t i = 0; i < begins.size(); ++i) {
    EXPECT_EQ(read({log.events()}, {at(0, begins[i]), {}}).transactions.size(), begins.size() - i) << i;
    EXPECT_EQ(read({log.events()}, {{}, at(0, begins[i])}).transactions.size(), i) << i;
  }
}

} // namespace
} // namespace rowferry
