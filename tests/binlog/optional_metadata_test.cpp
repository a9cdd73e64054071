#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/binlog/table_map.hpp>

#include "binlog/builders.hpp"

namespace rowferry::binlog {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::size_t kColumns = 3;

TEST(OptionalMetadata, NothingIsNothing) {
  const auto metadata = decode_optional_metadata({}, kColumns);
  ASSERT_TRUE(metadata);
  EXPECT_FALSE(metadata->has_signedness);
  EXPECT_FALSE(metadata->default_charset.present);
  EXPECT_TRUE(metadata->column_names.empty());
}

/// Every field that a server writes, each with what is special about it.
ByteWriter everything() {
  ByteWriter out;
  out.bytes(tlv(1, {0b1010'0000}));
  out.bytes(tlv(2, ByteWriter().lenenc(255).lenenc(1).lenenc(63).lenenc(300).lenenc(8)));
  out.bytes(tlv(3, ByteWriter().lenenc(45).lenenc(3271)));
  out.bytes(tlv(4, ByteWriter().lenenc_text("id").lenenc_text("").lenenc_text(std::string(300, 'n'))));
  out.bytes(tlv(5, ByteWriter().lenenc(2).lenenc_text("x").lenenc_text("\xe9").lenenc(0)));
  out.bytes(tlv(6, ByteWriter().lenenc(1).lenenc_text("a").lenenc(2).lenenc_text("").lenenc_text("b")));
  out.bytes(tlv(7, {0, 7}));
  out.bytes(tlv(9, {2, 10, 0, 0}));
  out.bytes(tlv(10, {8, 1, 63}));
  out.bytes(tlv(11, {8, 33}));
  out.bytes(tlv(12, {0b1100'0000}));
  out.bytes(tlv(13, ByteWriter().lenenc(2048)));
  return out;
}

TEST(OptionalMetadata, ReadsEveryField) {
  const std::vector<std::uint8_t> tlvs = everything();
  const auto metadata = decode_optional_metadata(tlvs, kColumns);
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_TRUE(metadata->has_signedness);
  EXPECT_EQ(metadata->signedness[0], 0b1010'0000);
  EXPECT_TRUE(metadata->default_charset.present);
  EXPECT_EQ(metadata->default_charset.collation, 255U);
  EXPECT_THAT(metadata->default_charset.exceptions, ElementsAre(Pair(1, 63), Pair(300, 8)));
  EXPECT_THAT(metadata->column_charsets, ElementsAre(45, 3271));
  EXPECT_THAT(metadata->column_names, ElementsAre("id", "", std::string(300, 'n')));
  EXPECT_THAT(metadata->set_labels, ElementsAre(ElementsAre("x", "\xe9"), ElementsAre()));
  EXPECT_THAT(metadata->enum_labels, ElementsAre(ElementsAre("a"), ElementsAre("", "b")));
  EXPECT_THAT(metadata->geometry_types, ElementsAre(0, 7));
  EXPECT_THAT(metadata->primary_key, ElementsAre(Pair(2, 10), Pair(0, 0)));
  EXPECT_THAT(metadata->enum_set_default_charset.exceptions, ElementsAre(Pair(1, 63)));
  EXPECT_THAT(metadata->enum_set_column_charsets, ElementsAre(8, 33));
  EXPECT_EQ(metadata->visibility[0], 0b1100'0000);
  EXPECT_THAT(metadata->vector_dimensions, ElementsAre(2048));
}

TEST(OptionalMetadata, ASimplePrimaryKeyHasWholeColumns) {
  const std::vector<std::uint8_t> tlvs = tlv(8, {2, 0});
  EXPECT_THAT(decode_optional_metadata(tlvs, kColumns)->primary_key, ElementsAre(Pair(2, 0), Pair(0, 0)));
}

TEST(OptionalMetadata, SkipsFieldsThatItDoesNotKnow) {
  const std::vector<std::uint8_t> tlvs =
      ByteWriter().bytes(tlv(99, {0xff, 0xff})).bytes(tlv(8, {1})).bytes(tlv(200, {}));
  const auto metadata = decode_optional_metadata(tlvs, kColumns);
  ASSERT_TRUE(metadata);
  EXPECT_THAT(metadata->primary_key, ElementsAre(Pair(1, 0)));
}

TEST(OptionalMetadata, FailsOnPrefixesThatCutAField) {
  const ByteWriter whole = everything();
  std::size_t complete = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const std::vector<std::uint8_t> prefix = exact_prefix(whole, n);
    if (decode_optional_metadata(prefix, kColumns)) ++complete;
  }
  EXPECT_EQ(complete, 12U); // between its 12 fields, and before the first
}

TEST(OptionalMetadata, FailsOnFieldsThatAreCutShortInside) {
  const ByteWriter cases[] = {tlv(2, {8, 1}),
                              tlv(2, {}),
                              tlv(3, {0xfc, 1}),
                              tlv(4, {5, 'i', 'd'}),
                              tlv(5, {2, 1, 'x'}),
                              tlv(6, {0xfe, 1, 0}),
                              tlv(9, {1}),
                              tlv(8, {0xfb}),
                              tlv(10, {}),
                              tlv(13, {0xfd, 1, 1}),
                              tlv(6, {0xfc, 255, 255, 1, 'a'})};
  for (const ByteWriter& tlvs : cases) {
    const auto metadata = decode_optional_metadata(tlvs, kColumns);
    ASSERT_FALSE(metadata) << int{tlvs.get()[0]};
    EXPECT_EQ(metadata.error().status, ExitStatus::data);
    EXPECT_THAT(metadata.error().message, HasSubstr("field " + std::to_string(tlvs.get()[0])));
  }
}

TEST(OptionalMetadata, FailsWhenItContradictsTheColumns) {
  struct Case {
    ByteWriter tlvs;
    const char* message;
  };
  const Case cases[] = {{tlv(4, ByteWriter().lenenc_text("a").lenenc_text("b")), "names for 2 columns"},
                        {tlv(8, {3}), "primary key over column 4"},
                        {tlv(9, {3, 0}), "primary key over column 4"}};
  for (const Case& c : cases) {
    const auto metadata = decode_optional_metadata(c.tlvs, kColumns);
    ASSERT_FALSE(metadata) << c.message;
    EXPECT_THAT(metadata.error().message, HasSubstr(c.message));
  }
  EXPECT_FALSE(decode_optional_metadata(tlv(12, {0xff}), 9));
}

} // namespace
} // namespace rowferry::binlog
