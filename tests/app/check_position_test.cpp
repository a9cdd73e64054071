#include "app/check_position.hpp"

#include <gmock/gmock.h>

namespace rowferry {
namespace {

using testing::HasSubstr;

GtidSet gtids(const std::string& intervals) {
  return GtidSet::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:" + intervals).value();
}

ServerFacts server_with(const std::string& executed, const std::string& purged) {
  ServerFacts server;
  server.uuid = "a";
  server.gtid_mode = "ON";
  server.executed = gtids(executed);
  server.purged = purged.empty() ? GtidSet{} : gtids(purged);
  return server;
}

Checkpoint checkpoint_with(const std::string& executed) {
  Checkpoint checkpoint;
  checkpoint.server_uuid = "a";
  checkpoint.position.at = {"b.000002", 157};
  if (!executed.empty()) checkpoint.position.executed = gtids(executed);
  return checkpoint;
}

TEST(CheckPosition, ByGtids) {
  const Finding fits = check_position(checkpoint_with("1-5"), server_with("1-9", "1-3"), {});
  EXPECT_EQ(fits, Finding::ok("the log holds all that follows the checkpoint: 4 transactions"));
  const Finding purged = check_position(checkpoint_with("1-5"), server_with("1-9", "1-7"), {});
  EXPECT_EQ(purged.status, ExitStatus::source);
  EXPECT_THAT(purged.what, HasSubstr("purged what the checkpoint needs: 3e11fa47-71ca-11e1-9e33-c80aa9429562:6-7"));
  const Finding reset = check_position(checkpoint_with("1-5"), server_with("1-3", ""), {});
  EXPECT_EQ(reset.status, ExitStatus::source);
  EXPECT_THAT(reset.what, HasSubstr("never executed"));
  EXPECT_THAT(reset.what, HasSubstr(":4-5"));
}

TEST(CheckPosition, ByFile) {
  ServerFacts server;
  server.uuid = "a";
  EXPECT_EQ(check_position(checkpoint_with(""), server, {{"b.000001", 1}, {"b.000002", 9}}).level, Finding::Level::ok);
  EXPECT_EQ(check_position(checkpoint_with(""), server, {}).level, Finding::Level::ok);
  const Finding gone = check_position(checkpoint_with(""), server, {{"b.000003", 1}, {"b.000004", 9}});
  EXPECT_EQ(gone.status, ExitStatus::source);
  EXPECT_THAT(gone.what, HasSubstr("b.000002 is not there any more (there are b.000003 to b.000004)"));
  server.uuid = "other";
  EXPECT_EQ(check_position(checkpoint_with(""), server, {{"b.000002", 9}}).status, ExitStatus::source);
}

} // namespace
} // namespace rowferry
