#include <gtest/gtest.h>

#include <rowferry/binlog/values.hpp>
#include <string>

#include "binlog/json_bytes.hpp"

namespace rowferry::binlog {
namespace {

/// Stored by MySQL 9.7 (bytes out of its binary log) and printed by its SELECT.
struct Case {
  const char* stored;
  const char* text;
};

class JsonText : public testing::TestWithParam<Case> {};

TEST_P(JsonText, PrintsAsTheServer) { EXPECT_EQ(json_text(from_hex(GetParam().stored)), GetParam().text); }

TEST_P(JsonText, RefusesEveryShorterPrefix) {
  Document document = from_hex(GetParam().stored);
  for (document.pop_back(); !document.empty(); document.pop_back()) EXPECT_EQ(json_text(document), "invalid");
}

TEST_P(JsonText, LeavesWhatFollowsAlone) {
  Document document = from_hex(GetParam().stored);
  document.insert(document.end(), {0xff, 0xff});
  EXPECT_EQ(json_text(document), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, JsonText,
    testing::Values(Case{"0400", "null"}, Case{"0401", "true"}, Case{"0402", "false"}, Case{"050000", "0"},
                    Case{"05ffff", "-1"}, Case{"05ff7f", "32767"}, Case{"050080", "-32768"}, Case{"06ffff", "65535"},
                    Case{"07ffff0000", "65535"}, Case{"07ffffff7f", "2147483647"}, Case{"0700000080", "-2147483648"},
                    Case{"08ffffffff", "4294967295"}, Case{"09ffffffff00000000", "4294967295"},
                    Case{"0a0000000001000000", "4294967296"}, Case{"0affffffffffffff7f", "9223372036854775807"},
                    Case{"090000000000000080", "-9223372036854775808"},
                    Case{"0affffffffffffffff", "18446744073709551615"}, Case{"0b00000000006af840", "100000.0"},
                    Case{"0b000000000000f043", "1.8446744073709552e19"}, Case{"0b0000000000000080", "-0.0"},
                    Case{"0c00", R"("")"}, Case{"0c0161", R"("a")"}, Case{"0c07e282acf09f9880", R"("€😀")"},
                    Case{"0c0c71225c2f080c0a0d09011f7f", "\"q\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\""}));

INSTANTIATE_TEST_SUITE_P(Containers, JsonText,
                         testing::Values(Case{"0200000400", "[]"}, Case{"0000000400", "{}"},
                                         Case{"0201000b0002070000000400", "[[]]"},
                                         Case{"020a00370004000004010004020005000005ffff0722000726000c2a00022c00003300ff"
                                              "ff0000a0860100017301000700050100000004"
                                              "00",
                                              R"([null, true, false, 0, -1, 65535, 100000, "s", [1], {}])"},
                                         Case{"000400340020000000200001002100010022000200050100002400050200050300616261"
                                              "61010010000b000100020c006100000400",
                                              R"({"": 1, "a": {"a": []}, "b": 2, "aa": 3})"},
                                         Case{"000200200012000100130001000714000918006162a086010000286bee00000000",
                                              R"({"a": 100000, "b": 4000000000})"}));

INSTANTIATE_TEST_SUITE_P(
    Opaques, JsonText,
    testing::Values(
        Case{"02030034000f0d000f16000f1f00f6070b028000000132f6070b027fffffffcdf61326098c149aa4350dfb38d2075bcd15075bcd1"
             "5",
             "[1.50, -0.50, 12345678901234567890123456789.123456789]"},
        Case{"02060052000f16000f20000f2a000f34000f3e000f48000c08080a0cb8c8bab2190c08000000b8c8bab2190a080000000000bab21"
             "90b"
             "08e05ef84737ffffff0b08000000fb6e3400000b080100000000000000",
             R"(["2024-02-29 12:34:56.789000", "2024-02-29 12:34:56.000000", "2024-02-29", "-12:34:56.500000", )"
             R"("838:59:59.000000", "00:00:00.000001"])"},
        Case{"0204001e000f10000f14000f17000f1c000f0200ff0f01050f036162630f00",
             R"(["base64:type15:AP8=", "base64:type15:BQ==", "base64:type15:YWJj", "base64:type15:"])"},
        // timestamp, as datetime
        Case{"0f0708080a0cb8c8bab219", R"("2024-02-29 12:34:56.789000")"}));

INSTANTIATE_TEST_SUITE_P( // one document through json_replace, json_remove and json_replace: holes and stale bytes
    PartlyUpdated, JsonText,
    testing::Values(
        Case{"0003003c00190001001a0001001b0001000c1c00022f000507006162630573686f72746720737472696e6720686572650300"
             "0d00050100050200050300",
             R"({"a": "short", "b": [1, 2, 3], "c": 7})"},
        Case{"0003003c00190001001a0001001b0001000c1c00022f000508006162630573686f72746720737472696e6720686572650200"
             "0d00050100050300050300",
             R"({"a": "short", "b": [1, 3], "c": 8})"}));

TEST(JsonDocument, ZeroBytesAreNull) {
  EXPECT_EQ(json_text({}), "null");
  EXPECT_TRUE(is_json_null({}));
  EXPECT_TRUE(is_json_null(Bytes(from_hex("0400"))));
  EXPECT_FALSE(is_json_null(Bytes(from_hex("0401"))));
  EXPECT_FALSE(is_json_null(Bytes(from_hex("04"))));
  EXPECT_FALSE(is_json_null(Bytes(from_hex("0500"))));
}

TEST(JsonDocument, LengthsTakeAsManyBytesAsTheyNeed) {
  for (const auto& [prefix, length] : {std::pair{"0c7f", 127U}, {"0c8001", 128U}, {"0cf0a204", 70'000U}}) {
    Document document = from_hex(prefix);
    document.insert(document.end(), length, 'x');
    EXPECT_EQ(json_text(document), '"' + std::string(length, 'x') + '"');
    document.pop_back();
    EXPECT_EQ(json_text(document), "invalid");
  }
}

TEST(JsonDocument, LargeContainersInlineFourBytes) {
  EXPECT_EQ(json_text(from_hex("03 04000000 1c000000 07 ffffffff 08 ffffffff 05 feff0000 04 01000000")),
            "[-1, 4294967295, -2, true]");
  EXPECT_EQ(json_text(from_hex("01 01000000 14000000 13000000 0100 07 a0860100 61")), R"({"a": 100000})");
  EXPECT_EQ(json_text(large_array({from_hex("0c 03 616263"), from_hex("0b 00000000006af840")})),
            R"(["abc", 100000.0])");
}

TEST(JsonDocument, LongOpaquesKeepTheServersLineBreaks) {
  Document bytes = from_hex("0f0f39");
  bytes.insert(bytes.end(), 57, 0xff);
  EXPECT_EQ(json_text(bytes), "\"base64:type15:" + std::string(76, '/') + '"');
  bytes[2] = 58;
  bytes.push_back(0xff);
  EXPECT_EQ(json_text(bytes), "\"base64:type15:" + std::string(76, '/') + "\\n/w==\"");
}

TEST(JsonDocument, HundredLevelsAreTheLimit) {
  Document document = from_hex("0300000000 08000000");
  for (int level = 2; level <= 100; ++level) document = large_array({document});
  EXPECT_EQ(json_text(document), std::string(100, '[') + std::string(100, ']'));
  EXPECT_EQ(json_text(large_array({document})), "invalid");
}

TEST(JsonDocument, RefusesSharedAndCyclicOffsets) {
  EXPECT_EQ(json_text(from_hex("0201000700 020000")), "invalid");                    // an array that holds itself
  EXPECT_EQ(json_text(from_hex("0202000f00 020a00 020a00 00000400 00")), "invalid"); // an array twice
  EXPECT_EQ(json_text(from_hex("0202000c00 0c0a00 0c0a00 0161")), "invalid");        // a string twice
}

TEST(JsonDocument, RefusesOffsetsBehindTheContainer) {
  EXPECT_EQ(json_text(from_hex("0201000900 0c0700 0161")), R"(["a"])");
  EXPECT_EQ(json_text(from_hex("0201000800 0c0700 0161")), "invalid"); // the size ends within the string
  EXPECT_EQ(json_text(from_hex("0201000900 0c0900 0161")), "invalid");
  EXPECT_EQ(json_text(from_hex("0201000900 0cffff 0161")), "invalid");
  EXPECT_EQ(json_text(from_hex("0001000c00 0b000200 050100 61")), "invalid"); // a key that is too long
}

TEST(JsonDocument, RefusesWhatNoServerWrites) {
  for (const char* document : {"0403", "0d00", "1000", "ff", "0b000000000000f07f", "0b000000000000f8ff", "0c02c328",
                               "0c8080808080", "0cffffffffff", "0ff60305020000", "0ff6020102", "0f0a070000000000bab2",
                               "0f0a08ffffffffffffffff", "0f0b0840420f0000000000", "02ffff0400"}) {
    EXPECT_EQ(json_text(from_hex(document)), "invalid") << document;
  }
}

} // namespace
} // namespace rowferry::binlog
