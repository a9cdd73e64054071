#include "pipeline/progress.hpp"

#include <gtest/gtest.h>

namespace rowferry {
namespace {

constexpr std::string_view kServer = "11111111-1111-1111-1111-111111111111";

Gtid gtid(std::uint64_t gno) { return MysqlGtid{*Uuid::parse(kServer), {}, gno}; }

Progress progress_from(const Checkpoint& start) {
  return Progress(start, [](const std::string&, const std::string& table) { return table == "orders" ? 0u : 1u; });
}

Checkpoint mid_transaction() {
  Checkpoint start;
  start.server_uuid = kServer;
  start.position.at = {"binlog.000001", 1000};
  start.delivered = {{"shop", "orders", 3}, {"shop", "outbox", 1}};
  start.delivered_of = gtid(8);
  return start;
}

TEST(Progress, LeavesOutWhatTheCheckpointSaysIsDelivered) {
  Progress progress = progress_from(mid_transaction());
  progress.begin(gtid(8));
  EXPECT_TRUE(progress.seen(0, 2));
  EXPECT_FALSE(progress.seen(0, 3));
  EXPECT_TRUE(progress.seen(1, 0));
  EXPECT_FALSE(progress.seen(1, 1));
  EXPECT_FALSE(progress.seen(7, 0));
}

TEST(Progress, AnotherTransactionIsSentWhole) {
  Progress progress = progress_from(mid_transaction());
  progress.begin(gtid(9));
  EXPECT_FALSE(progress.seen(0, 0));
  progress.ended(nullptr, {"binlog.000001", 2000}, {}, false);
  progress.begin(gtid(8));
  EXPECT_FALSE(progress.seen(0, 0));
}

// A server that lost the end of its log in a crash gives the number, or in a log without GTIDs the place, to another
// one.
TEST(Progress, AnotherTransactionOfTheSameNumberIsSentWhole) {
  for (const bool anonymous : {false, true}) {
    Checkpoint start = mid_transaction();
    start.delivered_commit_us = 1'709'210'096'000'000;
    if (anonymous) start.delivered_of.reset();
    const std::optional<Gtid> number = start.delivered_of;
    Progress same = progress_from(start);
    same.begin(number, start.delivered_commit_us);
    EXPECT_TRUE(same.seen(0, 2));
    Progress another = progress_from(start);
    another.begin(number, start.delivered_commit_us + 1);
    EXPECT_FALSE(another.seen(0, 0));
  }
}

TEST(Progress, TheEndOfTheTransactionEndsTheLeavingOut) {
  Progress progress = progress_from(mid_transaction());
  const Gtid ended = gtid(8);
  progress.begin(ended);
  progress.ended(&ended, {"binlog.000001", 2000}, {}, false);
  progress.begin(gtid(9));
  EXPECT_FALSE(progress.seen(0, 0));
  EXPECT_TRUE(progress.resume().position.executed.contains(ended));
  EXPECT_EQ(progress.resume().position.at.offset, 2000u);
}

TEST(Progress, KnowsEveryTransactionThatEnded) {
  Checkpoint start;
  start.position.executed = GtidSet::parse("11111111-1111-1111-1111-111111111111:1-3").value();
  Progress progress = progress_from(start);
  const auto end = [&](std::string_view text) {
    const Gtid ended = Gtid::parse(text).value();
    progress.ended(&ended, {"binlog.000001", 2000}, {}, false);
  };
  for (const char* text : {"11111111-1111-1111-1111-111111111111:4", "11111111-1111-1111-1111-111111111111:5",
                           "11111111-1111-1111-1111-111111111111:7", "22222222-2222-2222-2222-222222222222:8",
                           "11111111-1111-1111-1111-111111111111:shop:8", "11111111-1111-1111-1111-111111111111:8"}) {
    end(text);
  }
  EXPECT_EQ(progress.resume().position.executed.text(),
            "11111111-1111-1111-1111-111111111111:1-5:7-8:shop:8,22222222-2222-2222-2222-222222222222:8");
  end("11111111-1111-1111-1111-111111111111:9");
  EXPECT_TRUE(
      progress.resume().position.executed.contains(Gtid::parse("11111111-1111-1111-1111-111111111111:9").value()));

  Progress of_mariadb = progress_from(Checkpoint{});
  for (const char* text : {"0-1-5", "0-1-6", "0-2-7", "1-2-8"}) {
    const Gtid ended = Gtid::parse(text).value();
    of_mariadb.ended(&ended, {"binlog.000001", 2000}, {}, false);
  }
  EXPECT_EQ(of_mariadb.resume().position.executed.text(), "0-2-7,1-2-8");
}

TEST(Progress, AnIdleMoveEndsNoTransaction) {
  Progress progress = progress_from(mid_transaction());
  progress.ended(nullptr, {"binlog.000002", 4}, {}, true);
  progress.begin(gtid(8));
  EXPECT_TRUE(progress.seen(0, 2));
}

TEST(Progress, AReconnectLeavesOutWhatWasRegistered) {
  Checkpoint start;
  start.position.at = {"binlog.000001", 4};
  Progress progress = progress_from(start);
  progress.begin(gtid(1));
  progress.registered(0, 1);
  progress.registered(0, 2);
  EXPECT_FALSE(progress.seen(0, 0)) << "not read again yet";
  progress.again();
  progress.begin(gtid(1));
  EXPECT_TRUE(progress.seen(0, 1));
  EXPECT_FALSE(progress.seen(0, 2));
}

TEST(Progress, AnotherServersFileIsForgotten) {
  Progress progress = progress_from(mid_transaction());
  progress.set_server(std::string(kServer));
  EXPECT_EQ(progress.resume().position.at.text(), "binlog.000001:1000");
  EXPECT_FALSE(progress.is_ahead({"binlog.000001", 1000}));
  EXPECT_FALSE(progress.is_ahead({"binlog.000001", 4}));
  EXPECT_TRUE(progress.is_ahead({"binlog.000002", 4}));
  progress.set_server("22222222-2222-2222-2222-222222222222");
  EXPECT_EQ(progress.resume().position.at.file, "");
  EXPECT_TRUE(progress.is_ahead({"binlog.000001", 4}));
}

} // namespace
} // namespace rowferry
