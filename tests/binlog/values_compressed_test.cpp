#include <gtest/gtest.h>
#include <zlib.h>

#include <rowferry/binlog/values.hpp>
#include <string>

#include "binlog/builders.hpp"
#include "binlog/json_bytes.hpp"

namespace rowferry::binlog {
namespace {

using test::exact_prefix;

std::string plain(const Document& stored) {
  const auto exact = exact_prefix(stored, stored.size());
  const auto bytes = uncompress_column(exact);
  return bytes ? std::string(as_text(*bytes)) : "damaged";
}

/// As MariaDB stores it: header, big-endian length of `length_bytes`, deflate stream with or without zlib's header.
Document stored(const std::string& text, bool raw, unsigned length_bytes) {
  Document bytes{static_cast<std::uint8_t>(0x80 | (raw ? 8 : 0) | length_bytes)};
  for (unsigned i = length_bytes; i-- > 0;) bytes.push_back(static_cast<std::uint8_t>(text.size() >> 8 * i));
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, raw ? -MAX_WBITS : MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  const std::size_t head = bytes.size();
  bytes.resize(head + deflateBound(&stream, text.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = bytes.data() + head;
  stream.avail_out = static_cast<uInt>(bytes.size() - head);
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(head + stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

TEST(CompressedColumn, ReadsEveryForm) {
  EXPECT_EQ(plain({}), "");
  EXPECT_EQ(plain({0}), "");
  EXPECT_EQ(plain({0, 'a', 'b'}), "ab");
  // Of MariaDB 10.11: REPEAT(x'00ff', 1000).
  std::string pairs;
  for (int i = 0; i < 1000; ++i) pairs.append("\x00\xff", 2);
  EXPECT_EQ(plain(from_hex("8a07d063f8cf300a47e1281c85a370148ec2210e01")), pairs);
  const std::string text(300'000, 'x');
  for (const bool raw : {false, true}) {
    EXPECT_EQ(plain(stored(text, raw, 3)), text);
    EXPECT_EQ(plain(stored(text, raw, 4)), text);
    EXPECT_EQ(plain(stored("short", raw, 1)), "short");
  }
}

TEST(CompressedColumn, RefusesWhatIsDamaged) {
  const Document whole = stored(std::string(1000, 'x') + "end", true, 2);
  for (std::size_t n = 1; n < whole.size(); ++n) EXPECT_EQ(plain(exact_prefix(whole, n)), "damaged") << n;
  Document longer = whole;
  longer.push_back(0);
  EXPECT_EQ(plain(longer), "damaged");
  Document claims = whole;
  claims[2] ^= 1;
  EXPECT_EQ(plain(claims), "damaged") << "another length than it says";
  EXPECT_EQ(plain({0x94, 0xff, 0xff, 0xff, 0xff, 1, 2, 3}), "damaged") << "a method that we do not know";
  EXPECT_EQ(plain({0x8c, 0xff, 0xff, 0xff, 0xff, 1, 2, 3}), "damaged") << "4 GiB in three bytes";
  EXPECT_EQ(plain({0x8d, 0, 0, 0, 0, 1, 2, 3}), "damaged") << "a length of five bytes";
  EXPECT_EQ(plain({0x88}), "damaged");
}

} // namespace
} // namespace rowferry::binlog
