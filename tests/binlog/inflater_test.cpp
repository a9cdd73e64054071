#include "binlog/inflater.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;
using testing::HasSubstr;

const FormatDescription kFormat;

/// What MariaDB writes in place of `plain`; `claimed` as its length.
ByteWriter deflated(Bytes plain, std::size_t claimed, unsigned length_size = 4, int algorithm = 0) {
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  std::vector<std::uint8_t> compressed(size);
  EXPECT_EQ(compress(compressed.data(), &size, plain.data(), static_cast<uLong>(plain.size())), Z_OK);
  ByteWriter out;
  out.u8(0x80U | static_cast<unsigned>(algorithm) << 4 | length_size);
  for (unsigned i = length_size; i-- > 0;) out.u8(claimed >> (8 * i) & 0xff);
  return out.bytes(Bytes(compressed).first(size));
}
ByteWriter deflated(Bytes plain, unsigned length_size = 4) { return deflated(plain, plain.size(), length_size); }

ByteWriter query_head() { return query_body("", "shop", ByteWriter{0, 1, 2, 3, 4}); }
ByteWriter rows_head(bool update, bool second_version) {
  ByteWriter out = ByteWriter().u48(100).u16(1);
  if (second_version) out.u16(5).fill(3, 0x77);
  out.lenenc(9).fill(2, 0xff);
  return update ? out.fill(2, 0xfe) : out;
}

TEST(Inflater, GivesTheEventThatACompressedOneStandsFor) {
  const struct {
    EventType compressed, plain;
    ByteWriter head;
  } cases[] = {
      {EventType::query_compressed, EventType::query, query_head()},
      {EventType::write_rows_compressed_v1, EventType::write_rows_v1, rows_head(false, false)},
      {EventType::update_rows_compressed_v1, EventType::update_rows_v1, rows_head(true, false)},
      {EventType::delete_rows_compressed_v1, EventType::delete_rows_v1, rows_head(false, false)},
      {EventType::write_rows_compressed, EventType::write_rows, rows_head(false, true)},
      {EventType::update_rows_compressed, EventType::update_rows, rows_head(true, true)},
      {EventType::delete_rows_compressed, EventType::delete_rows, rows_head(false, true)},
  };
  Inflater inflater;
  for (const auto& c : cases) {
    EXPECT_EQ(uncompressed_type(c.compressed), c.plain);
    for (const std::size_t size : {0U, 1U, 255U, 65536U, 3'000'000U}) {
      const ByteWriter plain = ByteWriter().fill(size, 'x');
      const ByteWriter body = ByteWriter(c.head).bytes(deflated(plain));
      const auto got = inflater.inflate(kFormat, c.compressed, body);
      ASSERT_TRUE(got) << got.error().message;
      EXPECT_EQ(as_text(*got), as_text(ByteWriter(c.head).bytes(plain))) << event_type_name(c.compressed) << size;
    }
  }
  EXPECT_EQ(uncompressed_type(EventType::xid), EventType::xid);
}

TEST(Inflater, LengthsHaveOneToFourBytes) {
  Inflater inflater;
  for (unsigned length_size = 1; length_size <= 4; ++length_size) {
    const auto got = inflater.inflate(kFormat, EventType::query_compressed,
                                      query_head().bytes(deflated(as_bytes("BEGIN"), length_size)));
    ASSERT_TRUE(got);
    EXPECT_EQ(as_text(*got), as_text(query_head().text("BEGIN")));
  }
}

TEST(Inflater, RefusesWhatIsCutShort) {
  Inflater inflater;
  for (const auto& [type, head] : {std::pair{EventType::query_compressed, query_head()},
                                   {EventType::update_rows_compressed_v1, rows_head(true, false)},
                                   {EventType::write_rows_compressed, rows_head(false, true)}}) {
    const ByteWriter body = ByteWriter(head).bytes(deflated(as_bytes("some text that is compressed")));
    // The last bytes of a zlib stream are its own checksum.
    for_each_shorter_prefix(body, [&](Bytes prefix) { EXPECT_FALSE(inflater.inflate(kFormat, type, prefix)); });
    EXPECT_TRUE(inflater.inflate(kFormat, type, body));
  }
}

TEST(Inflater, RefusesLengthsThatAreNotTrue) {
  Inflater inflater;
  const Bytes text = as_bytes("INSERT INTO t VALUES (1)");
  for (const std::size_t claimed : {std::size_t{0}, text.size() - 1, text.size() + 1, std::size_t{1} << 30}) {
    const auto got =
        inflater.inflate(kFormat, EventType::query_compressed, query_head().bytes(deflated(text, claimed)));
    ASSERT_FALSE(got) << claimed;
    EXPECT_THAT(got.error().message, HasSubstr("than promised"));
  }
  // Memory follows what is there, not what is claimed.
  EXPECT_LE(inflater.buffer_capacity(), 128U * 1024);
  const auto huge = inflater.inflate(kFormat, EventType::query_compressed,
                                     query_head().bytes(deflated(text, std::size_t{0xffffffff})));
  ASSERT_FALSE(huge);
  EXPECT_THAT(huge.error().message, HasSubstr("1 GiB"));
}

TEST(Inflater, RefusesOtherCompressions) {
  Inflater inflater;
  for (const int algorithm : {1, 7}) {
    const auto got = inflater.inflate(kFormat, EventType::query_compressed,
                                      query_head().bytes(deflated(as_bytes("x"), 1, 1, algorithm)));
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().message, HasSubstr("unknown compression"));
  }
  EXPECT_FALSE(inflater.inflate(kFormat, EventType::query_compressed, query_head().u8(0x01).u8(5).text("BEGIN")));
  EXPECT_FALSE(
      inflater.inflate(kFormat, EventType::query_compressed, query_head().u8(0x81).u8(5).text("not zlib at all")));
  EXPECT_FALSE(inflater.inflate(kFormat, EventType::write_rows_compressed_v1,
                                ByteWriter().u48(1).u16(0).lenenc(70'000).fill(9000)));
  EXPECT_FALSE(inflater.inflate(kFormat, EventType::write_rows_compressed, ByteWriter().u48(1).u16(0).u16(1).fill(99)));
}

TEST(Inflater, GivesBackWhatABigEventTook) {
  Inflater inflater;
  const ByteWriter big = ByteWriter().fill(10'000'000, 'x');
  ASSERT_TRUE(inflater.inflate(kFormat, EventType::query_compressed, query_head().bytes(deflated(big))));
  EXPECT_LE(inflater.buffer_capacity(), 20'100'000U);
  ASSERT_TRUE(inflater.inflate(kFormat, EventType::query_compressed, query_head().bytes(deflated(as_bytes("x")))));
  EXPECT_LE(inflater.buffer_capacity(), 128U * 1024);
}

} // namespace
} // namespace rowferry::binlog
