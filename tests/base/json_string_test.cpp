#include <gtest/gtest.h>

#include <memory>
#include <rowferry/base/text.hpp>
#include <string>

namespace rowferry {
namespace {

/// By the writer that is given all the room at once.
std::string written(std::string_view text) {
  const auto room = std::make_unique<char[]>(json_string_room(text.size()));
  const char* const end = write_checked_json_string(room.get(), text);
  return end == nullptr ? "none" : std::string(room.get(), static_cast<std::size_t>(end - room.get()));
}

/// From a buffer of exactly that size, behind text that must stay.
std::pair<bool, std::string> append(const std::string& text) {
  const auto exact = std::make_unique<char[]>(text.size());
  std::copy(text.begin(), text.end(), exact.get());
  OutputUsage usage;
  Output out(usage, 8);
  out.append("before");
  const bool ok = append_checked_json_string(out, {exact.get(), text.size()});
  const std::string record(out.record());
  EXPECT_TRUE(record.starts_with("before"));
  EXPECT_EQ(written({exact.get(), text.size()}), ok ? record.substr(6) : "none");
  return {ok, record.substr(6)};
}

// Every length around the block sizes, a special byte at every place.
TEST(CheckedJsonString, IsTheSameAsTheTwoStepsWherever) {
  const std::string specials[] = {"a",    "\"",   "\\",     "\n",     std::string(1, '\0'),
                                  "\x1f", "\x7f", "\u00fc", "\u20ac", "\U0001f600"};
  for (std::size_t length = 0; length <= 50; ++length) {
    const std::string plain(length, 'x');
    for (std::size_t at = 0; at <= length; ++at) {
      for (const std::string& special : specials) {
        std::string text = plain;
        text.insert(at, special);
        const auto [ok, json] = append(text);
        ASSERT_TRUE(ok);
        ASSERT_EQ(json, json_string(text)) << length << " at " << at;
      }
    }
  }
}

TEST(CheckedJsonString, RefusesWhatIsNoUtf8Wherever) {
  for (const std::string invalid : {"\x80", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\"\xff"}) {
    for (std::size_t length = 0; length <= 50; ++length) {
      for (std::size_t at = 0; at <= length; ++at) {
        std::string text(length, 'x');
        text.insert(at, invalid);
        const auto [ok, json] = append(text);
        ASSERT_FALSE(ok) << length << " at " << at;
        ASSERT_EQ(json, "");
      }
    }
  }
}

// Long texts are written piece by piece.
TEST(CheckedJsonString, PiecesChangeNothing) {
  for (const std::size_t length : {511U, 512U, 513U, 1023U, 1024U, 1025U, 3000U}) {
    for (const std::string special : {"\"", "\x01", "\u00fc", "\u20ac\n", "\xff"}) {
      for (std::size_t at = length - 511; at <= length; at += 73) {
        std::string text(length, 'x');
        text.insert(at, special);
        const auto [ok, json] = append(text);
        ASSERT_EQ(ok, special != "\xff");
        ASSERT_EQ(json, ok ? json_string(text) : "");
      }
    }
  }
  EXPECT_EQ(append(std::string(2000, '\x1f')).second.size(), 2 + 6 * 2000u);
}

} // namespace
} // namespace rowferry
