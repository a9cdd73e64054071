#include "app/logging.hpp"

#include <gmock/gmock.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace rowferry {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class Logging : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override {
    EXPECT_TRUE(start_logging("off", ""));
    std::filesystem::remove_all(folder_);
  }
  static std::string read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string folder_ = testing::TempDir() + "rowferry-log-" + std::to_string(::getpid());
  std::string path_ = folder_ + "/log";
};

TEST_F(Logging, WritesAtOnceFromItsLevelUp) {
  ASSERT_TRUE(start_logging("warn", path_));
  spdlog::info("quiet");
  spdlog::warn("loud");
  EXPECT_THAT(read(path_), MatchesRegex("[0-9]+-[0-9]+-[0-9]+T[0-9:.]+Z warning loud\n"));
}

TEST_F(Logging, ReopensUnderItsNameAndAppends) {
  const auto reopen = start_logging("info", path_);
  ASSERT_TRUE(reopen);
  spdlog::info("first");
  std::filesystem::rename(path_, path_ + ".1");
  spdlog::info("second");
  (*reopen)();
  spdlog::info("third");
  EXPECT_THAT(read(path_ + ".1"), HasSubstr("second"));
  EXPECT_THAT(read(path_), HasSubstr("third"));
  EXPECT_THAT(read(path_), Not(HasSubstr("second")));
  ASSERT_TRUE(start_logging("info", path_));
  spdlog::info("fourth");
  EXPECT_THAT(read(path_), HasSubstr("third"));
}

TEST_F(Logging, KeepsTheFileInUseWhenItCannotBeOpenedAgain) {
  const auto reopen = start_logging("info", path_);
  ASSERT_TRUE(reopen);
  std::filesystem::rename(folder_, folder_ + ".moved");
  std::ofstream(folder_) << "no folder";
  (*reopen)();
  std::filesystem::remove(folder_);
  std::filesystem::rename(folder_ + ".moved", folder_);
  spdlog::info("still here");
  EXPECT_THAT(read(path_), HasSubstr("cannot be opened again"));
  EXPECT_THAT(read(path_), HasSubstr("still here"));
}

TEST_F(Logging, UnwritableFileIsAProblemOfTheConfiguration) {
  const auto refused = start_logging("info", "/dev/null/log");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, ExitStatus::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("log.file: "));
}

} // namespace
} // namespace rowferry
