#include "source/packet_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "binlog/noise.hpp"
#include "source/fake_server.hpp"

namespace rowferry {
namespace {

using binlog::EventType;
using test::noise;
using testing::HasSubstr;

/// Bytes that come at most `piece` at a time, and then the peer's end.
class ScriptedWire final : public Wire {
 public:
  ScriptedWire(std::string bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
  Result<std::size_t> read(std::uint8_t* to, std::size_t room) override {
    const std::size_t now = std::min({piece_, room, bytes_.size() - at_});
    if (now == 0) return fail(Error::source_retriable("the server closed the connection"));
    std::memcpy(to, bytes_.data() + at_, now);
    at_ += now;
    return now;
  }
  [[nodiscard]] bool is_ready() noexcept override { return at_ < bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

PacketReader reader_of(std::string bytes, std::size_t piece = 1'000'000) {
  return PacketReader(std::make_unique<ScriptedWire>(std::move(bytes), piece));
}

/// A header that claims `size`, or the text's own, and the text behind it.
std::string event(EventType type, std::string_view text, std::size_t size = 0) {
  if (size == 0) size = binlog::kEventHeaderSize + text.size();
  std::string bytes(binlog::kEventHeaderSize, '\0');
  bytes[4] = static_cast<char>(type);
  for (unsigned i = 0; i < 4; ++i) bytes[9 + i] = static_cast<char>(size >> (8 * i));
  return bytes.append(text);
}

/// The packets that carry it, numbered from `sequence` on.
std::string packets_of(std::string_view event, std::uint8_t& sequence) {
  constexpr std::size_t kFull = 0xffffff;
  std::string payload = std::string(1, '\0').append(event);
  std::string bytes;
  for (std::string_view rest = payload;;) {
    const std::string_view now = rest.substr(0, kFull);
    bytes += fake::packet(sequence++, now);
    rest.remove_prefix(now.size());
    if (now.size() < kFull) return bytes;
  }
}

std::string whole(const PacketReader::Packet& packet) {
  std::string all(as_text(packet.rest.bytes));
  if (packet.rest.rest == nullptr) return all;
  packet.rest.rest->rewind();
  for (;;) {
    const auto piece = packet.rest.rest->next();
    if (!piece || !*piece) return all;
    all.append(as_text(**piece));
  }
}

TEST(PacketReader, HandsOutPacketsHoweverTheyArrive) {
  const std::vector<std::string> sent = {event(EventType::xid, "a"), event(EventType::query, noise(300)),
                                         event(EventType::write_rows, noise(600'000)), event(EventType::xid, "b"),
                                         event(EventType::query, noise(262'140))};
  std::string bytes;
  std::uint8_t sequence = 1;
  for (int round = 0; round < 100; ++round) { // past the sequence's 255
    for (const std::string& one : sent) {
      if (round % 20 == 0 || one.size() < 1000) bytes += packets_of(one, sequence);
    }
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{5000}, bytes.size()}) {
    PacketReader reader = reader_of(bytes, piece);
    for (int round = 0; round < 100; ++round) {
      for (const std::string& one : sent) {
        if (round % 20 != 0 && one.size() >= 1000) continue;
        const auto packet = reader.next();
        ASSERT_TRUE(packet) << packet.error().message;
        ASSERT_EQ(packet->status, 0);
        ASSERT_TRUE(as_text(packet->rest.bytes) == one) << round << ", " << one.size();
      }
    }
    const auto end = reader.next();
    ASSERT_FALSE(end);
    EXPECT_THAT(end.error().message, HasSubstr("closed"));
  }
}

// What has come is more only when it is a whole packet: the wait for the rest of one may be long.
TEST(PacketReader, TellsWhetherAPacketIsThere) {
  std::uint8_t sequence = 1;
  const std::string first = packets_of(event(EventType::xid, "first"), sequence);
  const std::string second = packets_of(event(EventType::query, noise(300)), sequence);
  for (std::size_t of_second = 0; of_second <= second.size(); ++of_second) {
    PacketReader reader = reader_of(first + second.substr(0, of_second));
    const auto packet = reader.next();
    ASSERT_TRUE(packet) << packet.error().message;
    EXPECT_EQ(reader.has_more(), of_second == second.size()) << of_second;
    EXPECT_EQ(as_text(packet->rest.bytes), event(EventType::xid, "first")) << "is where it was";
    const auto next = reader.next();
    EXPECT_EQ(next.has_value(), of_second == second.size());
    if (!next) {
      EXPECT_THAT(next.error().message, HasSubstr("closed"));
    }
  }
}

// Where the buffer is full of what has come, its end is no reason to think that the server has sent nothing more.
TEST(PacketReader, TellsOfAPacketThatTheBufferCuts) {
  for (const std::size_t third : {std::size_t{100'000}, std::size_t{300'000}}) {
    std::uint8_t sequence = 1;
    std::string bytes = packets_of(event(EventType::xid, "first"), sequence);
    bytes += packets_of(event(EventType::query, noise(200'000)), sequence);
    bytes += packets_of(event(EventType::query, noise(third)), sequence);
    const std::size_t capacity = reader_of("").buffer_capacity();
    ASSERT_GT(bytes.size(), capacity);
    for (const std::size_t came : {bytes.size(), capacity}) {
      PacketReader reader = reader_of(bytes.substr(0, came));
      ASSERT_TRUE(reader.next());
      EXPECT_TRUE(reader.has_more()) << "the second is whole";
      ASSERT_TRUE(reader.next());
      EXPECT_EQ(reader.has_more(), came == bytes.size() && third == 100'000) << third << ", " << came;
      EXPECT_EQ(reader.next().has_value(), came == bytes.size());
    }
  }
}

// Of 16 MiB and more: at the very bounds of a packet, and of three.
TEST(PacketReader, PutsTogetherWhatComesInSeveralPackets) {
  constexpr std::size_t kFull = 0xffffff;
  const std::string text = noise(2 * kFull + 100);
  for (const EventType type : {EventType::write_rows, EventType::transaction_payload}) {
    std::string bytes;
    std::uint8_t sequence = 1;
    const std::size_t sizes[] = {kFull - 2, kFull - 1, kFull, 2 * kFull - 1, 2 * kFull, 2 * kFull + 50};
    for (const std::size_t size : sizes) {
      bytes += packets_of(event(type, std::string_view(text).substr(0, size - binlog::kEventHeaderSize)), sequence);
      bytes += packets_of(event(EventType::xid, "x"), sequence);
    }
    PacketReader reader = reader_of(bytes);
    for (const std::size_t size : sizes) {
      const auto packet = reader.next();
      ASSERT_TRUE(packet) << packet.error().message;
      EXPECT_EQ(packet->rest.size(), size);
      EXPECT_EQ(packet->rest.rest != nullptr, type == EventType::transaction_payload);
      EXPECT_TRUE(whole(*packet).substr(binlog::kEventHeaderSize) == text.substr(0, size - binlog::kEventHeaderSize));
      const auto next = reader.next();
      ASSERT_TRUE(next) << next.error().message;
      EXPECT_EQ(as_text(next->rest.bytes), event(EventType::xid, "x"));
    }
    EXPECT_LE(reader.buffer_capacity(), 32U * 1024 * 1024);
  }
}

// A transaction may be of 12 MB in one packet: it need not be in memory.
TEST(PacketReader, SpoolsAPayloadOfOnePacket) {
  constexpr std::size_t kFrom = LargeEvent::kPayloadFrom - binlog::kEventHeaderSize;
  const std::string text = noise(9'000'000);
  std::string bytes;
  std::uint8_t sequence = 1;
  const std::size_t sizes[] = {kFrom - 1, kFrom, kFrom + 1, text.size()};
  for (const std::size_t size : sizes) {
    bytes += packets_of(event(EventType::transaction_payload, std::string_view(text).substr(0, size)), sequence);
  }
  bytes += packets_of(event(EventType::xid, "x"), sequence);
  PacketReader reader = reader_of(bytes, 100'000);
  for (const std::size_t size : sizes) {
    const auto packet = reader.next();
    ASSERT_TRUE(packet) << packet.error().message;
    EXPECT_EQ(packet->rest.size(), binlog::kEventHeaderSize + size);
    EXPECT_EQ(packet->rest.rest != nullptr, size >= kFrom) << size;
    EXPECT_TRUE(whole(*packet).substr(binlog::kEventHeaderSize) == text.substr(0, size)) << size;
    EXPECT_LE(reader.buffer_capacity(), 2U * 1024 * 1024);
  }
  const auto next = reader.next();
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(as_text(next->rest.bytes), event(EventType::xid, "x"));
}

TEST(PacketReader, GivesBackWhatABigPacketTook) {
  std::string bytes;
  std::uint8_t sequence = 1;
  bytes += packets_of(event(EventType::write_rows, noise(9'000'000)), sequence);
  for (int i = 0; i < 2000; ++i) bytes += packets_of(event(EventType::write_rows, noise(1000)), sequence);
  PacketReader reader = reader_of(bytes, 100'000);
  ASSERT_TRUE(reader.next());
  EXPECT_GE(reader.buffer_capacity(), 9'000'000U);
  EXPECT_LE(reader.buffer_capacity(), 18'000'000U);
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(reader.next());
  EXPECT_LE(reader.buffer_capacity(), 256U * 1024);
}

TEST(PacketReader, WhatIsClaimedTakesNoMemory) {
  PacketReader reader = reader_of(fake::packet(1, std::string(0xfffffe, 'x')).substr(0, 1000));
  EXPECT_FALSE(reader.next());
  EXPECT_LE(reader.buffer_capacity(), 256U * 1024);
}

TEST(PacketReader, RefusesWhatNoServerSends) {
  const std::string full(0xffffff, '\0');
  std::uint8_t sequence = 1;
  const std::string rows = packets_of(event(EventType::write_rows, noise(0xffffff)), sequence);
  std::string fatter = rows;
  fatter[4 + 1 + 9] = static_cast<char>(fatter[4 + 1 + 9] - 1); // the event claims a byte less
  const struct {
    const char* what;
    std::string bytes;
    ExitStatus status;
    bool retriable;
    const char* text;
  } cases[] = {
      {"nothing", "", ExitStatus::source, true, "closed"},
      {"half a header", std::string("\x05\0", 2), ExitStatus::source, true, "closed"},
      {"an empty packet", fake::packet(1, ""), ExitStatus::source, true, "empty packet"},
      {"the wrong number", fake::packet(2, "x"), ExitStatus::source, true, "out of order"},
      {"an error of 16 MiB", fake::packet(1, "\xff" + full.substr(1)), ExitStatus::source, true, "malformed"},
      {"an event without a size", fake::packet(1, full), ExitStatus::source, true, "malformed"},
      {"an event over 1 GiB",
       fake::packet(1, (std::string(1, '\0') + event(EventType::write_rows, full, 0x40000001)).substr(0, full.size())),
       ExitStatus::source, false, "larger than 1 GiB"},
      {"a wrong number within", rows.substr(0, 4 + full.size()) + fake::packet(7, "x"), ExitStatus::source, true,
       "out of order"},
      {"an end within", rows.substr(0, rows.size() - 1), ExitStatus::source, true, "closed"},
      {"more than the event claims", fatter, ExitStatus::data, false, "there are more"},
  };
  for (const auto& c : cases) {
    PacketReader reader = reader_of(c.bytes);
    const auto refused = reader.next();
    ASSERT_FALSE(refused) << c.what;
    EXPECT_EQ(refused.error().status, c.status) << c.what;
    EXPECT_EQ(refused.error().retriable, c.retriable) << c.what;
    EXPECT_THAT(refused.error().message, HasSubstr(c.text)) << c.what;
  }
}

} // namespace
} // namespace rowferry
