#include "source/large_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace rowferry {
namespace {

using binlog::EventHeader;
using binlog::EventType;
using testing::HasSubstr;

std::vector<std::uint8_t> numbered(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 >> 4);
  return bytes;
}

EventHeader header_of(EventType type, std::size_t size) {
  EventHeader header;
  header.type = type;
  header.size = static_cast<std::uint32_t>(size);
  return header;
}

std::vector<std::uint8_t> all_of(const binlog::RawEvent& event) {
  std::vector<std::uint8_t> all(event.bytes.begin(), event.bytes.end());
  if (event.rest == nullptr) return all;
  event.rest->rewind();
  for (;;) {
    const auto piece = event.rest->next();
    EXPECT_TRUE(piece);
    if (!*piece) return all;
    all.insert(all.end(), (*piece)->begin(), (*piece)->end());
  }
}

TEST(LargeEvent, GivesBackWhatItTook) {
  for (const EventType type : {EventType::write_rows, EventType::transaction_payload}) {
    LargeEvent large;
    for (const std::size_t size : {3'000'000U, 5'000U}) {
      const auto bytes = numbered(size);
      large.begin(header_of(type, size));
      for (std::size_t at = 0, piece = 1; at < size; at += piece, piece = std::min(size - at, piece * 3)) {
        ASSERT_TRUE(large.append(Bytes(bytes).subspan(at, piece)));
      }
      const auto event = large.finish();
      ASSERT_TRUE(event);
      EXPECT_EQ(event->size(), size);
      EXPECT_EQ(event->rest != nullptr, type == EventType::transaction_payload);
      EXPECT_TRUE(all_of(*event) == bytes);
      if (event->rest != nullptr) {
        EXPECT_LT(event->bytes.size() + event->rest->memory(), 2'000'000U);
      }
    }
  }
}

TEST(LargeEvent, RefusesMoreThanItsHeaderClaims) {
  for (const EventType type : {EventType::write_rows, EventType::transaction_payload}) {
    LargeEvent large;
    large.begin(header_of(type, 100));
    ASSERT_TRUE(large.append(numbered(60)));
    const auto refused = large.append(numbered(41));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, ExitStatus::data);
    EXPECT_THAT(refused.error().message, HasSubstr("says it has 100 bytes, there are more"));
  }
}

TEST(LargeEvent, AClaimAloneTakesNoMemory) {
  const auto resident = [] { // pages; the second number of statm (proc(5))
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t pages = 0;
    statm >> total >> pages;
    return pages;
  };
  const std::size_t before = resident();
  LargeEvent large;
  large.begin(header_of(EventType::write_rows, 0x40000000));
  ASSERT_TRUE(large.append(numbered(1000)));
  EXPECT_LT(resident(), before + 2000);
  EXPECT_EQ(large.finish()->size(), 1000U);
}

TEST(LargeEvent, AFolderThatIsMissingIsTheErrorOfWhatNeedsIt) {
  ASSERT_EQ(::setenv("TMPDIR", "/nowhere/at/all", 1), 0);
  const auto bytes = numbered(3'000'000);
  LargeEvent small;
  small.begin(header_of(EventType::transaction_payload, LargeEvent::kFrom - 1));
  EXPECT_TRUE(small.append(bytes));
  LargeEvent large;
  large.begin(header_of(EventType::transaction_payload, LargeEvent::kFrom));
  const auto appended = large.append(bytes);
  ASSERT_EQ(::unsetenv("TMPDIR"), 0);
  const auto held = small.finish();
  ASSERT_TRUE(held);
  EXPECT_EQ(held->rest, nullptr);
  EXPECT_TRUE(std::equal(held->bytes.begin(), held->bytes.end(), bytes.begin(), bytes.end()));
  ASSERT_FALSE(appended);
  EXPECT_TRUE(appended.error().retriable);
  EXPECT_THAT(appended.error().message, HasSubstr("a temporary file for a compressed transaction in /nowhere/at/all"));
}

} // namespace
} // namespace rowferry
