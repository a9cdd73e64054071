#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "checkpoint/commit_queue.hpp"

namespace rowferry {
namespace {

Commit ended(std::uint64_t last_token, std::uint32_t source, std::uint64_t gno, std::uint64_t offset = 0) {
  Commit commit;
  commit.last_token = last_token;
  commit.source = source;
  commit.gnos = {gno, gno + 1};
  commit.offset = offset;
  commit.ends_transaction = true;
  return commit;
}

Commit moved(std::uint64_t last_token, std::uint64_t offset) {
  Commit commit;
  commit.last_token = last_token;
  commit.offset = offset;
  return commit;
}

TEST(CommitQueue, GivesCommitsInOrderOnceTheirMessagesAreDelivered) {
  CommitQueue queue(4);
  Commit commit;
  EXPECT_FALSE(queue.pop(100, commit));
  ASSERT_TRUE(queue.push(ended(3, 0, 1)));
  ASSERT_TRUE(queue.push(ended(5, 0, 2)));
  EXPECT_FALSE(queue.pop(2, commit));
  ASSERT_TRUE(queue.pop(4, commit));
  EXPECT_EQ(commit.last_token, 3U);
  EXPECT_FALSE(queue.pop(4, commit));
  ASSERT_TRUE(queue.pop(5, commit));
  EXPECT_EQ(commit.gnos, (GnoInterval{2, 3}));
}

TEST(CommitQueue, IsBounded) {
  CommitQueue queue(4);
  for (std::uint64_t i = 1; i <= 4; ++i) ASSERT_TRUE(queue.push(ended(i, 0, i)));
  EXPECT_FALSE(queue.push(ended(5, 0, 5)));
  Commit commit;
  ASSERT_TRUE(queue.pop(1, commit));
  EXPECT_TRUE(queue.push(ended(5, 0, 5)));
  EXPECT_FALSE(queue.push(ended(6, 0, 6)));
  EXPECT_THROW(CommitQueue(3), std::invalid_argument);
}

TEST(CommitQueue, FoldsCommitsWithoutMessages) {
  CommitQueue queue(2);
  for (std::uint64_t gno = 1; gno <= 1000; ++gno) ASSERT_TRUE(queue.push(ended(7, 0, gno, 100 * gno)));
  ASSERT_TRUE(queue.push(moved(7, 200000)));
  ASSERT_TRUE(queue.push(ended(7, 0, 1001, 300000)));
  ASSERT_TRUE(queue.push(moved(7, 300001)));
  Commit commit;
  ASSERT_TRUE(queue.pop(7, commit));
  EXPECT_EQ(commit.gnos, (GnoInterval{1, 1002}));
  EXPECT_EQ(commit.offset, 300001U);
  EXPECT_TRUE(commit.ends_transaction);
  EXPECT_FALSE(queue.pop(7, commit));
}

TEST(CommitQueue, AMoveIsNotTheEndOfATransactionButBecomesOne) {
  CommitQueue queue(4);
  Commit commit;
  ASSERT_TRUE(queue.push(moved(0, 1)));
  ASSERT_TRUE(queue.push(moved(0, 2)));
  ASSERT_TRUE(queue.pop(0, commit));
  EXPECT_FALSE(commit.ends_transaction);
  ASSERT_TRUE(queue.push(moved(0, 3)));
  ASSERT_TRUE(queue.push(ended(0, 4, 9, 4)));
  ASSERT_TRUE(queue.pop(0, commit));
  EXPECT_TRUE(commit.ends_transaction);
  EXPECT_EQ(commit.source, 4U);
  EXPECT_EQ(commit.gnos, (GnoInterval{9, 10}));
}

TEST(CommitQueue, DoesNotFoldWhatOneIntervalCannotHold) {
  CommitQueue queue(8);
  ASSERT_TRUE(queue.push(ended(0, 0, 1)));
  ASSERT_TRUE(queue.push(ended(0, 0, 3))); // a gap
  ASSERT_TRUE(queue.push(ended(0, 1, 4))); // another source
  ASSERT_TRUE(queue.push(ended(1, 1, 5))); // a message between
  Commit commit;
  for (const GnoInterval gnos : {GnoInterval{1, 2}, GnoInterval{3, 4}, GnoInterval{4, 5}, GnoInterval{5, 6}}) {
    ASSERT_TRUE(queue.pop(1, commit));
    EXPECT_EQ(commit.gnos, gnos);
  }
}

TEST(CommitQueue, DoesNotFoldIntoWhatWasTaken) {
  CommitQueue queue(2);
  Commit commit;
  for (std::uint64_t gno = 1; gno <= 10; ++gno) {
    ASSERT_TRUE(queue.push(ended(0, 0, gno)));
    ASSERT_TRUE(queue.pop(0, commit));
    EXPECT_EQ(commit.gnos, (GnoInterval{gno, gno + 1}));
  }
}

TEST(CommitQueue, LosesNothingBetweenTwoThreads) {
  constexpr std::uint64_t kCommits = 200000;
  CommitQueue queue(8);
  std::thread producer([&] {
    for (std::uint64_t gno = 1; gno <= kCommits; ++gno) {
      const std::uint64_t last_token = gno / 5; // most can be folded
      while (!queue.push(ended(last_token, 0, gno, 10 * gno))) std::this_thread::yield();
    }
  });
  std::uint64_t next = 1;
  while (next <= kCommits) {
    Commit commit;
    if (!queue.pop(UINT64_MAX, commit)) {
      std::this_thread::yield();
      continue;
    }
    ASSERT_EQ(commit.gnos.begin, next);
    next = commit.gnos.end;
    ASSERT_EQ(commit.offset, 10 * (next - 1));
    ASSERT_EQ(commit.last_token, (next - 1) / 5);
  }
  producer.join();
}

} // namespace
} // namespace rowferry
