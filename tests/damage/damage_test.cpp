// Every log of testdata/ cut, flipped and lied to: good lines, then a clean error; bounded work and bounded memory.
// What is read beyond a buffer is the sanitizers' to see: each event is a heap block of its own size. A log that is
// beyond this version ends with an error without damage too; its good lines are those before.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "damage/log_decoder.hpp"

namespace rowferry::test {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr unsigned kSeed = 20240229;
constexpr std::size_t kPlaces = 1500; ///< tried in a log; all of a smaller one

std::vector<std::string> logs() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ROWFERRY_TESTDATA)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("binlog.0") || name.starts_with("mysql-9.7.0")) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Buffer load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Offsets behind the magic bytes: all, or a choice that is the same each time.
std::vector<std::size_t> places(std::size_t size) {
  std::vector<std::size_t> all(size - 4);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i + 4;
  std::vector<std::size_t> chosen;
  std::mt19937 random(kSeed);
  std::sample(all.begin(), all.end(), std::back_inserter(chosen), kPlaces, random);
  return chosen;
}

class Damage : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    log_ = load(GetParam());
    ASSERT_GT(log_.size(), 100u);
    lines_ = lines_of(log_);
    whole_peak_ = decode(log_, true, lines_).peak_bytes;
  }

  Decoded tried(const Buffer& log, bool verify) {
    const Decoded decoded = decode(log, verify, lines_);
    EXPECT_LE(decoded.steps, 4 * log.size()) << "work";
    EXPECT_LE(decoded.peak_bytes, whole_peak_ + (1u << 20) + 64 * log.size()) << "memory";
    return decoded;
  }

  Buffer log_;
  std::string lines_;
  std::size_t whole_peak_ = 0;
};

TEST_P(Damage, CutAnywhereGivesTheLinesBefore) {
  for (const std::size_t size : places(log_.size())) {
    const Decoded cut = tried(Buffer(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(size)), true);
    ASSERT_TRUE(cut.is_prefix) << "cut at " << size;
    if (testing::Test::HasFailure()) FAIL() << "cut at " << size;
  }
}

TEST_P(Damage, AChecksumCatchesEveryFlip) {
  const std::size_t format_size = load_le<4>(log_.data() + 4 + 9);
  const bool checksummed = log_[4 + format_size - 5] == 1;
  constexpr std::size_t kVersion = 4 + 19 + 2; // of the server, 50 bytes: one without a number has no checksums
  for (const std::size_t at : places(checksummed ? log_.size() : 4)) {
    if (at >= kVersion && at < kVersion + 50) continue;
    log_[at] ^= 0x10;
    const Decoded flipped = tried(log_, true);
    log_[at] ^= 0x10;
    ASSERT_TRUE(flipped.failed && flipped.is_prefix) << "flipped at " << at;
    if (testing::Test::HasFailure()) FAIL() << "flipped at " << at;
  }
}

TEST_P(Damage, FlippedBytesWithoutChecksums) {
  for (const std::size_t at : places(log_.size())) {
    for (const std::uint8_t mask : {std::uint8_t{0xff}, static_cast<std::uint8_t>(1u << at % 8)}) {
      log_[at] ^= mask;
      tried(log_, false);
      log_[at] ^= mask;
    }
    if (testing::Test::HasFailure()) FAIL() << "flipped at " << at;
  }
}

// Whatever is a length somewhere, in all its encodings.
TEST_P(Damage, LengthsAtTheirExtremes) {
  const std::vector<Buffer> extremes{{0},
                                     {0, 0, 0, 0},
                                     {0xff, 0xff, 0xff, 0xff},
                                     {0xff, 0xff, 0xff, 0x7f},
                                     {0xfd, 0xff, 0xff, 0xff},
                                     {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}};
  for (const std::size_t at : places(log_.size())) {
    const Buffer& extreme = extremes[at % extremes.size()];
    Buffer log = log_;
    std::copy_n(extreme.begin(), std::min(extreme.size(), log.size() - at),
                log.begin() + static_cast<std::ptrdiff_t>(at));
    tried(log, false);
    if (testing::Test::HasFailure()) FAIL() << "extreme at " << at;
  }
}

// An event that ends early and says so itself: its body is what is cut short.
TEST_P(Damage, EventsThatEndEarly) {
  for (const std::size_t at : places(log_.size())) {
    std::size_t begin = 4;
    std::size_t size = 0;
    for (;; begin += size) {
      size = load_le<4>(log_.data() + begin + 9);
      if (at < begin + size) break;
    }
    const std::size_t left = std::max<std::size_t>(at - begin, 19);
    Buffer log(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(begin + left));
    for (unsigned i = 0; i < 4; ++i) log[begin + 9 + i] = static_cast<std::uint8_t>(left >> (8 * i));
    log.insert(log.end(), log_.begin() + static_cast<std::ptrdiff_t>(begin + size), log_.end());
    tried(log, false);
    if (testing::Test::HasFailure()) FAIL() << "the event at " << begin << " ends behind " << left << " bytes";
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, Damage, testing::ValuesIn(logs()), [](const auto& log) {
  std::string name = log.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(DamageLogs, AreThere) { EXPECT_GE(logs().size(), 20u) << "seed " << kSeed; }

} // namespace
} // namespace rowferry::test
