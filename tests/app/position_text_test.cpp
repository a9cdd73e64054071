#include "app/position_text.hpp"

#include <gmock/gmock.h>

namespace rowferry {
namespace {

using testing::HasSubstr;

constexpr const char* kUuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

Checkpoint at(const std::string& file, std::uint64_t offset, const std::string& gtids = "") {
  Checkpoint checkpoint;
  checkpoint.name = "shop";
  checkpoint.server_uuid = kUuid;
  checkpoint.position.at = {file, offset};
  checkpoint.position.executed = GtidSet::parse(gtids).value();
  checkpoint.saved_at_us = 1'709'210'096'000'789;
  return checkpoint;
}

std::string set(const std::string& intervals) { return std::string(kUuid) + ":" + intervals; }

TEST(PositionText, DescribesACheckpoint) {
  Checkpoint checkpoint = at("binlog.000003", 157, set("1-5"));
  EXPECT_EQ(describe(checkpoint), "connector  shop\nserver     " + std::string(kUuid) +
                                      "\nlog        binlog.000003:157\nGTIDs      " + set("1-5") +
                                      "\nsaved      2024-02-29T12:34:56.000789Z\n");
  checkpoint.delivered = {{"shop", "orders", 1}, {"shop", "items", 2}};
  checkpoint.delivered_of = Gtid::parse(set("6")).value();
  EXPECT_THAT(describe(checkpoint),
              HasSubstr("delivered  1 row of shop.orders in the transaction that follows, " + set("6") + "\n"));
  EXPECT_THAT(describe(checkpoint), HasSubstr("delivered  2 rows of shop.items in"));
}

TEST(PositionText, DescribesACheckpointAsJson) {
  Checkpoint checkpoint = at("bin\"log.1", 157, set("1-5"));
  EXPECT_EQ(describe_json(checkpoint),
            std::string(R"({"name":"shop","server_uuid":")") + kUuid + R"(","file":"bin\"log.1","pos":157,"gtids":")" +
                set("1-5") +
                R"(","delivered":[],"delivered_of":null,"undecided":[],"saved_at":"2024-02-29T12:34:56.000789Z"})");
  checkpoint.delivered = {{"a", "b", 1}, {"a", "c", 2}};
  checkpoint.delivered_of = Gtid::parse(set("6")).value();
  EXPECT_THAT(
      describe_json(checkpoint),
      HasSubstr(R"("delivered":[{"db":"a","table":"b","rows":1},{"db":"a","table":"c","rows":2}],"delivered_of":")" +
                set("6") + "\""));
}

Checkpoint with_undecided() {
  Checkpoint checkpoint = at("binlog.000003", 157, set("1-5"));
  PreparedXa xa;
  xa.xid = {"one", "b", 7};
  xa.gtid = Gtid::parse(set("3")).value();
  xa.server_uuid = kUuid;
  xa.begin = {"binlog.000002", 99};
  xa.prepared_us = 1'709'210'096'000'000;
  checkpoint.undecided = {xa, xa};
  checkpoint.undecided[1].gtid.reset();
  return checkpoint;
}

TEST(PositionText, TellsWhatIsUndecided) {
  const Checkpoint checkpoint = with_undecided();
  EXPECT_THAT(describe(checkpoint), HasSubstr("undecided  XA transaction X'6f6e65',X'62',7, prepared as " + set("3") +
                                              ", on 2024-02-29T12:34:56.000000Z: a restart reads from there\n"
                                              "undecided  XA transaction X'6f6e65',X'62',7, prepared at "
                                              "binlog.000002:99, on 2024-02-29T12:34:56.000000Z\n"));
  EXPECT_THAT(
      describe_json(checkpoint),
      HasSubstr(
          R"(,"undecided":[{"xid":"X'6f6e65',X'62',7","gtid":")" + set("3") + R"(","server_uuid":")" + kUuid +
          R"(","file":"binlog.000002","pos":99,"prepared_at":"2024-02-29T12:34:56.000000Z"},{"xid":"X'6f6e65',X'62',7","gtid":null,)"));
  EXPECT_THAT(compare_positions(checkpoint, at("binlog.000001", 4, set("1-2"))),
              HasSubstr("XA transaction X'6f6e65',X'62',7, prepared at binlog.000002:99, is undecided: its rows are "
                        "sent at its XA COMMIT only"));
}

TEST(PositionText, ComparesByGtids) {
  const Checkpoint five = at("b.1", 100, set("1-5"));
  EXPECT_THAT(compare_positions(five, at("b.1", 50, set("1-3"))),
              HasSubstr("sent again: 2 transactions: " + set("4-5") + "\n"));
  EXPECT_THAT(compare_positions(five, at("b.1", 150, set("1-6"))),
              HasSubstr("left out:   1 transaction: " + set("6") + "\n"));
  const std::string both = compare_positions(five, at("", 0, set("1-4:7")));
  EXPECT_THAT(both, HasSubstr("sent again: 1 transaction: " + set("5") + "\n"));
  EXPECT_THAT(both, HasSubstr("left out:   1 transaction: " + set("7") + "\n"));
  EXPECT_THAT(compare_positions(five, at("b.9", 1, set("1-5"))), HasSubstr("nothing is sent again or left out"));
}

TEST(PositionText, ComparesByOffsetsOfOneServer) {
  const Checkpoint old = at("b.000009", 100);
  EXPECT_EQ(
      compare_positions(old, at("b.000009", 50)),
      "from:       b.000009:100\nto:         b.000009:50\nsent again: the log from b.000009:50 to b.000009:100\n");
  EXPECT_THAT(compare_positions(old, at("b.000010", 4)),
              HasSubstr("left out:   the log from b.000009:100 to b.000010:4\n"));
  EXPECT_THAT(compare_positions(old, old), HasSubstr("nothing is sent again or left out"));
  Checkpoint other = at("b.000009", 50);
  other.server_uuid = "another";
  EXPECT_THAT(compare_positions(old, other), HasSubstr("cannot be told: the positions are of two servers"));
}

TEST(PositionText, WithoutAnOldCheckpointAndWithAnUnfinishedTransaction) {
  EXPECT_EQ(compare_positions(std::nullopt, at("b.1", 4)), "from:       no checkpoint\nto:         b.1:4\n");
  Checkpoint old = at("b.1", 100);
  old.delivered = {{"shop", "orders", 7}};
  EXPECT_THAT(compare_positions(old, at("b.1", 100)),
              HasSubstr("7 rows of shop.orders, delivered of an unfinished transaction"));
}

} // namespace
} // namespace rowferry
