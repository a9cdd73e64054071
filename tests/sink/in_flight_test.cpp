#include "sink/in_flight.hpp"

#include <gtest/gtest.h>

namespace rowferry {
namespace {

class InFlightTest : public testing::Test {
 protected:
  Chunk* chunk() { return Chunk::create(16, usage_); }
  std::uint64_t chunks() { return usage_.chunks.load(); }

  OutputUsage usage_;
};

TEST_F(InFlightTest, RetainsTheChunkUntilTheLastCopyIsComplete) {
  InFlight in_flight(4, 1000);
  Chunk* const mine = chunk();
  in_flight.hold(7, mine, 2, 10);
  mine->release();
  EXPECT_EQ(chunks(), 1);
  EXPECT_EQ(in_flight.bytes_in_flight(), 20);
  EXPECT_FALSE(in_flight.complete(7, 10));
  EXPECT_EQ(chunks(), 1);
  EXPECT_TRUE(in_flight.complete(7, 10));
  EXPECT_EQ(chunks(), 1) << "the next message may be in it";
  EXPECT_EQ(in_flight.bytes_in_flight(), 0);
  EXPECT_EQ(in_flight.held(), 1);
  EXPECT_EQ(in_flight.completed(), 1);
  in_flight.hold(8, nullptr, 1, 10);
  EXPECT_EQ(chunks(), 0);
}

TEST_F(InFlightTest, ALargeChunkGoesWithItsLastMessage) {
  InFlight in_flight(4, std::size_t{4} << 20);
  Chunk* const small = chunk();
  Chunk* const large = Chunk::create(std::size_t{2} << 20, usage_);
  in_flight.hold(1, small, 1, 10);
  in_flight.hold(2, large, 1, 10);
  in_flight.hold(3, large, 1, 10);
  small->release();
  large->release();
  EXPECT_TRUE(in_flight.complete(1, 10));
  EXPECT_EQ(chunks(), 1);
  EXPECT_TRUE(in_flight.complete(3, 10));
  EXPECT_EQ(chunks(), 1);
  EXPECT_TRUE(in_flight.complete(2, 10));
  EXPECT_EQ(chunks(), 0);
}

TEST_F(InFlightTest, AChunkMayHaveAnyNumberOfMessages) {
  constexpr Token kMessages = 5000; // more than references are taken at once
  InFlight in_flight(8192, 100000);
  Chunk* const mine = chunk();
  for (Token token = 1; token <= kMessages; ++token) in_flight.hold(token, mine, 1, 1);
  mine->release();
  Chunk* const next = chunk();
  in_flight.hold(kMessages + 1, next, 1, 1);
  next->release();
  for (Token token = kMessages; token > 1; --token) EXPECT_TRUE(in_flight.complete(token, 1));
  EXPECT_EQ(chunks(), 2);
  EXPECT_TRUE(in_flight.complete(1, 1));
  EXPECT_EQ(chunks(), 1);
}

TEST_F(InFlightTest, AMessageIsNotDeliveredWhenAnyOfItsCopiesWasRefused) {
  for (int refused = 0; refused < 3; ++refused) {
    InFlight in_flight(1, 1000);
    Chunk* const mine = chunk();
    in_flight.hold(1, mine, 3, 10);
    mine->release();
    for (int copy = 0; copy < 3; ++copy) {
      if (copy == refused) {
        in_flight.refuse(1, 10);
      } else {
        EXPECT_FALSE(in_flight.complete(1, 10)) << "copy " << refused << " was refused";
      }
    }
    EXPECT_EQ(in_flight.bytes_in_flight(), 0);
    ASSERT_TRUE(in_flight.has_room(2, 10));
    in_flight.hold(2, nullptr, 1, 10);
    EXPECT_EQ(chunks(), 0);
    EXPECT_TRUE(in_flight.complete(2, 10)) << "the slot's next message has copies of its own";
  }
}

TEST_F(InFlightTest, HasNoRoomWhileTheTokenACapacityEarlierIsUnderWay) {
  InFlight in_flight(3, 1000);
  ASSERT_EQ(in_flight.capacity(), 4);
  for (Token token = 1; token <= 4; ++token) {
    ASSERT_TRUE(in_flight.has_room(token, 1));
    in_flight.hold(token, nullptr, 1, 1);
  }
  EXPECT_FALSE(in_flight.has_room(5, 1));
  in_flight.complete(2, 1);
  EXPECT_FALSE(in_flight.has_room(5, 1)) << "token 1 is still under way";
  in_flight.complete(1, 1);
  EXPECT_TRUE(in_flight.has_room(5, 1));
}

TEST_F(InFlightTest, LimitsBytesButTakesOneLargerMessageAlone) {
  InFlight in_flight(8, 100);
  ASSERT_TRUE(in_flight.has_room(1, 500));
  in_flight.hold(1, nullptr, 1, 500);
  EXPECT_FALSE(in_flight.has_room(2, 0));
  in_flight.complete(1, 500);
  in_flight.hold(2, nullptr, 1, 60);
  EXPECT_TRUE(in_flight.has_room(3, 40));
  EXPECT_FALSE(in_flight.has_room(3, 41));
}

TEST_F(InFlightTest, CancelTakesEverythingBack) {
  InFlight in_flight(2, 100);
  Chunk* const mine = chunk();
  in_flight.hold(1, mine, 3, 10);
  in_flight.cancel(1, 3, 10);
  mine->release();
  EXPECT_EQ(in_flight.bytes_in_flight(), 0);
  EXPECT_EQ(in_flight.held(), 0);
  EXPECT_TRUE(in_flight.has_room(1, 100));
  in_flight.hold(1, nullptr, 1, 10);
  EXPECT_EQ(chunks(), 0);
}

TEST_F(InFlightTest, DestructorReleasesWhatIsHeld) {
  Chunk* const mine = chunk();
  {
    InFlight in_flight(4, 100);
    in_flight.hold(1, mine, 1, 1);
    in_flight.hold(2, mine, 4, 1);
    in_flight.complete(2, 1);
    in_flight.hold(3, nullptr, 1, 1);
    mine->release();
    EXPECT_EQ(chunks(), 1);
  }
  EXPECT_EQ(chunks(), 0);
}

} // namespace
} // namespace rowferry
