#include <rowferry/base/spool.hpp>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace rowferry {
namespace {

constexpr const char* kRows = "the rows of an XA transaction";

std::string bytes_of(std::size_t size, std::size_t number) {
  return std::string(size, static_cast<char>('a' + number % 26));
}

/// All records from the first on.
std::vector<std::string> read(Spool& spool) {
  std::vector<std::string> records;
  spool.rewind();
  for (;;) {
    const auto record = spool.next();
    EXPECT_TRUE(record) << record.error().message;
    if (!record || !*record) return records;
    records.emplace_back(as_text(**record));
  }
}

std::vector<std::string> fill(Spool& spool, const std::vector<std::size_t>& sizes) {
  std::vector<std::string> written;
  for (const std::size_t size : sizes) {
    const std::string body = bytes_of(size, written.size());
    EXPECT_TRUE(spool.append(as_bytes("#"), as_bytes(body)));
    written.push_back("#" + body);
  }
  return written;
}

TEST(Spool, KeepsWhatIsSmallInMemory) {
  Spool spool(kRows, 1000);
  const auto written = fill(spool, {0, 1, 100, 500});
  EXPECT_FALSE(spool.in_file());
  EXPECT_EQ(read(spool), written);
  ASSERT_TRUE(spool.seal(1000));
  EXPECT_FALSE(spool.in_file());
  EXPECT_EQ(read(spool), written);
  EXPECT_EQ(read(spool), written) << "again";
}

TEST(Spool, GivesBackInOrderWhateverIsInTheFile) {
  for (const std::size_t memory : {0u, 1u, 10u, 100u, 1000u, 10000000u}) {
    Spool spool(kRows, memory);
    std::vector<std::size_t> sizes = {5, 0, 999, 1000, 300000, 7, 262135, 262136, 262137, 1};
    for (std::size_t i = 0; i < 200; ++i) sizes.push_back(i * 7);
    const auto written = fill(spool, sizes);
    EXPECT_EQ(read(spool), written) << memory;
    ASSERT_TRUE(spool.seal(memory));
    EXPECT_EQ(read(spool), written) << memory;
    EXPECT_EQ(spool.in_file(), memory < 1000000) << memory;
  }
}

TEST(Spool, ASealedFileLeavesMemory) {
  Spool spool(kRows, 100000);
  std::vector<std::string> written;
  for (int round = 0; round < 100; ++round) {
    for (const std::string& record : fill(spool, std::vector<std::size_t>(10, 1000))) written.push_back(record);
    EXPECT_LT(spool.memory(), 300000u);
  }
  ASSERT_TRUE(spool.seal(100000));
  EXPECT_EQ(spool.memory(), 0u);
  EXPECT_EQ(read(spool), written);
  spool.release();
  EXPECT_EQ(spool.memory(), 0u);
  Spool small(kRows, 1000);
  const auto few = fill(small, {10, 20});
  ASSERT_TRUE(small.seal(0));
  EXPECT_TRUE(small.in_file());
  EXPECT_EQ(read(small), few);
}

TEST(Spool, MovesWithItsFile) {
  Spool spool(kRows, 10);
  const auto written = fill(spool, {100, 200});
  Spool other = std::move(spool);
  EXPECT_EQ(read(other), written);
  Spool third(kRows, 10);
  third = std::move(other);
  EXPECT_EQ(read(third), written);
}

TEST(Spool, LeavesNoNameBehindAndUsesTmpdir) {
  std::string folder = testing::TempDir() + "spool-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  ASSERT_EQ(::setenv("TMPDIR", folder.c_str(), 1), 0);
  {
    Spool spool(kRows, 0);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    fill(spool, {1000});
    EXPECT_TRUE(spool.in_file());
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove(folder);
  Spool spool(kRows, 0);
  const auto refused = spool.append({}, as_bytes("x"));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(folder), std::string::npos) << refused.error().message;
  ASSERT_EQ(::unsetenv("TMPDIR"), 0);
}

TEST(Spool, AFolderThatCannotBeWrittenIsNamedWithTheCure) {
  Spool spool(kRows, 0, "/nowhere/at/all");
  const auto refused = spool.append(as_bytes("a"), as_bytes("b"));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().retriable);
  EXPECT_EQ(refused.error().message,
            "cannot make a temporary file for the rows of an XA transaction in /nowhere/at/all: No such file or "
            "directory: make room "
            "there, or start again with the environment variable TMPDIR set to a folder that has it");
}

/// While it lives a limit of the size of files stands in for the disk's end: some bytes are taken, then none.
class SmallDisk {
 public:
  static constexpr std::size_t kSize = 10000;
  SmallDisk() {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit small{kSize, before_.rlim_max};
    EXPECT_NE(std::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  ~SmallDisk() { EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit before_{};
};

TEST(Spool, AFullDiskIsNamedWithTheCure) {
  const SmallDisk disk;
  Spool spool(kRows, 1000);
  Result<void> appended;
  for (int i = 0; i < 30 && appended; ++i) appended = spool.append(as_bytes("a"), as_bytes(bytes_of(900, 1)));
  ASSERT_FALSE(appended);
  EXPECT_TRUE(appended.error().retriable);
  EXPECT_EQ(appended.error().message.find("cannot write a temporary file"), 0u) << appended.error().message;
}

TEST(Spool, RoomIsSetAsideBeforeItIsNeeded) {
  const SmallDisk disk;
  EXPECT_TRUE(Spool(kRows).make_file(SmallDisk::kSize));
  const auto too_much = Spool(kRows).make_file(SmallDisk::kSize + 1);
  ASSERT_FALSE(too_much);
  EXPECT_EQ(too_much.error().message.find("cannot write a temporary file"), 0u) << too_much.error().message;
}

TEST(Spool, WhatIsWrittenIntoRoomSetAsideIsReadAsItWas) {
  Spool spool(kRows, 10);
  ASSERT_TRUE(spool.make_file(1'000'000));
  const auto written = fill(spool, {5, 300'000, 7});
  ASSERT_TRUE(spool.seal(0));
  EXPECT_EQ(read(spool), written);
}

} // namespace
} // namespace rowferry
