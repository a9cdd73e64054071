#include "binlog/crc32.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <vector>

namespace rowferry::binlog {
namespace {

TEST(Crc32, HasTheCheckValue) { EXPECT_EQ(crc32(as_bytes("123456789")), 0xcbf43926U); }

TEST(Crc32, OfNothingIsTheCrcBefore) {
  EXPECT_EQ(crc32({}), 0U);
  EXPECT_EQ(crc32({}, 0x12345678), 0x12345678U);
}

TEST(Crc32, EqualsZlibForEveryLengthAlignmentAndCut) {
  std::vector<std::uint8_t> bytes(300);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 151 + (i >> 3));
  for (std::size_t from = 0; from < 17; ++from) {
    for (std::size_t size = 0; from + size <= bytes.size(); ++size) {
      const Bytes part(bytes.data() + from, size);
      const auto expected = static_cast<std::uint32_t>(::crc32(0, part.data(), static_cast<uInt>(size)));
      ASSERT_EQ(crc32(part), expected) << from << " " << size;
      ASSERT_EQ(crc32(part.subspan(size / 3), crc32(part.first(size / 3))), expected) << from << " " << size;
    }
  }
}

} // namespace
} // namespace rowferry::binlog
