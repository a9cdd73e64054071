#include "binlog/stream_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rowferry::binlog {
namespace {

constexpr std::uint64_t k4GiB = std::uint64_t{1} << 32;

EventHeader event(std::uint32_t size, std::uint64_t log_pos, EventType type = EventType::query,
                  std::uint16_t flags = 0) {
  return {.timestamp = 9, .type = type, .size = size, .log_pos = static_cast<std::uint32_t>(log_pos), .flags = flags};
}

/// Locates and applies one event that must have a place.
StreamPlace::Span read(StreamPlace& place, const EventHeader& header, std::uint32_t crc = 1) {
  const auto span = place.locate(header);
  EXPECT_TRUE(span);
  if (!span) return {};
  place.advance(header, *span, crc);
  return *span;
}

StreamPlace at(std::uint64_t offset) {
  StreamPlace place;
  place.start({"binlog.000001", offset});
  return place;
}

TEST(StreamPlace, FollowsTheEnds) {
  StreamPlace place = at(0);
  EXPECT_EQ(place.offset(), 4U);
  EXPECT_FALSE(place.fingerprint().known());
  read(place, event(100, 104, EventType::format_description));
  const auto span = read(place, event(50, 154), 0xabcd);
  EXPECT_EQ(span.begin, 104U);
  EXPECT_EQ(span.end, 154U);
  EXPECT_EQ(place.offset(), 154U);
  EXPECT_EQ(place.fingerprint(), (Fingerprint{.offset = 104, .timestamp = 9, .crc32 = 0xabcd, .size = 50, .type = 2}));
}

TEST(StreamPlace, CountsBytesWhereLogPosIsZero) {
  StreamPlace place = at(1000);
  EXPECT_EQ(read(place, event(50, 0)).end, 1050U);
  EXPECT_EQ(read(place, event(50, 0)).end, 1100U);
  EXPECT_EQ(read(place, event(50, 1150)).begin, 1100U);
}

TEST(StreamPlace, GoesBeyond4GiB) {
  StreamPlace place = at(k4GiB - 100);
  EXPECT_EQ(read(place, event(60, k4GiB - 40)).end, k4GiB - 40);
  EXPECT_EQ(read(place, event(60, k4GiB + 20)).begin, k4GiB - 40);
  EXPECT_EQ(place.offset(), k4GiB + 20);
  EXPECT_EQ(read(place, event(80, k4GiB + 100)).end, k4GiB + 100);
  place = at(3 * k4GiB - 50);
  EXPECT_EQ(read(place, event(50, 0)).end, 3 * k4GiB); // log_pos 0 by wrapping: the same as unknown
}

TEST(StreamPlace, JumpsOverWhatTheServerLeavesOut) {
  StreamPlace place = at(4);
  EXPECT_EQ(read(place, event(50, 5'000)).begin, 4'950U);
  EXPECT_EQ(read(place, event(50, 2'900'000'000)).end, 2'900'000'000U);
  EXPECT_EQ(read(place, event(50, k4GiB + 200'000'000)).end, k4GiB + 200'000'000);
}

TEST(StreamPlace, RefusesToGoBack) {
  const StreamPlace place = at(10'000);
  for (const std::uint64_t log_pos : {10'049U, 10'000U, 9'000U, 60U}) {
    const auto span = place.locate(event(50, log_pos));
    ASSERT_FALSE(span) << log_pos;
    EXPECT_EQ(span.error().status, ExitStatus::data);
  }
}

TEST(StreamPlace, ARepeatedFormatDescriptionHasNoPlace) {
  StreamPlace place = at(1000);
  const auto span = read(place, event(123, 0, EventType::format_description));
  EXPECT_EQ(span.begin, span.end);
  EXPECT_EQ(place.offset(), 1000U);
  EXPECT_FALSE(place.fingerprint().known());
}

TEST(StreamPlace, ARewrittenFormatDescriptionMovesButIsNoFingerprint) {
  StreamPlace place = at(4);
  read(place, event(123, 0, EventType::format_description));
  EXPECT_EQ(place.offset(), 127U);
  EXPECT_FALSE(place.fingerprint().known());
}

TEST(StreamPlace, ArtificialEventsHaveNoPlace) {
  StreamPlace place = at(1000);
  for (const EventHeader& header :
       {event(40, 0, EventType::rotate, event_flag::artificial), event(40, 0, EventType::rotate),
        event(40, 5000, EventType::heartbeat), event(40, 5000, EventType::mariadb_gtid_list, event_flag::artificial)}) {
    const auto span = read(place, header);
    EXPECT_EQ(span.begin, 1000U);
    EXPECT_EQ(span.end, 1000U);
  }
  EXPECT_EQ(place.offset(), 1000U);
}

TEST(StreamPlace, TheFirstArtificialRotateSaysWhereTheServerReads) {
  StreamPlace place = at(1000);
  place.rotate({.offset = 1000, .file = "binlog.000001"}, true); // asked by file and offset
  EXPECT_EQ(place.offset(), 1000U);
  place.start({"binlog.000001", 1000});
  place.rotate({.offset = 4, .file = "binlog.000001"}, true); // asked by GTID set: from the beginning, skipping
  EXPECT_EQ(place.offset(), 4U);
  place.start({});
  place.rotate({.offset = 4, .file = "binlog.000009"}, true);
  EXPECT_EQ(place.file(), "binlog.000009");
}

TEST(StreamPlace, ARealRotateLeadsToTheNextFileAndTheArtificialOneConfirms) {
  StreamPlace place = at(1000);
  read(place, event(44, 1044, EventType::rotate));
  place.rotate({.offset = 4, .file = "binlog.000002"}, false);
  EXPECT_EQ(place.file(), "binlog.000002");
  EXPECT_EQ(place.offset(), 4U);
  EXPECT_FALSE(place.fingerprint().known());
  place.rotate({.offset = 4, .file = "binlog.000002"}, true);
  read(place, event(123, 127, EventType::format_description));
  EXPECT_EQ(place.offset(), 127U);
}

TEST(StreamPlace, AfterACrashTheArtificialRotateAloneLeadsToTheNextFile) {
  StreamPlace place = at(1000);
  read(place, event(50, 1050));
  place.rotate({.offset = 4, .file = "binlog.000002"}, true);
  EXPECT_EQ(place.file(), "binlog.000002");
  EXPECT_EQ(place.offset(), 4U);
}

TEST(StreamPlace, AnArtificialRotateInTheMiddleOfItsFileSaysNothing) {
  StreamPlace place = at(1000);
  read(place, event(50, 1050));
  place.rotate({.offset = 4, .file = "binlog.000001"}, true);
  EXPECT_EQ(place.offset(), 1050U);
  EXPECT_TRUE(place.fingerprint().known());
}

TEST(StreamPlace, HeartbeatsMoveForwardWithinTheFile) {
  StreamPlace place = at(1000);
  read(place, event(50, 1050));
  const auto beat = [&](std::string_view file, std::uint64_t offset, bool whole = false) {
    place.heartbeat({.file = file, .offset = offset, .whole = whole});
  };
  beat("binlog.000001", 1050);
  EXPECT_TRUE(place.fingerprint().known());
  beat("binlog.000002", 2000);
  beat("binlog.000001", 900);
  EXPECT_EQ(place.offset(), 1050U);
  beat("binlog.000001", 3000);
  EXPECT_EQ(place.offset(), 3000U);
  EXPECT_FALSE(place.fingerprint().known());
  beat("binlog.000001", k4GiB * 2 + 7, true);
  EXPECT_EQ(place.offset(), k4GiB * 2 + 7);
  beat("binlog.000001", k4GiB, true);
  EXPECT_EQ(place.offset(), k4GiB * 2 + 7);
  beat("binlog.000001", k4GiB * 2 + 9); // its header has the lowest 32 bits
  EXPECT_EQ(place.offset(), k4GiB * 2 + 9);
}

} // namespace
} // namespace rowferry::binlog
