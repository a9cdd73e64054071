#include "app/schema_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace rowferry {
namespace {

using testing::HasSubstr;

class SchemaFileTest : public testing::Test {
 protected:
  std::string written(std::string_view text) {
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string("schema-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::ofstream(path_, std::ios::binary) << text;
    return path_.string();
  }
  void TearDown() override { std::filesystem::remove(path_); }

 private:
  std::filesystem::path path_;
};

TEST_F(SchemaFileTest, FindsTheNearestName) {
  const auto file = SchemaFile::load(
      written("CREATE TABLE a (any int); USE shop; CREATE TABLE a (ours int); CREATE TABLE A (upper int);"
              "CREATE TABLE other.b (b int)"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->size(), 4U);
  const std::pair<std::pair<const char*, const char*>, const char*> cases[] = {
      {{"shop", "a"}, "ours"}, {{"shop", "A"}, "upper"}, {{"else", "a"}, "any"}, {{"OTHER", "B"}, "b"}};
  for (const auto& [name, column] : cases) {
    const auto found = file->find(name.first, name.second);
    ASSERT_TRUE(found) << name.first << "." << name.second;
    EXPECT_EQ(found->columns[0].name, column);
  }
  EXPECT_EQ(file->find("shop", "b"), nullptr);
}

TEST_F(SchemaFileTest, ReadsJson) {
  const auto file =
      SchemaFile::load(written("\n [{\"table\":\"a\",\"columns\":[{\"name\":\"x\",\"type\":\"int\"}]}]\n"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->find("any", "a")->columns[0].name, "x");
}

TEST_F(SchemaFileTest, NamesTheFileAndWhatIsWrong) {
  EXPECT_THAT(SchemaFile::load("/nowhere/at/all").error().message, HasSubstr("--schema /nowhere/at/all: No such file"));
  EXPECT_THAT(SchemaFile::load(testing::TempDir()).error().message, HasSubstr("is a folder"));
  EXPECT_THAT(SchemaFile::load(written("SELECT 1")).error().message, HasSubstr("there is no CREATE TABLE"));
  const auto broken = SchemaFile::load(written("CREATE TABLE a (\n x frobnicator)"));
  EXPECT_EQ(broken.error().status, ExitStatus::usage);
  EXPECT_THAT(broken.error().message, HasSubstr(": line 2: the definition of table \"a\""));
}

} // namespace
} // namespace rowferry
