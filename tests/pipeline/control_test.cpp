#include "pipeline/control.hpp"

#include <gtest/gtest.h>

namespace rowferry {
namespace {

// What is waited for may be an action that must not be done twice: to push into a queue that had no room.
TEST(Control, DoesWhatItWaitsForOnce) {
  Control control;
  int done = 0;
  EXPECT_TRUE(control.wait([&] { return ++done == 1; }));
  EXPECT_EQ(done, 1);
  EXPECT_TRUE(control.wait([&] { return ++done == 2; }, Control::Clock::now() + std::chrono::hours(1)));
  EXPECT_EQ(done, 2);
  EXPECT_TRUE(control.wait_to_drain([&] { return ++done == 3; }, Control::Clock::now() + std::chrono::hours(1)));
  EXPECT_EQ(done, 3);
}

TEST(Control, AStopEndsAWaitAndNotADrain) {
  Control control;
  control.stop();
  EXPECT_FALSE(control.wait([] { return false; }));
  EXPECT_TRUE(control.wait([] { return true; }));
  EXPECT_FALSE(control.wait_to_drain([] { return false; }, Control::Clock::now()));
  control.fail(Error::sink_retriable("x"));
  EXPECT_FALSE(control.wait_to_drain([] { return false; }, Control::Clock::now() + std::chrono::hours(1)));
}

} // namespace
} // namespace rowferry
