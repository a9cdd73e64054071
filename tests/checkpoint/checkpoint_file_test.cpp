#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <rowferry/checkpoint/checkpoint_file.hpp>

#include "checkpoint/faulty_file_system.hpp"
#include "checkpoint/sample.hpp"
#include "checkpoint/temporary_folder.hpp"

namespace rowferry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Checkpoint at_offset(std::uint64_t offset) {
  Checkpoint checkpoint = sample_checkpoint();
  checkpoint.position.at.offset = offset;
  return checkpoint;
}

class CheckpointFileTest : public ::testing::Test {
 protected:
  CheckpointFile open() { return CheckpointFile::open(path_).value(); }
  void put(std::string_view text) { std::ofstream(path_, std::ios::binary) << text; }
  std::uint64_t offset_on_disk() {
    const Result<std::optional<Checkpoint>> checkpoint = CheckpointFile::read(path_);
    EXPECT_TRUE(checkpoint) << checkpoint.error().message;
    return checkpoint && *checkpoint ? (*checkpoint)->position.at.offset : 0;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "shop.checkpoint";
};

TEST_F(CheckpointFileTest, IsEmptyAtFirst) {
  EXPECT_EQ(open().load().value(), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(CheckpointFileTest, SavesAndLoads) {
  {
    CheckpointFile file = open();
    ASSERT_TRUE(file.save(at_offset(1)));
    ASSERT_TRUE(file.save(at_offset(2)));
    EXPECT_EQ(file.load().value(), at_offset(2));
  }
  EXPECT_EQ(open().load().value(), at_offset(2));
  EXPECT_EQ(CheckpointFile::read(path_).value(), at_offset(2));
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".tmp"));
}

TEST_F(CheckpointFileTest, SyncsContentBeforeTheRenameAndTheFolderAfterIt) {
  FaultyFileSystem files;
  files.short_write = 150;
  CheckpointFile file = CheckpointFile::open(path_, files).value();
  ASSERT_TRUE(file.save(at_offset(1)));
  EXPECT_THAT(files.steps, ElementsAre("create", "write", "write", "write", "sync", "close", "rename", "sync_folder"));
  EXPECT_EQ(offset_on_disk(), 1U);
}

TEST_F(CheckpointFileTest, AFailureAtAnyStepLeavesTheOldOneAndTheNextSaveWorks) {
  const std::vector<std::string> steps{"create", "write", "sync", "close", "rename"};
  for (const int error : {ENOSPC, EDQUOT, EIO}) {
    for (int step = 1; step <= 5; ++step) {
      FaultyFileSystem files;
      CheckpointFile file = CheckpointFile::open(path_, files).value();
      ASSERT_TRUE(file.save(at_offset(1)));
      files.steps.clear();
      files.error = error;
      files.fail_at = 6 + step; // the first save took six
      const Result<void> saved = file.save(at_offset(2));
      ASSERT_FALSE(saved) << steps[static_cast<std::size_t>(step - 1)];
      EXPECT_TRUE(saved.error().retriable);
      EXPECT_THAT(saved.error().message, HasSubstr(path_.string()));
      EXPECT_EQ(offset_on_disk(), 1U);
      EXPECT_FALSE(std::filesystem::exists(path_.string() + ".tmp"));
      ASSERT_TRUE(file.save(at_offset(3)));
      EXPECT_EQ(offset_on_disk(), 3U);
    }
  }
}

TEST_F(CheckpointFileTest, AFolderThatCannotBeSyncedIsAnErrorToo) {
  FaultyFileSystem files;
  files.fail_at = 6;
  CheckpointFile file = CheckpointFile::open(path_, files).value();
  const Result<void> saved = file.save(at_offset(1));
  ASSERT_FALSE(saved);
  EXPECT_TRUE(saved.error().retriable);
  EXPECT_THAT(saved.error().message, HasSubstr("folder"));
}

TEST_F(CheckpointFileTest, APowerCutAtAnyStepLeavesTheOldOneOrTheNewOne) {
  for (const bool undo_rename : {false, true}) {
    for (int step = 1; step <= 7; ++step) {
      ASSERT_TRUE(open().save(at_offset(1)));
      FaultyFileSystem files;
      files.crash = true;
      files.fail_at = step;
      bool saved = false;
      {
        CheckpointFile file = CheckpointFile::open(path_, files).value();
        saved = file.save(at_offset(2)).has_value();
      }
      files.power_cut(undo_rename);
      EXPECT_EQ(saved, step == 7);
      const std::uint64_t offset = offset_on_disk();
      EXPECT_EQ(offset, step == 7 || (step == 6 && !undo_rename) ? 2U : 1U) << "step " << step;
      ASSERT_TRUE(open().save(at_offset(3))) << "step " << step;
      EXPECT_EQ(offset_on_disk(), 3U);
    }
  }
}

TEST_F(CheckpointFileTest, APermissionProblemIsFinal) {
  FaultyFileSystem files;
  files.fail_at = 1;
  files.error = EACCES;
  CheckpointFile file = CheckpointFile::open(path_, files).value();
  const Result<void> saved = file.save(at_offset(1));
  ASSERT_FALSE(saved);
  EXPECT_FALSE(saved.error().retriable);
  EXPECT_EQ(saved.error().status, ExitStatus::usage);
}

TEST_F(CheckpointFileTest, NeverReplacesWhatItCannotRead) {
  const std::string good = format_checkpoint(at_offset(1));
  const std::string cases[] = {"", good.substr(0, good.size() / 2), "[mysqld]\nserver_id=1\n",
                               "rowferry-checkpoint 99\n", std::string(4096, '\0')};
  for (const std::string& text : cases) {
    put(text);
    CheckpointFile file = open();
    const Result<std::optional<Checkpoint>> loaded = file.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().status, ExitStatus::usage);
    EXPECT_THAT(loaded.error().message, HasSubstr(path_.string()));
    EXPECT_FALSE(file.save(at_offset(2)));
    EXPECT_EQ(content(path_), text);
  }
}

TEST_F(CheckpointFileTest, NeverReplacesTheCheckpointOfAnotherName) {
  ASSERT_TRUE(open().save(at_offset(1)));
  CheckpointFile file = open();
  Checkpoint other = at_offset(2);
  other.name = "warehouse";
  const Result<void> saved = file.save(other);
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, HasSubstr("belongs to the connector 'shop', not to 'warehouse'"));
  EXPECT_EQ(offset_on_disk(), 1U);
}

TEST_F(CheckpointFileTest, RefusesWhatIsNoRegularFile) {
  std::filesystem::create_directory(path_);
  EXPECT_FALSE(open().load());
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THAT(open().load().error().message, HasSubstr("not a regular file"));
}

TEST_F(CheckpointFileTest, ASecondProcessIsToldWhoHoldsIt) {
  const CheckpointFile file = open();
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Result<CheckpointFile> second = CheckpointFile::open(path_);
    const std::string message = second ? "opened" : second.error().message;
    const auto written = ::write(pipe_ends[1], message.data(), message.size());
    ::_exit(!second && second.error().status == ExitStatus::usage && written > 0 ? 0 : 1);
  }
  ::close(pipe_ends[1]);
  char buffer[1024];
  const auto size = ::read(pipe_ends[0], buffer, sizeof buffer);
  ::close(pipe_ends[0]);
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ASSERT_GT(size, 0);
  const std::string message(buffer, static_cast<std::size_t>(size));
  EXPECT_THAT(message, HasSubstr("in use by another process (pid " + std::to_string(::getpid()) + ")"));
  EXPECT_THAT(message, HasSubstr(path_.string()));
}

TEST_F(CheckpointFileTest, ASymbolicLinkToAFileThatIsYetToBeMadeIsFollowedToo) {
  const std::filesystem::path link = folder_.path() / "link";
  std::filesystem::create_symlink(path_.filename(), link);
  ASSERT_TRUE(CheckpointFile::open(link).value().save(at_offset(1)));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(offset_on_disk(), 1U);
}

TEST_F(CheckpointFileTest, ALockThatIsASymbolicLinkIsNotWrittenThrough) {
  const std::filesystem::path victim = folder_.path() / "victim";
  std::ofstream(victim) << "precious";
  std::filesystem::create_symlink(victim, path_.string() + ".lock");
  EXPECT_FALSE(CheckpointFile::open(path_));
  EXPECT_EQ(content(victim), "precious");
}

TEST_F(CheckpointFileTest, TheLockIsOneForAllNamesOfTheFile) {
  ASSERT_TRUE(open().save(at_offset(1)));
  const std::filesystem::path link = folder_.path() / "link";
  std::filesystem::create_symlink(path_, link);
  {
    CheckpointFile file = CheckpointFile::open(link).value();
    EXPECT_FALSE(CheckpointFile::open(path_));
    EXPECT_FALSE(CheckpointFile::open(folder_.path() / "." / "shop.checkpoint"));
    ASSERT_TRUE(file.save(at_offset(2)));
  }
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(offset_on_disk(), 2U);
}

TEST_F(CheckpointFileTest, TheLockGoesWithTheObjectAndMovesWithIt) {
  CheckpointFile first = open();
  CheckpointFile second = std::move(first);
  EXPECT_FALSE(CheckpointFile::open(path_));
  second = CheckpointFile::open(folder_.path() / "other").value();
  EXPECT_TRUE(CheckpointFile::open(path_));
}

TEST_F(CheckpointFileTest, ReadingNeedsNoLock) {
  CheckpointFile file = open();
  EXPECT_EQ(CheckpointFile::read(path_).value(), std::nullopt);
  ASSERT_TRUE(file.save(at_offset(1)));
  EXPECT_EQ(offset_on_disk(), 1U);
}

TEST_F(CheckpointFileTest, AMissingFolderIsNamed) {
  const Result<CheckpointFile> file = CheckpointFile::open(folder_.path() / "none" / "shop.checkpoint");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, HasSubstr("none/shop.checkpoint.lock"));
}

} // namespace
} // namespace rowferry
