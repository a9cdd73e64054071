#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <rowferry/base/text.hpp>
#include <string>
#include <vector>

namespace rowferry {
namespace {

std::string written(const std::function<void(Output&)>& write) {
  OutputUsage usage;
  Output out(usage, 8);
  write(out);
  return std::string(out.record());
}

/// Calls `use` with the text in a block of exactly its size.
template <class Use>
auto with_exact(std::string_view text, Use use) {
  const std::unique_ptr<char[]> block(new char[text.size()]);
  std::copy(text.begin(), text.end(), block.get());
  return use(std::string_view(block.get(), text.size()));
}

bool utf8(std::string_view text) { return with_exact(text, is_utf8); }
std::string json(std::string_view text) { return with_exact(text, json_string); }

TEST(Utf8, AcceptsWellFormedText) {
  for (const std::string_view text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                      "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(utf8(text)) << json(text);
    for (std::size_t i = 1; i < text.size(); ++i) EXPECT_FALSE(utf8(text.substr(0, i))) << i;
  }
  EXPECT_TRUE(utf8(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesIllFormedTextAtEveryPlace) {
  for (const std::string_view bad : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                                     "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                                     "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xe2(\xa1", "\xf0\x28\x8c\xbc"}) {
    for (std::size_t before = 0; before <= 33; ++before) {
      EXPECT_FALSE(utf8(std::string(before, 'x') + std::string(bad)));
      EXPECT_FALSE(utf8(std::string(before, 'x') + std::string(bad) + std::string(40, 'y')));
    }
  }
}

TEST(JsonString, EscapesWhatMustBeAndNothingElse) {
  EXPECT_EQ(json(""), R"("")");
  EXPECT_EQ(json("plain / text"), R"("plain / text")");
  EXPECT_EQ(json("\"\\\b\f\n\r\t"), R"("\"\\\b\f\n\r\t")");
  EXPECT_EQ(json(std::string_view("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(json("\x7f\xc3\xa9\xf0\x9f\x98\x80"), "\"\x7f\xc3\xa9\xf0\x9f\x98\x80\"");
}

TEST(JsonString, FindsEveryByteAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    const std::string alone = json(one);
    const std::string escaped = alone.substr(1, alone.size() - 2);
    EXPECT_EQ(escaped != one, byte < 0x20 || byte == '"' || byte == '\\') << byte;
    for (std::size_t length = 1; length < 40; ++length) {
      for (std::size_t at = 0; at < length; ++at) {
        const std::string before(at, 'a');
        const std::string after(length - at - 1, 'z');
        ASSERT_EQ(json(before + one + after), "\"" + before + escaped + after + "\"");
      }
    }
  }
}

TEST(JsonString, AppendsToWhatIsThere) {
  EXPECT_EQ(written([](Output& out) {
              out.append("{");
              append_json_string(out, "a\nb");
              out.append(":");
              append_json_string(out, std::string(100, '"'));
            }).substr(0, 11),
            R"({"a\nb":"\")");
}

TEST(Base64, PadsAsTheRfcDoes) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : cases) {
    EXPECT_EQ(with_exact(plain,
                         [](std::string_view text) {
                           return written([text](Output& out) { append_base64(out, as_bytes(text)); });
                         }),
              encoded);
  }
  const std::uint8_t high[] = {0xfb, 0xff, 0xfe};
  EXPECT_EQ(written([&](Output& out) { append_base64(out, high); }), "+//+");
}

TEST(Base64, LongerOnesAreTheirGroupsOneByOne) {
  std::string bytes;
  for (unsigned i = 0; i < 100; ++i) bytes.push_back(static_cast<char>(i * 151 + 7));
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    std::string groups;
    for (std::size_t i = 0; i < size; i += 3) {
      groups += written([&](Output& out) {
        append_base64(out, as_bytes(std::string_view(bytes).substr(i, std::min<std::size_t>(3, size - i))));
      });
    }
    EXPECT_EQ(with_exact(std::string_view(bytes).substr(0, size),
                         [](std::string_view text) {
                           return written([text](Output& out) { append_base64(out, as_bytes(text)); });
                         }),
              groups);
  }
}

TEST(Hex, IsLowerCase) {
  const std::uint8_t bytes[] = {0x00, 0x9a, 0xFF};
  EXPECT_EQ(hex(bytes), "009aff");
  EXPECT_EQ(hex({}), "");
  EXPECT_EQ(written([&](Output& out) { append_hex(out, bytes); }), "009aff");
}

TEST(UuidText, HasItsDashesInPlace) {
  const std::uint8_t bytes[] = {0x3e, 0x11, 0xfa, 0x47, 0x71, 0xca, 0x11, 0xe1,
                                0x9e, 0x33, 0xc8, 0x0a, 0xa9, 0x42, 0x95, 0x62};
  char text[36];
  EXPECT_EQ(write_uuid(text, bytes), text + 36);
  EXPECT_EQ(std::string_view(text, 36), "3e11fa47-71ca-11e1-9e33-c80aa9429562");
}

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("topic", "topci"), 2U);
}

TEST(Nearest, OffersOnlyLikelyTypingErrors) {
  const std::vector<std::string_view> options{"topic", "table", "key", "headers"};
  EXPECT_EQ(nearest("topik", options), "topic");
  EXPECT_EQ(nearest("tabel", options), "table");
  EXPECT_EQ(nearest("header", options), "headers");
  EXPECT_EQ(nearest("password", options), "");
}

} // namespace
} // namespace rowferry
