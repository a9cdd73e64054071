#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/binlog/event_stream.hpp>

#include "binlog/payload_builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using Raw = std::vector<std::uint8_t>;

/// Pushes one event and returns copies of the views that come out of it, or the error as a text.
struct Outcome {
  std::vector<EventView> views;
  std::string error;
};
Outcome feed(EventStream& stream, const Raw& event) {
  Outcome outcome;
  if (const auto pushed = stream.push(event); !pushed) {
    outcome.error = pushed.error().message;
    return outcome;
  }
  for (;;) {
    const auto next = stream.next();
    if (!next) outcome.error = next.error().message;
    if (!next || *next == nullptr) return outcome;
    outcome.views.push_back(**next);
  }
}
EventView feed_one(EventStream& stream, const Raw& event) {
  const Outcome outcome = feed(stream, event);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.views.size(), 1U);
  return outcome.views.empty() ? EventView{} : outcome.views.front();
}

EventStream stream_at(const std::string& file, std::uint64_t offset) {
  EventStream stream;
  stream.start({file, offset});
  return stream;
}

TEST(EventStream, ReadsAFileFromTheBeginning) {
  for (const Checksum checksum : {Checksum::crc32, Checksum::none}) {
    LogBuilder log(checksum);
    log.add(EventType::query, query_body("BEGIN"));
    const std::uint64_t xid_begin = log.add(EventType::xid, xid_body(77));
    EventStream stream = stream_at("binlog.000001", 4);
    std::vector<EventType> types;
    EventView last;
    for (const Raw& event : log.events()) {
      last = feed_one(stream, event);
      types.push_back(last.header.type);
    }
    EXPECT_THAT(types, ElementsAre(EventType::format_description, EventType::query, EventType::xid));
    EXPECT_EQ(last.begin, xid_begin);
    EXPECT_EQ(last.end, log.end());
    EXPECT_FALSE(last.inner);
    EXPECT_EQ(*decode_xid(last.body), 77U);
    EXPECT_EQ(last.body.size(), 8U);
    EXPECT_EQ(stream.format().checksum, checksum);
    EXPECT_EQ(stream.offset(), log.end());
    EXPECT_EQ(stream.fingerprint().offset, xid_begin);
    const Raw& event = log.events().back();
    const auto crc = static_cast<std::uint32_t>(load_le<4>(event.data() + event.size() - 4));
    EXPECT_EQ(last.checksum, checksum == Checksum::crc32 ? crc : 0U);
    const auto own = static_cast<std::uint32_t>(::crc32(0, event.data(), static_cast<uInt>(event.size())));
    EXPECT_EQ(stream.fingerprint().crc32, checksum == Checksum::crc32 ? crc : own);
  }
}

TEST(EventStream, ADumpFromTheMiddleDoesNotMoveBeforeItsFirstEvent) {
  for (const Checksum of_rotate : {Checksum::crc32, Checksum::none}) {
    EventStream stream = stream_at("", 0);
    const Raw rotate = artificial_rotate(1000, "binlog.000003", of_rotate);
    EXPECT_EQ(decode_rotate(feed_one(stream, rotate).body)->file, "binlog.000003");
    EXPECT_EQ(stream.file(), "binlog.000003");
    feed_one(stream, format_description_event(Checksum::crc32));
    EXPECT_EQ(stream.offset(), 1000U);
    EXPECT_FALSE(stream.fingerprint().known());
    const EventView xid = feed_one(stream, make_event(EventType::xid, xid_body(), Checksum::crc32, {.log_pos = 1031}));
    EXPECT_EQ(xid.begin, 1000U);
    EXPECT_EQ(stream.offset(), 1031U);
  }
}

TEST(EventStream, SwitchesFilesAndChecksums) {
  EventStream stream = stream_at("", 0);
  feed_one(stream, artificial_rotate(4, "binlog.000001", Checksum::crc32));
  feed_one(stream, format_description_event(Checksum::crc32, {.log_pos = 127}));
  feed_one(stream, make_event(EventType::rotate, rotate_body(4, "binlog.000002"), Checksum::crc32, {.log_pos = 171}));
  EXPECT_EQ(stream.file(), "binlog.000002");
  EXPECT_EQ(stream.offset(), 4U);
  // The artificial one still has the algorithm of the file before.
  feed_one(stream, artificial_rotate(4, "binlog.000002", Checksum::crc32));
  feed_one(stream, format_description_event(Checksum::none, {.log_pos = 127}));
  EXPECT_EQ(stream.format().checksum, Checksum::none);
  const EventView xid = feed_one(stream, make_event(EventType::xid, xid_body(), Checksum::none));
  EXPECT_EQ(xid.body.size(), 8U);
  feed_one(stream, artificial_rotate(4, "binlog.000003", Checksum::none));
  EXPECT_EQ(stream.file(), "binlog.000003");
  feed_one(stream, format_description_event(Checksum::crc32, {.log_pos = 127}));
  EXPECT_EQ(feed_one(stream, make_event(EventType::xid, xid_body(), Checksum::crc32)).body.size(), 8U);
}

TEST(EventStream, AHeartbeatMayComeBeforeTheFormat) {
  EventStream stream = stream_at("", 0);
  feed_one(stream, artificial_rotate(4, "binlog.000001", Checksum::crc32));
  const Raw beat = make_event(EventType::heartbeat, as_bytes("binlog.000001"), Checksum::crc32, {.log_pos = 500});
  EXPECT_EQ(as_text(feed_one(stream, beat).body), "binlog.000001");
}

TEST(EventStream, HeartbeatsMoveThePosition) {
  EventStream stream = stream_at("binlog.000001", 1000);
  feed_one(stream, format_description_event(Checksum::crc32));
  const Raw beat = make_event(EventType::heartbeat, as_bytes("binlog.000001"), Checksum::crc32, {.log_pos = 5000});
  const EventView view = feed_one(stream, beat);
  EXPECT_EQ(view.begin, 5000U);
  EXPECT_EQ(view.end, 5000U);
  EXPECT_EQ(stream.offset(), 5000U);
}

TEST(EventStream, IgnoresInUseInTheFormatsChecksum) {
  Raw event = format_description_event(Checksum::crc32, {.log_pos = 127});
  event[17] |= event_flag::in_use; // as in a file that the server still writes, or left behind
  EventStream stream = stream_at("binlog.000001", 4);
  EXPECT_EQ(feed_one(stream, event).header.flags, event_flag::in_use);
}

TEST(EventStream, OpensPayloads) {
  const Raw inner = inner_events({{EventType::query, query_body("BEGIN")}, {EventType::xid, xid_body(5)}});
  for (const ByteWriter& body : {zstd_payload(inner), plain_payload(inner)}) {
    LogBuilder log;
    const std::uint64_t begin = log.add(EventType::transaction_payload, body);
    EventStream stream = stream_at("binlog.000001", 4);
    feed_one(stream, log.events()[0]);
    const std::uint64_t offset = stream.offset();
    ASSERT_TRUE(stream.push(log.events()[1]));
    const EventView query = **stream.next();
    EXPECT_EQ(query.header.type, EventType::query);
    EXPECT_EQ(decode_query(stream.format(), query.body)->text, "BEGIN");
    EXPECT_TRUE(query.inner);
    EXPECT_FALSE(query.last_inner);
    EXPECT_EQ(stream.offset(), offset);
    const EventView xid = **stream.next();
    EXPECT_EQ(*decode_xid(xid.body), 5U);
    EXPECT_TRUE(xid.last_inner);
    EXPECT_EQ(xid.begin, begin);
    EXPECT_EQ(xid.end, log.end());
    EXPECT_EQ(stream.offset(), log.end());
    EXPECT_EQ(stream.fingerprint().type, static_cast<std::uint8_t>(EventType::transaction_payload));
    EXPECT_EQ(xid.checksum, stream.fingerprint().crc32);
    EXPECT_EQ(*stream.next(), nullptr);
  }
}

TEST(EventStream, OpensSpooledPayloadsOnceTheirChecksumIsRight) {
  const Raw inner = inner_events({{EventType::query, query_body("BEGIN")}, {EventType::xid, xid_body(5)}});
  for (const Checksum checksum : {Checksum::crc32, Checksum::none}) {
    LogBuilder log(checksum);
    log.add(EventType::transaction_payload, zstd_payload(inner));
    const Raw& event = log.events()[1];
    EventStream whole = stream_at("binlog.000001", 4);
    for (const Raw& one : log.events()) feed(whole, one);
    for (std::size_t held = event.size() - 12; held < event.size(); ++held) {
      const SpooledEvent spooled(event, held, 3);
      EventStream stream = stream_at("binlog.000001", 4);
      feed_one(stream, log.events()[0]);
      ASSERT_TRUE(stream.push(spooled.raw)) << held;
      EXPECT_EQ((*stream.next())->header.type, EventType::query);
      const EventView xid = **stream.next();
      EXPECT_EQ(*decode_xid(xid.body), 5U);
      EXPECT_EQ(xid.end, log.end());
      EXPECT_EQ(*stream.next(), nullptr);
      EXPECT_EQ(stream.offset(), whole.offset());
      EXPECT_EQ(stream.fingerprint(), whole.fingerprint());

      if (checksum == Checksum::none) continue;
      Raw damaged = event;
      damaged[damaged.size() - 1 - held % 11] ^= 1;
      const SpooledEvent broken(damaged, held, 3);
      EventStream stops = stream_at("binlog.000001", 4);
      feed_one(stops, log.events()[0]);
      const auto refused = stops.push(broken.raw);
      ASSERT_FALSE(refused) << held;
      EXPECT_THAT(refused.error().message, HasSubstr("checksum mismatch"));
    }
  }
}

TEST(EventStream, HandsOutTypesThatItDoesNotKnow) {
  LogBuilder log;
  log.add(static_cast<EventType>(99), ByteWriter{1, 2, 3}, event_flag::ignorable);
  EventStream stream = stream_at("binlog.000001", 4);
  feed_one(stream, log.events()[0]);
  const EventView view = feed_one(stream, log.events()[1]);
  EXPECT_EQ(static_cast<int>(view.header.type), 99);
  EXPECT_EQ(view.body.size(), 3U);
}

TEST(EventStream, NamesFileOffsetAndTypeOfADamagedEvent) {
  LogBuilder log;
  log.add(EventType::xid, xid_body());
  EventStream stream = stream_at("binlog.000001", 4);
  feed_one(stream, log.events()[0]);
  const std::string where = "binlog.000001:" + std::to_string(stream.offset()) + " (XID): ";
  const Raw& good = log.events()[1];
  for (std::size_t i = kEventHeaderSize; i < good.size(); ++i) {
    Raw damaged = good;
    damaged[i] ^= 0x10;
    EXPECT_THAT(feed(stream, damaged).error, HasSubstr(where + "checksum mismatch")) << i;
  }
  EXPECT_EQ(feed(stream, good).error, "");
}

TEST(EventStream, VerifiesNoChecksumWhenToldSo) {
  LogBuilder log;
  log.add(EventType::xid, xid_body(1));
  EventStream stream(EventStream::Options{.verify_checksum = false});
  stream.start({"binlog.000001", 4});
  feed_one(stream, log.events()[0]);
  Raw damaged = log.events()[1];
  damaged.back() ^= 1;
  EXPECT_EQ(feed_one(stream, damaged).body.size(), 8U);
}

TEST(EventStream, FailsOnEveryShorterOrLongerEvent) {
  LogBuilder log;
  log.add(EventType::xid, xid_body());
  Raw whole = log.events()[1];
  for (std::size_t n = 0; n <= whole.size() + 1; ++n) {
    if (n == whole.size()) continue;
    EventStream stream = stream_at("binlog.000001", 4);
    feed_one(stream, log.events()[0]);
    Raw wrong = n < whole.size() ? exact_prefix(whole, n) : whole;
    if (n > whole.size()) wrong.push_back(0);
    EXPECT_THAT(feed(stream, wrong).error, HasSubstr("binlog.000001:")) << n;
  }
}

Raw mariadb_format(std::uint32_t created, std::uint32_t log_pos) {
  return make_event(EventType::format_description, format_description_body(Checksum::crc32, "11.8.9-MariaDB", created),
                    Checksum::crc32, {.log_pos = log_pos});
}

TEST(EventStream, AFormatOfMariadbIsTheSameEventWhateverTheServerClearsInIt) {
  const auto fingerprint = [](const Raw& event) {
    EventStream stream = stream_at("mariadb-bin.000001", 4);
    feed_one(stream, event);
    return stream.fingerprint();
  };
  const auto size = static_cast<std::uint32_t>(mariadb_format(0, 0).size());
  const Fingerprint first = fingerprint(mariadb_format(1700000000, 4 + size));
  EXPECT_TRUE(first.known());
  EXPECT_EQ(fingerprint(mariadb_format(0, 4 + size)), first); // a dump by GTID
  EXPECT_FALSE(fingerprint(mariadb_format(0, 0)).known());    // a dump from further on
  Raw other = mariadb_format(0, 4 + size);
  other.resize(other.size() - 4);
  other[other.size() - 2] ^= 1; // a post-header length
  append_crc32(other);
  EXPECT_NE(fingerprint(other), first);
}

TEST(EventStream, StartEncryptionIsHarmlessOnTheWireAndRefusedInAFile) {
  const ByteWriter body = ByteWriter().u8(1).u32(1).fill(12);
  const auto size = static_cast<std::uint32_t>(mariadb_format(0, 0).size());
  const auto end = static_cast<std::uint32_t>(
      4 + size + make_event(EventType::mariadb_start_encryption, body, Checksum::crc32).size());
  const auto encryption = [&](std::uint32_t log_pos, std::uint16_t flags) {
    return make_event(EventType::mariadb_start_encryption, body, Checksum::crc32, {.log_pos = log_pos, .flags = flags});
  };
  EventStream wire = stream_at("mariadb-bin.000001", 4);
  feed_one(wire, mariadb_format(1, 4 + size));
  feed_one(wire, encryption(end, event_flag::ignorable));
  EXPECT_EQ(wire.offset(), end);

  EventStream middle = stream_at("mariadb-bin.000001", 5000);
  feed_one(middle, mariadb_format(0, 0));
  const EventView repeated = feed_one(middle, encryption(0, event_flag::ignorable));
  EXPECT_EQ(repeated.begin, repeated.end);
  EXPECT_EQ(middle.offset(), 5000U);

  EventStream file = stream_at("mariadb-bin.000001", 4);
  feed_one(file, mariadb_format(1, 4 + size));
  EXPECT_THAT(feed(file, encryption(end, 0)).error, HasSubstr("read-from-remote-server"));
}

TEST(EventStream, FailsOnAnEventBeforeTheFormat) {
  EventStream stream = stream_at("binlog.000001", 4);
  EXPECT_THAT(feed(stream, make_event(EventType::xid, xid_body(), Checksum::crc32)).error,
              HasSubstr("binlog.000001:4 (XID): the event comes before any FORMAT_DESCRIPTION"));
}

TEST(EventStream, FailsOnAnEventTooShortForItsChecksum) {
  EventStream stream = stream_at("binlog.000001", 4);
  feed_one(stream, format_description_event(Checksum::crc32));
  EXPECT_THAT(feed(stream, make_event(EventType::stop, {}, Checksum::none)).error,
              HasSubstr("too short for its checksum"));
}

TEST(EventStream, FailsOnADamagedPayload) {
  const Raw inner = inner_events({{EventType::query, query_body("BEGIN")}, {EventType::xid, xid_body(5)}});
  LogBuilder log;
  log.add(EventType::transaction_payload, zstd_payload(Bytes(inner).first(inner.size() - 2)));
  EventStream stream = stream_at("binlog.000001", 4);
  feed_one(stream, log.events()[0]);
  const Outcome outcome = feed(stream, log.events()[1]);
  EXPECT_EQ(outcome.views.size(), 1U);
  EXPECT_THAT(outcome.error, HasSubstr("(TRANSACTION_PAYLOAD): contents"));
  EXPECT_LT(stream.offset(), log.end());
}

TEST(EventStream, RefusesAPushBeforeTheLastEventWasDrained) {
  EventStream stream = stream_at("binlog.000001", 4);
  const Raw format = format_description_event(Checksum::crc32, {.log_pos = 127});
  ASSERT_TRUE(stream.push(format));
  const auto pushed = stream.push(format);
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().status, ExitStatus::internal);
}

TEST(EventStream, StartForgetsTheFormatAndAPayloadUnderWay) {
  const Raw inner = inner_events({{EventType::query, query_body("BEGIN")}, {EventType::xid, xid_body(5)}});
  LogBuilder log;
  log.add(EventType::transaction_payload, zstd_payload(inner));
  EventStream stream = stream_at("binlog.000001", 4);
  feed_one(stream, log.events()[0]);
  ASSERT_TRUE(stream.push(log.events()[1]));
  ASSERT_NE(*stream.next(), nullptr);
  stream.start({"binlog.000002", 4});
  EXPECT_EQ(*stream.next(), nullptr);
  EXPECT_EQ(stream.file(), "binlog.000002");
  EXPECT_FALSE(stream.fingerprint().known());
  EXPECT_NE(feed(stream, log.events()[1]).error, "");
}

} // namespace
} // namespace rowferry::binlog
