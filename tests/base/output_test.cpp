#include <gtest/gtest.h>

#include <rowferry/base/output.hpp>
#include <string>

namespace rowferry {
namespace {

std::uint64_t chunks(const OutputUsage& usage) { return usage.chunks.load(); }
std::uint64_t bytes(const OutputUsage& usage) { return usage.bytes.load(); }

TEST(Output, KeepsRecordsApart) {
  OutputUsage usage;
  Output out(usage, 64);
  out.append("first");
  EXPECT_EQ(out.record(), "first");
  out.begin();
  EXPECT_EQ(out.record(), "");
  out.push('a');
  out.append("");
  out.append({});
  out.append("bc");
  EXPECT_EQ(out.record(), "abc");
  out.truncate(1);
  EXPECT_EQ(out.record(), "a");
  out.record_data()[0] = 'z';
  EXPECT_EQ(out.record(), "z");
  out.discard();
  EXPECT_EQ(out.size(), 0U);
}

TEST(Output, MovesTheRecordUnderWayAndLeavesTheOthers) {
  OutputUsage usage;
  Output out(usage, 16);
  out.append("0123456789");
  const std::string_view first = out.record();
  Chunk& borrowed = out.chunk();
  borrowed.retain();
  out.begin();
  out.append("abcdef"); // fills the chunk exactly
  EXPECT_EQ(&out.chunk(), &borrowed);
  out.append("g");
  EXPECT_NE(&out.chunk(), &borrowed);
  EXPECT_EQ(out.record(), "abcdefg");
  EXPECT_EQ(first, "0123456789");
  EXPECT_EQ(chunks(usage), 2U);
  borrowed.release();
  EXPECT_EQ(chunks(usage), 1U);
}

TEST(Output, CountsAChunkUntilTheLastReferenceIsDropped) {
  OutputUsage usage;
  Chunk* borrowed = nullptr;
  {
    Output out(usage, 100);
    EXPECT_EQ(bytes(usage), 100U);
    borrowed = &out.chunk();
    borrowed->retain();
  }
  EXPECT_EQ(bytes(usage), 100U);
  EXPECT_EQ(chunks(usage), 1U);
  borrowed->release();
  EXPECT_EQ(bytes(usage), 0U);
  EXPECT_EQ(chunks(usage), 0U);
}

TEST(Output, ALongRecordDoublesItsChunk) {
  OutputUsage usage;
  Output out(usage, 8);
  std::string expected;
  int moves = 0;
  const Chunk* last = &out.chunk();
  for (int i = 0; i < 100000; ++i) {
    const char c = static_cast<char>('a' + i % 26);
    out.push(c);
    expected += c;
    if (&out.chunk() != last) ++moves;
    last = &out.chunk();
  }
  EXPECT_EQ(out.record(), expected);
  EXPECT_LE(moves, 16);
  EXPECT_EQ(chunks(usage), 1U); // the outgrown ones are gone
  EXPECT_LE(bytes(usage), 2U * 131072U);
}

TEST(Output, AnOversizedRecordIsFollowedByAnOrdinaryChunk) {
  OutputUsage usage;
  Output out(usage, 16);
  out.append(std::string(1000, 'x'));
  EXPECT_EQ(out.record(), std::string(1000, 'x'));
  out.begin();
  out.append(std::string(16, 'y'));
  EXPECT_EQ(out.record(), std::string(16, 'y'));
  EXPECT_EQ(bytes(usage), 16U);
}

TEST(Output, EnsureGivesRoomForExactlyWhatIsAsked) {
  OutputUsage usage;
  Output out(usage, 4);
  for (std::size_t n : {1U, 3U, 5U, 64U, 1000U}) {
    char* p = out.ensure(n);
    std::memset(p, '#', n);
    out.advance(p + n);
  }
  EXPECT_EQ(out.record(), std::string(1073, '#'));
}

} // namespace
} // namespace rowferry
