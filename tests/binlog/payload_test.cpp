#include "binlog/payload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binlog/noise.hpp"
#include "binlog/payload_builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

struct Seen {
  std::vector<std::string> bodies;
  std::string error;
};

std::vector<std::uint8_t> event_of(Bytes body) {
  return make_event(EventType::transaction_payload, body, Checksum::none);
}

/// Bodies of the inner events.
Seen read_event(PayloadReader& reader, const RawEvent& event, std::size_t footer = 0) {
  Seen seen;
  if (const auto opened = reader.open(event, footer); !opened) return {{}, opened.error().message};
  while (reader.active()) {
    const auto inner = reader.next();
    if (!inner) {
      seen.error = inner.error().message;
      return seen;
    }
    seen.bodies.emplace_back(as_text(inner->body));
    EXPECT_EQ(inner->last, !reader.active());
    EXPECT_EQ(inner->header.size, kEventHeaderSize + inner->body.size());
  }
  return seen;
}

/// The same from an event body in a block of exactly its size.
Seen read(PayloadReader& reader, Bytes body) {
  const std::vector<std::uint8_t> event = event_of(body);
  const std::vector<std::uint8_t> exact = exact_prefix(event, event.size());
  return read_event(reader, exact);
}

Seen read(Bytes body) {
  PayloadReader reader;
  return read(reader, body);
}

std::vector<std::uint8_t> text_events(const std::vector<std::string>& texts) {
  std::vector<std::pair<EventType, std::vector<std::uint8_t>>> events;
  for (const std::string& text : texts) events.emplace_back(EventType::query, ByteWriter().text(text));
  return inner_events(events);
}

TEST(Payload, GivesTheInnerEventsOfEitherCompression) {
  const std::vector<std::string> texts{"BEGIN", "", std::string(1000, 'x'), "COMMIT"};
  const auto plain = text_events(texts);
  EXPECT_EQ(read(zstd_payload(plain)).bodies, texts);
  EXPECT_EQ(read(plain_payload(plain)).bodies, texts);
}

TEST(Payload, EventsLieAcrossTheBufferWithoutHarm) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 2000; ++i) texts.push_back(noise(i));
  const Seen seen = read(zstd_payload(text_events(texts)));
  EXPECT_EQ(seen.error, "");
  EXPECT_TRUE(seen.bodies == texts);
}

TEST(Payload, ReadsSeveralFrames) {
  const auto plain = text_events({"one", "two", "three"});
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    ByteWriter frames;
    frames.bytes(zstd_frame(Bytes(plain).first(cut))).bytes(zstd_frame(Bytes(plain).subspan(cut)));
    EXPECT_THAT(read(payload_body(frames, 0, plain.size())).bodies, ElementsAre("one", "two", "three")) << cut;
  }
}

TEST(Payload, TheClaimedSizesCountForNothing) {
  const auto plain = text_events({"one"});
  for (const std::uint64_t claimed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    PayloadReader reader;
    EXPECT_THAT(read(reader, payload_body(zstd_frame(plain), 0, claimed)).bodies, ElementsAre("one"));
    EXPECT_LE(reader.buffer_capacity(), 128U * 1024);
  }
}

TEST(Payload, AnInnerEventThatClaimsAHugeSizeAllocatesLittle) {
  std::vector<std::uint8_t> plain = text_events({"one", std::string(1000, 'x')});
  plain[9 + 3] = 0x3f; // almost 1 GiB
  PayloadReader reader;
  EXPECT_THAT(read(reader, zstd_payload(plain)).error, HasSubstr("the last event, QUERY, is cut short"));
  EXPECT_LE(reader.buffer_capacity(), 128U * 1024);
}

TEST(Payload, NothingIsDecompressedForAnEventThatNoServerSends) {
  std::vector<std::uint8_t> plain = text_events({std::string(50'000'000, 'x')});
  plain[9 + 3] = 0x41; // above 1 GiB
  PayloadReader reader;
  EXPECT_THAT(read(reader, zstd_payload(plain)).error, HasSubstr("more than 1 GiB"));
  EXPECT_LE(reader.buffer_capacity(), 128U * 1024);
}

TEST(Payload, GivesBackWhatABigEventTook) {
  const std::string big = noise(5'000'000);
  std::vector<std::string> texts{"first", big};
  texts.insert(texts.end(), 1500, noise(4000));
  PayloadReader reader;
  const std::vector<std::uint8_t> event = event_of(zstd_payload(text_events(texts)));
  ASSERT_TRUE(reader.open(Bytes(event), 0));
  std::size_t highest = 0;
  for (const std::string& text : texts) {
    const auto inner = reader.next();
    ASSERT_TRUE(inner) << inner.error().message;
    EXPECT_TRUE(as_text(inner->body) == text);
    highest = std::max(highest, reader.buffer_capacity());
  }
  EXPECT_GE(highest, big.size());
  EXPECT_LE(highest, 2 * (big.size() + kEventHeaderSize));
  EXPECT_LE(reader.buffer_capacity(), 128U * 1024);
}

TEST(Payload, GivesBackABigLastEventWhenItIsClosed) {
  const std::vector<std::uint8_t> event = event_of(zstd_payload(text_events({std::string(5'000'000, 'x')})));
  PayloadReader reader;
  ASSERT_TRUE(reader.open(Bytes(event), 0));
  ASSERT_TRUE(reader.next()->last);
  reader.close();
  EXPECT_EQ(reader.buffer_capacity(), 0U);
}

TEST(Payload, OneReaderReadsPayloadAfterPayloadAlsoAfterErrors) {
  PayloadReader reader;
  const auto plain = text_events({"one", "two"});
  const std::vector<std::uint8_t> damaged = exact_prefix(zstd_payload(plain), zstd_payload(plain).size() - 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(read(reader, zstd_payload(plain)).bodies, ElementsAre("one", "two"));
    EXPECT_NE(read(reader, damaged).error, "");
    EXPECT_THAT(read(reader, plain_payload(plain)).bodies, ElementsAre("one", "two"));
  }
}

TEST(Payload, IsTheSameOutOfASpoolWhereverItIsCut) {
  const auto plain = text_events({"one", "two", noise(300)});
  for (const std::uint64_t compression : {0U, 255U}) {
    const std::vector<std::uint8_t> payload = compression == 0 ? zstd_frame(plain) : plain;
    std::vector<std::uint8_t> event = event_of(payload_body(payload, compression, plain.size()));
    const std::size_t fields = event.size() - payload.size();
    event.insert(event.end(), {1, 2, 3, 4}); // a checksum
    PayloadReader reader;
    for (std::size_t held = fields; held < event.size(); ++held) {
      for (const std::size_t piece : {1U, 7U, 1000U}) {
        const SpooledEvent spooled(event, held, piece);
        for (int again = 0; again < 2; ++again) {
          const Seen seen = read_event(reader, spooled.raw, 4);
          ASSERT_EQ(seen.error, "") << held << " held, " << piece << " a record";
          ASSERT_THAT(seen.bodies, ElementsAre("one", "two", noise(300))) << held << " held, " << piece << " a record";
        }
      }
    }
  }
}

TEST(Payload, OutOfASpoolMemoryDoesNotFollowItsSize) {
  const std::vector<std::string> texts(3000, noise(4000));
  const auto plain = text_events(texts);
  for (const ByteWriter& body : {zstd_payload(plain), plain_payload(plain)}) {
    const std::vector<std::uint8_t> event = event_of(body);
    const SpooledEvent spooled(event, 100, 256 * 1024);
    PayloadReader reader;
    EXPECT_EQ(read_event(reader, spooled.raw).bodies, texts);
    EXPECT_LE(reader.buffer_capacity(), 128U * 1024);
  }
}

TEST(Payload, ThatClaimsMoreThanTheSpoolHasIsMalformed) {
  const auto plain = text_events({"one", noise(300)});
  const ByteWriter body = payload_body(plain, 255, plain.size());
  for (const std::size_t cut : {1U, 4U, 200U}) {
    const std::vector<std::uint8_t> event = event_of(Bytes(body).first(body.size() - cut));
    const SpooledEvent spooled(event, 60, 100);
    PayloadReader reader;
    EXPECT_THAT(read_event(reader, spooled.raw).error, HasSubstr("malformed")) << cut;
  }
}

TEST(Payload, FailsOnEveryShorterPrefix) {
  const auto plain = text_events({"one", noise(300)});
  for (const ByteWriter& body : {zstd_payload(plain), plain_payload(plain)}) {
    for_each_shorter_prefix(body, [](Bytes prefix) { EXPECT_NE(read(prefix).error, "") << prefix.size(); });
  }
}

TEST(Payload, FailsOnWhatItCannotRead) {
  struct Case {
    const char* what;
    ByteWriter body;
    const char* message;
  };
  const auto plain = text_events({"one"});
  const Case cases[] = {
      {"compression", payload_body(plain, 7, plain.size()), "compression 7"},
      {"no frame", payload_body(plain, 0, plain.size()), "damaged"},
      {"nothing", plain_payload({}), "no event"},
      {"an empty frame", zstd_payload({}), "no event"},
      {"half a header", zstd_payload(Bytes(plain).first(10)), "cut short"},
      {"a ROTATE", zstd_payload(inner_events({{EventType::rotate, {1, 2, 3}}})), "ROTATE event, which does not"},
      {"a payload", zstd_payload(inner_events({{EventType::transaction_payload, {0}}})), "TRANSACTION_PAYLOAD"},
      {"a size of 18", zstd_payload(ByteWriter().u32(0).u8(2).u32(0).u32(18).u32(0).u16(0)), "less than its header"},
  };
  for (const Case& c : cases) EXPECT_THAT(read(c.body).error, HasSubstr(c.message)) << c.what;
}

TEST(Payload, SkipsFieldsThatItDoesNotKnow) {
  const auto plain = text_events({"one"});
  ByteWriter body;
  body.bytes(tlv(9, {1, 2, 3})).bytes(payload_body(plain, 255, plain.size()));
  EXPECT_THAT(read(body).bodies, ElementsAre("one"));
}

} // namespace
} // namespace rowferry::binlog
