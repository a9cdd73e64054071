#include <gtest/gtest.h>

#include <rowferry/base/backoff.hpp>
#include <set>

namespace rowferry {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToItsCapWithJitterInTheUpperHalf) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Backoff backoff(milliseconds(100), milliseconds(5000), seed);
    for (const int full : {100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000}) {
      const milliseconds delay = backoff.next();
      EXPECT_GE(delay, milliseconds(full / 2)) << "seed " << seed;
      EXPECT_LE(delay, milliseconds(full)) << "seed " << seed;
    }
    EXPECT_EQ(backoff.attempts(), 9U);
    backoff.reset();
    EXPECT_EQ(backoff.attempts(), 0U);
    EXPECT_LE(backoff.next(), milliseconds(100));
  }
}

TEST(Backoff, Jitters) {
  std::set<milliseconds> delays;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    delays.insert(Backoff(milliseconds(1000), milliseconds(5000), seed).next());
  EXPECT_GT(delays.size(), 50U);
}

TEST(Backoff, NeverOverflows) {
  Backoff backoff(milliseconds(1), milliseconds::max(), 1);
  milliseconds last{};
  for (int i = 0; i < 200; ++i) last = backoff.next();
  EXPECT_GE(last, milliseconds::max() / 2);
}

TEST(Backoff, AFirstDelayBeyondTheCapIsCapped) {
  EXPECT_LE(Backoff(milliseconds(9000), milliseconds(50), 1).next(), milliseconds(50));
  EXPECT_EQ(Backoff(milliseconds(0), milliseconds(0), 1).next(), milliseconds(0));
}

} // namespace
} // namespace rowferry
