#include <gtest/gtest.h>

#include <rowferry/checkpoint/delivery_tracker.hpp>
#include <stdexcept>

namespace rowferry {
namespace {

const Uuid kUuid = *Uuid::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562");

Gtid gtid(std::uint64_t gno) { return MysqlGtid{kUuid, {}, gno}; }
FileOffset at(std::uint64_t offset) { return {"bin.000001", offset}; }
Fingerprint ends_at(std::uint64_t offset) { return {offset - 1, 7, 8, 1, 16}; }

class DeliveryTrackerTest : public ::testing::Test {
 protected:
  DeliveryTrackerTest() {
    start_.name = "shop";
    start_.server_uuid = kUuid.text();
    start_.position.at = at(4);
    start_.position.executed.add(gtid(1), {1, 11});
  }
  void start() {
    tracker_.start(start_);
    orders_ = tracker_.table_index("shop", "orders");
    items_ = tracker_.table_index("shop", "items");
  }
  void commit(std::uint64_t gno, std::uint64_t offset) {
    const Gtid id = gtid(gno);
    ASSERT_TRUE(tracker_.commit(&id, at(offset), ends_at(offset)));
  }
  /// What the next take() must give.
  void expect(std::uint64_t last_gno, std::uint64_t offset, std::vector<DeliveredRows> delivered = {},
              std::optional<Gtid> of = {}) {
    Checkpoint expected = start_;
    expected.position.at = at(offset);
    expected.position.executed.add(gtid(1), {1, last_gno + 1});
    expected.fingerprint = offset == start_.position.at.offset ? start_.fingerprint : ends_at(offset);
    expected.delivered = std::move(delivered);
    expected.delivered_of = of;
    const std::optional<Checkpoint> taken = tracker_.take();
    ASSERT_TRUE(taken);
    EXPECT_EQ(format_checkpoint(*taken), format_checkpoint(expected));
  }
  void expect_nothing_new() { EXPECT_EQ(tracker_.take(), std::nullopt); }

  Checkpoint start_;
  DeliveryTracker tracker_{8, 4};
  std::uint32_t orders_ = 0;
  std::uint32_t items_ = 0;
};

TEST_F(DeliveryTrackerTest, FollowsTheDomainsOfMariadb) {
  start_.position.executed = GtidSet::parse("0-1-10").value();
  start();
  for (const std::string_view text : {"0-1-11", "0-1-12", "2-1-1", "0-3-13", "0-1-20"}) {
    const Gtid id = Gtid::parse(text).value();
    ASSERT_TRUE(tracker_.commit(&id, at(200), ends_at(200)));
  }
  const std::optional<Checkpoint> taken = tracker_.take();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->position.executed.text(), "0-1-20,2-1-1");

  const Gtid next = Gtid::parse("2-1-2").value();
  tracker_.begin(&next);
  tracker_.complete(tracker_.add(orders_, 5));
  const std::optional<Checkpoint> within = tracker_.take();
  ASSERT_TRUE(within);
  EXPECT_EQ(within->delivered_of->text(), "2-1-2");
  EXPECT_EQ(within->delivered, (std::vector<DeliveredRows>{{"shop", "orders", 5}}));
}

TEST_F(DeliveryTrackerTest, TheStartIsNothingNew) {
  start();
  expect_nothing_new();
  EXPECT_EQ(tracker_.registered(), 0U);
  EXPECT_EQ(tracker_.delivered(), 0U);
  EXPECT_EQ(tracker_.in_flight(), 0U);
}

TEST_F(DeliveryTrackerTest, MovesOverACommitWhenAllItsMessagesAreDelivered) {
  start();
  const Token first = tracker_.add(orders_, 1);
  const Token second = tracker_.add(orders_, 2);
  EXPECT_EQ(first, 1U);
  EXPECT_EQ(second, 2U);
  commit(11, 100);
  expect_nothing_new();
  tracker_.complete(second);
  expect_nothing_new();
  EXPECT_EQ(tracker_.in_flight(), 2U);
  tracker_.complete(first);
  EXPECT_EQ(tracker_.delivered(), 2U);
  expect(11, 100);
  expect_nothing_new();
}

TEST_F(DeliveryTrackerTest, ALaterTransactionWaitsForAnEarlierMessage) {
  start();
  const Token first = tracker_.add(orders_, 1);
  commit(11, 100);
  const Token second = tracker_.add(items_, 1);
  commit(12, 200);
  tracker_.complete(second);
  expect_nothing_new();
  tracker_.complete(first);
  expect(12, 200);
}

TEST_F(DeliveryTrackerTest, KnowsTheTableOfAMessageOnItsWay) {
  start();
  const Token order = tracker_.add(orders_, 1);
  const Token item = tracker_.add(items_, 1);
  tracker_.complete(order);
  EXPECT_EQ(tracker_.table_of(item), "`shop`.`items`");
}

TEST_F(DeliveryTrackerTest, CountsRowsOfTheTransactionUnderWayByTable) {
  start();
  const Token a = tracker_.add(orders_, 1);
  const Token b = tracker_.add(items_, 1);
  const Token c = tracker_.add(items_, 2);
  const Token d = tracker_.add(orders_, 2);
  tracker_.complete(a);
  tracker_.complete(b);
  tracker_.complete(d);
  expect(10, 4, {{"shop", "orders", 1}, {"shop", "items", 1}});
  tracker_.complete(c);
  expect(10, 4, {{"shop", "orders", 2}, {"shop", "items", 2}});
  expect_nothing_new();
  commit(11, 100);
  expect(11, 100);
}

TEST_F(DeliveryTrackerTest, AHalfOfAPairDoesNotCount) {
  start();
  const Token removed = tracker_.add(orders_, 0);
  const Token created = tracker_.add(orders_, 1);
  tracker_.complete(removed);
  expect_nothing_new();
  tracker_.complete(created);
  expect(10, 4, {{"shop", "orders", 1}});
}

TEST_F(DeliveryTrackerTest, RowsDeliveredBeforeTheStartStayUntilTheirTransactionCommits) {
  start_.delivered = {{"shop", "orders", 5}, {"shop", "gone", 2}};
  start();
  expect_nothing_new();
  const Token next = tracker_.add(orders_, 6);
  tracker_.complete(next);
  expect(10, 4, {{"shop", "orders", 6}, {"shop", "gone", 2}});
  ASSERT_TRUE(tracker_.move(at(50), ends_at(50)));
  expect(10, 50, {{"shop", "orders", 6}, {"shop", "gone", 2}});
  commit(11, 100);
  expect(11, 100);
  tracker_.complete(tracker_.add(items_, 1));
  expect(11, 100, {{"shop", "items", 1}});
}

TEST_F(DeliveryTrackerTest, RowsDeliveredNameTheirTransaction) {
  start();
  const Gtid first = gtid(11);
  tracker_.begin(&first);
  expect_nothing_new();
  tracker_.complete(tracker_.add(orders_, 1));
  expect(10, 4, {{"shop", "orders", 1}}, first);
  commit(11, 100);
  expect(11, 100);
  const Gtid second = gtid(12);
  tracker_.begin(&second);
  tracker_.complete(tracker_.add(items_, 1));
  expect(11, 100, {{"shop", "items", 1}}, second);
}

TEST_F(DeliveryTrackerTest, RowsOfTheSameTransactionAreKeptWhenItBeginsAgain) {
  start_.delivered = {{"shop", "orders", 5}};
  start_.delivered_of = gtid(11);
  start();
  const Gtid same = gtid(11);
  tracker_.begin(&same);
  expect_nothing_new();
  tracker_.complete(tracker_.add(items_, 1));
  expect(10, 4, {{"shop", "orders", 5}, {"shop", "items", 1}}, same);
}

TEST_F(DeliveryTrackerTest, RowsAreForgottenWhenAnotherTransactionComesFirst) {
  start_.delivered = {{"shop", "orders", 5}};
  start_.delivered_of = gtid(11);
  start();
  const Gtid other = gtid(15);
  tracker_.begin(&other);
  const Token token = tracker_.add(orders_, 1);
  expect_nothing_new(); // they are there, whatever comes next
  tracker_.complete(token);
  expect(10, 4, {{"shop", "orders", 1}}, other);
}

TEST_F(DeliveryTrackerTest, RowsAreForgottenWhenAnotherTransactionHasTheSameNumber) {
  start_.delivered = {{"shop", "orders", 5}};
  start_.delivered_of = gtid(11);
  start_.delivered_commit_us = 1000;
  start();
  start_.delivered_commit_us = 0; // expect() builds on it
  const Gtid number = gtid(11);
  tracker_.begin(&number, 1000);
  expect_nothing_new();
  tracker_.begin(&number, 2000);
  tracker_.cancel(tracker_.add(items_, 1)); // what is taken back begins nothing
  tracker_.complete(tracker_.add(items_, 1));
  const auto within = tracker_.take();
  ASSERT_TRUE(within);
  EXPECT_EQ(within->delivered_commit_us, 2000U);
  EXPECT_EQ(within->delivered, (std::vector<DeliveredRows>{{"shop", "items", 1}}));
}

TEST_F(DeliveryTrackerTest, APositionNamesItsServer) {
  start();
  const Token message = tracker_.add(orders_, 1);
  commit(11, 100);
  tracker_.set_server("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");
  const Token next = tracker_.add(orders_, 1);
  commit(12, 50);
  tracker_.complete(message);
  EXPECT_EQ(tracker_.take()->server_uuid, start_.server_uuid);
  tracker_.complete(next);
  const std::optional<Checkpoint> taken = tracker_.take();
  EXPECT_EQ(taken->server_uuid, "aaaaaaaa-71ca-11e1-9e33-c80aa9429562");
  EXPECT_EQ(taken->position.at, at(50));
}

TEST_F(DeliveryTrackerTest, ATransactionWhoseRowsWereAllDeliveredBeforeCommitsWithoutAMessage) {
  start_.delivered = {{"shop", "orders", 5}};
  start();
  commit(11, 100);
  expect(11, 100);
}

TEST_F(DeliveryTrackerTest, ACommitWithoutGtidMovesThePositionOnly) {
  start();
  tracker_.complete(tracker_.add(orders_, 1));
  ASSERT_TRUE(tracker_.commit(nullptr, at(100), ends_at(100)));
  expect(10, 100);
}

TEST_F(DeliveryTrackerTest, AMoveToWhereItIsIsNothingNew) {
  start();
  ASSERT_TRUE(tracker_.move(at(100), ends_at(100)));
  expect(10, 100);
  ASSERT_TRUE(tracker_.move(at(100), ends_at(100)));
  expect_nothing_new();
}

TEST_F(DeliveryTrackerTest, FollowsRotations) {
  start();
  for (int i = 1; i <= 100; ++i) {
    const FileOffset next{"bin." + std::to_string(i), 4};
    ASSERT_TRUE(tracker_.move(next, {}));
    EXPECT_EQ(tracker_.take()->position.at, next);
  }
  const Token message = tracker_.add(orders_, 1);
  for (int i = 101; i <= 200; ++i) ASSERT_TRUE(tracker_.move({"bin." + std::to_string(i), 4}, {}));
  expect_nothing_new();
  tracker_.complete(message);
  EXPECT_EQ(tracker_.take()->position.at.file, "bin.200");
}

TEST_F(DeliveryTrackerTest, FilteredTransactionsDoNotFillTheQueueOfCommits) {
  start();
  const Token stalled = tracker_.add(orders_, 1);
  commit(11, 100);
  for (std::uint64_t gno = 12; gno < 10000; ++gno) commit(gno, 100 * gno);
  expect_nothing_new();
  tracker_.complete(stalled);
  expect(9999, 999900);
}

TEST_F(DeliveryTrackerTest, IsBoundedInMessages) {
  start();
  EXPECT_TRUE(tracker_.has_room(8));
  EXPECT_FALSE(tracker_.has_room(9));
  for (std::uint64_t i = 1; i <= 8; ++i) tracker_.add(orders_, i);
  EXPECT_FALSE(tracker_.has_room());
  tracker_.complete(2);
  EXPECT_FALSE(tracker_.has_room());
  tracker_.complete(1);
  EXPECT_TRUE(tracker_.has_room(2));
  EXPECT_FALSE(tracker_.has_room(3));
  EXPECT_EQ(tracker_.in_flight(), 6U);
}

TEST_F(DeliveryTrackerTest, IsBoundedInCommits) {
  start();
  for (std::uint64_t i = 0; i < 4; ++i) {
    tracker_.add(orders_, 1);
    commit(11 + i, 100 + i);
  }
  tracker_.add(orders_, 1);
  const Gtid id = gtid(15);
  EXPECT_FALSE(tracker_.commit(&id, at(104), ends_at(104)));
  tracker_.complete(1);
  EXPECT_TRUE(tracker_.commit(&id, at(104), ends_at(104)));
}

TEST_F(DeliveryTrackerTest, ACancelledTokenIsGivenAgain) {
  start();
  const Token kept = tracker_.add(orders_, 1);
  const Token cancelled = tracker_.add(orders_, 99);
  tracker_.cancel(cancelled);
  EXPECT_EQ(tracker_.in_flight(), 1U);
  tracker_.complete(kept);
  expect(10, 4, {{"shop", "orders", 1}});
  const Token again = tracker_.add(items_, 1);
  EXPECT_EQ(again, cancelled);
  tracker_.complete(again);
  expect(10, 4, {{"shop", "orders", 1}, {"shop", "items", 1}});
}

TEST_F(DeliveryTrackerTest, ATableKeepsItsIndex) {
  start();
  EXPECT_NE(orders_, items_);
  EXPECT_EQ(tracker_.table_index("shop", "orders"), orders_);
  EXPECT_NE(tracker_.table_index("shoporders", ""), orders_);
  EXPECT_NE(tracker_.table_index("sho", "porders"), orders_);
}

TEST_F(DeliveryTrackerTest, KeepsTheGtidsOfSeveralSources) {
  start();
  const Gtid first_other = MysqlGtid{*Uuid::parse("aaaaaaaa-71ca-11e1-9e33-c80aa9429562"), *Tag::parse("batch"), 1};
  for (std::uint64_t i = 1; i <= 50; ++i) {
    const Gtid own = gtid(10 + i);
    const Gtid other = first_other.numbered(i);
    tracker_.complete(tracker_.add(orders_, 1));
    ASSERT_TRUE(tracker_.commit(&own, at(100 * i), ends_at(100 * i)));
    tracker_.complete(tracker_.add(orders_, 1));
    ASSERT_TRUE(tracker_.commit(&other, at(100 * i + 1), ends_at(100 * i + 1)));
  }
  EXPECT_EQ(tracker_.take()->position.executed.text(),
            kUuid.text() + ":1-60,aaaaaaaa-71ca-11e1-9e33-c80aa9429562:batch:1-50");
}

TEST(DeliveryTracker, RefusesCapacitiesThatAreNoPowerOfTwo) {
  EXPECT_THROW(DeliveryTracker(0), std::invalid_argument);
  EXPECT_THROW(DeliveryTracker(6), std::invalid_argument);
  EXPECT_THROW(DeliveryTracker(8, 6), std::invalid_argument);
}

TEST_F(DeliveryTrackerTest, DefinitionsBelongToTheirPosition) {
  start_.shapes = {{"shop", "items", "old"}};
  start();
  tracker_.set_shape("shop", "orders", "first");
  ASSERT_TRUE(tracker_.note());
  const Gtid first = gtid(11);
  tracker_.begin(&first);
  const Token token = tracker_.add(orders_, 1);
  start_.shapes = {{"shop", "items", "old"}, {"shop", "orders", "first"}};
  expect(10, 4); // what was learned holds before the transaction too
  commit(11, 200);
  tracker_.set_shape("shop", "orders", "");
  commit(12, 300); // the statement that changes the table
  tracker_.set_shape("shop", "orders", "second");
  ASSERT_TRUE(tracker_.note());
  const Gtid third = gtid(13);
  tracker_.begin(&third);
  const Token last = tracker_.add(orders_, 1);
  commit(13, 400);
  expect_nothing_new();
  tracker_.complete(token);
  start_.shapes = {{"shop", "items", "old"}, {"shop", "orders", "second"}};
  expect(12, 300);
  tracker_.complete(last);
  expect(13, 400);
  tracker_.set_shape("shop", "items", "");
  commit(14, 500);
  start_.shapes = {{"shop", "orders", "second"}};
  expect(14, 500);
}

TEST_F(DeliveryTrackerTest, UndecidedXaTransactionsBelongToTheirPosition) {
  const auto prepared = [](std::string gtrid, std::uint64_t offset) {
    PreparedXa xa;
    xa.xid.gtrid = std::move(gtrid);
    xa.begin = at(offset);
    return xa;
  };
  const PreparedXa old = prepared("old", 4), one = prepared("one", 150), again = prepared("one", 450);
  start_.undecided = {old};
  start();
  const Token before = tracker_.add(orders_, 1);
  commit(11, 150);
  tracker_.set_prepared(one);
  commit(12, 200);
  const Token between = tracker_.add(orders_, 1);
  commit(13, 300);
  tracker_.set_decided(old.xid);
  commit(14, 400);
  expect_nothing_new();
  tracker_.complete(before);
  start_.undecided = {old, one};
  expect(12, 200);
  tracker_.complete(between);
  start_.undecided = {one};
  expect(14, 400);
  tracker_.set_prepared(again); // the outcome of the first was not logged
  commit(15, 500);
  start_.undecided = {again};
  expect(15, 500);
  tracker_.set_decided(again.xid);
  const Token last = tracker_.add(orders_, 1);
  commit(16, 600);
  expect_nothing_new();
  tracker_.complete(last);
  start_.undecided.clear();
  expect(16, 600);
}

} // namespace
} // namespace rowferry
