// Every code of every table against the server that the tables were made from.
#include "schema/charset_fingerprints.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <rowferry/schema/charset.hpp>
#include <string_view>
#include <vector>

namespace rowferry {
namespace {

using test::CharsetFingerprint;

/// As fingerprint() of scripts/make-charset-tables.
class Fingerprint {
 public:
  explicit Fingerprint(const Charset& charset) : charset_(charset) {}

  void take(std::initializer_list<unsigned> bytes) {
    std::vector<std::uint8_t> code;
    for (const unsigned byte : bytes) code.push_back(static_cast<std::uint8_t>(byte));
    out_.discard();
    if (!charset_.append_utf8(out_, Bytes(code))) return;
    ++characters;
    mix(as_text(Bytes(code)));
    mix(out_.record());
  }

  unsigned characters = 0;
  std::uint64_t hash = 0xcbf29ce484222325;

 private:
  void mix(std::string_view bytes) {
    for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  }

  const Charset& charset_;
  OutputUsage usage_;
  Output out_{usage_, 256};
};

void take_gb18030(Fingerprint& fingerprint, unsigned linear) {
  fingerprint.take({0x81 + linear / 12600, 0x30 + linear / 1260 % 10, 0x81 + linear / 10 % 126, 0x30 + linear % 10});
}

void take_all(Fingerprint& fingerprint, const Charset& charset) {
  const std::string_view name = charset.name();
  for (unsigned byte = 0; byte < 0x100; ++byte) fingerprint.take({byte});
  if (charset.kind() == Charset::Kind::table8) return;
  for (unsigned code = 0x8000; code < 0x10000; ++code) fingerprint.take({code >> 8, code & 0xff});
  if (name == "ujis" || name == "eucjpms") {
    for (unsigned second = 0xa0; second < 0x100; ++second) {
      for (unsigned third = 0xa0; third < 0x100; ++third) fingerprint.take({0x8f, second, third});
    }
  }
  if (name == "gb18030") {
    for (unsigned linear = 0; linear < 50400; ++linear) take_gb18030(fingerprint, linear);
    for (unsigned linear = 50400; linear < 1587600; linear += 251) take_gb18030(fingerprint, linear);
  }
}

class CharsetTable : public testing::TestWithParam<CharsetFingerprint> {};

TEST_P(CharsetTable, ConvertsEveryCodeAsTheServer) {
  const Charset* charset = find_charset(GetParam().charset);
  ASSERT_NE(charset, nullptr);
  Fingerprint fingerprint(*charset);
  take_all(fingerprint, *charset);
  EXPECT_EQ(fingerprint.characters, GetParam().characters);
  EXPECT_EQ(fingerprint.hash, GetParam().hash);
}

INSTANTIATE_TEST_SUITE_P(All, CharsetTable, testing::ValuesIn(test::kCharsetFingerprints),
                         [](const auto& test) { return std::string(test.param.charset); });

} // namespace
} // namespace rowferry
