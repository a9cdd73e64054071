#include "pipeline/old_prepares.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rowferry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kMinute = 60'000'000;

PreparedXa prepared(std::string gtrid, std::int64_t at) {
  PreparedXa xa;
  xa.xid = {std::move(gtrid), "", 1};
  xa.begin = {"binlog.000001", 100};
  xa.prepared_us = at;
  return xa;
}

TEST(OldPrepares, TellsOfEachOnceWithItsXidAndTheCure) {
  OldPrepares watch(std::chrono::minutes(10));
  const std::vector<PreparedXa> two = {prepared("a", 0), prepared("b", 5 * kMinute)};
  EXPECT_THAT(watch.look(two, 10 * kMinute), IsEmpty());
  EXPECT_THAT(watch.look(two, 11 * kMinute), ElementsAre("XA transaction X'61',X'',1, prepared at binlog.000001:100, "
                                                         "has been undecided for 11 minutes: its rows are not "
                                                         "sent, it holds locks, and a restart reads from there: XA "
                                                         "RECOVER CONVERT XID on the source lists it; XA COMMIT "
                                                         "X'61',X'',1 or XA ROLLBACK X'61',X'',1 decides it"));
  EXPECT_THAT(watch.look(two, 12 * kMinute), IsEmpty());
  EXPECT_THAT(watch.look(two, 16 * kMinute), ElementsAre(HasSubstr("XA COMMIT X'62',X'',1")));
}

TEST(OldPrepares, AnotherOneOfTheSameNameIsToldOfToo) {
  OldPrepares watch(std::chrono::minutes(10));
  EXPECT_EQ(watch.look({prepared("a", 0)}, 11 * kMinute).size(), 1u);
  EXPECT_THAT(watch.look({}, 12 * kMinute), IsEmpty());
  EXPECT_THAT(watch.look({prepared("a", 12 * kMinute)}, 13 * kMinute), IsEmpty());
  EXPECT_EQ(watch.look({prepared("a", 12 * kMinute)}, 23 * kMinute).size(), 1u);
}

} // namespace
} // namespace rowferry
