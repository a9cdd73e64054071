#include <gtest/gtest.h>

#include <memory>
#include <rowferry/base/bytes.hpp>
#include <vector>

namespace rowferry {
namespace {

/// Bytes in a block of exactly their size, so that ASan sees a read past the end.
struct Exact {
  explicit Exact(const std::vector<std::uint8_t>& from) : data(new std::uint8_t[from.size()]), size(from.size()) {
    std::copy(from.begin(), from.end(), data.get());
  }
  [[nodiscard]] Bytes view() const { return {data.get(), size}; }
  std::unique_ptr<std::uint8_t[]> data;
  std::size_t size;
};

TEST(Bytes, LoadsBothByteOrders) {
  const std::uint8_t bytes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88};
  EXPECT_EQ(load_le<1>(bytes), 0x01U);
  EXPECT_EQ(load_le<3>(bytes), 0x030201U);
  EXPECT_EQ(load_le<8>(bytes), 0x8807060504030201U);
  EXPECT_EQ(load_be<1>(bytes), 0x01U);
  EXPECT_EQ(load_be<3>(bytes), 0x010203U);
  EXPECT_EQ(load_be<5>(bytes), 0x0102030405U);
  EXPECT_EQ(load_be<8>(bytes), 0x0102030405060788U);
}

TEST(ByteReader, ReadsInOrder) {
  const Exact bytes({1, 2, 0, 3, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0x80, 'x', 'y', 'z'});
  ByteReader in(bytes.view());
  EXPECT_EQ(in.u8(), 1);
  EXPECT_EQ(in.u16(), 2);
  EXPECT_EQ(in.u24(), 3U);
  EXPECT_EQ(in.u32(), 4U);
  EXPECT_EQ(in.u48(), 5U);
  EXPECT_EQ(in.offset(), 16U);
  EXPECT_EQ(in.u64(), 0x8000000000000006U);
  EXPECT_EQ(as_text(in.bytes(2)), "xy");
  EXPECT_EQ(as_text(in.rest()), "z");
  in.skip(1);
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(ByteReader, FailsOnceAndForAllPastTheEnd) {
  const Exact bytes({1, 2, 3});
  ByteReader in(bytes.view());
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0); // although three bytes were left
  EXPECT_TRUE(in.bytes(1).empty());
  EXPECT_TRUE(in.rest().empty());
  EXPECT_FALSE(in.ok());
}

TEST(ByteReader, RefusesLengthsThatWouldOverflow) {
  const Exact bytes({1, 2, 3});
  ByteReader in(bytes.view());
  EXPECT_TRUE(in.bytes(UINT64_MAX).empty());
  EXPECT_FALSE(in.ok());
}

TEST(ByteReader, ReadsNothingFromNothing) {
  ByteReader in(Bytes{});
  EXPECT_TRUE(in.bytes(0).empty());
  EXPECT_TRUE(in.ok());
  in.skip(1);
  EXPECT_FALSE(in.ok());
}

TEST(ByteReader, DecodesLengthEncodedIntegersAndFailsOnEveryPrefix) {
  const struct {
    std::vector<std::uint8_t> bytes;
    std::uint64_t value;
  } cases[] = {
      {{0}, 0},
      {{0xfa}, 0xfa},
      {{0xfc, 0x34, 0x12}, 0x1234},
      {{0xfd, 0x56, 0x34, 0x12}, 0x123456},
      {{0xfe, 1, 2, 3, 4, 5, 6, 7, 8}, 0x0807060504030201},
  };
  for (const auto& test : cases) {
    const Exact whole(test.bytes);
    ByteReader in(whole.view());
    EXPECT_EQ(in.lenenc(), test.value);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.remaining(), 0U);
    for (std::size_t size = 0; size < test.bytes.size(); ++size) {
      const Exact cut({test.bytes.begin(), test.bytes.begin() + static_cast<std::ptrdiff_t>(size)});
      ByteReader prefix(cut.view());
      EXPECT_EQ(prefix.lenenc(), 0U);
      EXPECT_FALSE(prefix.ok());
    }
  }
}

TEST(ByteReader, RefusesFirstBytesThatAreNoLength) {
  for (const std::uint8_t first : {std::uint8_t{0xfb}, std::uint8_t{0xff}}) {
    const std::vector<std::uint8_t> bytes{first, 0, 0, 0, 0, 0, 0, 0, 0};
    ByteReader in(bytes);
    EXPECT_EQ(in.lenenc(), 0U);
    EXPECT_FALSE(in.ok());
  }
}

} // namespace
} // namespace rowferry
