#include "config/references.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "config/config_test.hpp"

namespace rowferry {
namespace {

using test::ScopedVariable;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A file for the life of this object.
class ScopedFile {
 public:
  explicit ScopedFile(std::string_view text) { std::ofstream(path_, std::ios::binary) << text; }
  ~ScopedFile() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string reference() const { return "${file:" + path_ + "}"; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "rowferry-reference-" + std::to_string(::getpid());
};

TEST(References, Expand) {
  const ScopedVariable a("RF_TEST_A", "alpha");
  const ScopedVariable empty("RF_TEST_EMPTY", "");
  const ScopedVariable nested("RF_TEST_NESTED", "${RF_TEST_A}");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", ""},
      {"plain", "plain"},
      {"${RF_TEST_A}", "alpha"},
      {"<${RF_TEST_A}${RF_TEST_A}>", "<alphaalpha>"},
      {"${RF_TEST_EMPTY}", ""},
      {"${RF_TEST_NESTED}", "${RF_TEST_A}"}, // a value is not expanded again
      {"$${RF_TEST_A}", "${RF_TEST_A}"},
      {"$${", "${"},
      {"$$${RF_TEST_A}", "$${RF_TEST_A}"},
      {"cost $5, $$, {}", "cost $5, $$, {}"},
      {"end$", "end$"},
  };
  for (const auto& [text, expanded] : cases) {
    const Result<std::string> result = expand_references(text);
    ASSERT_TRUE(result) << text << ": " << result.error().message;
    EXPECT_EQ(*result, expanded) << text;
  }
}

TEST(References, ErrorsNameTheVariableAndNeverAValue) {
  const ScopedVariable a("RF_TEST_A", "s3cret");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"${RF_TEST_UNSET}", "RF_TEST_UNSET is not set"},
      {"${RF_TEST_A}${RF_TEST_UNSET}", "RF_TEST_UNSET is not set"},
      {"hunter2${", "without its }"},
      {"${RF_TEST_A", "without its }"},
      {"${}", "names neither"},
      {"${hunter2!}", "names neither"},
      {"${9LIVES}", "names neither"},
      {"${RF_TEST_A:-x}", "names neither"},
      {"${file:}", "cannot read it"},
      {"${file:/no/such/file}", "${file:/no/such/file}: cannot read it: No such file or directory"},
      {"${file:/dev/zero}", "no regular file"},
      {"${file:/tmp}", "no regular file"},
  };
  for (const auto& [text, message] : cases) {
    const Result<std::string> result = expand_references(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().status, ExitStatus::usage);
    EXPECT_THAT(result.error().message, AllOf(HasSubstr(message), Not(HasSubstr("s3cret")), Not(HasSubstr("hunter2"))));
  }
}

TEST(References, FileWithoutItsLastNewline) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"word", "word"}, {"word\n", "word"}, {"word\r\n", "word"}, {"word\n\n", "word\n"}, {"", ""}, {"\n", ""},
  };
  for (const auto& [content, expanded] : cases) {
    const ScopedFile file(content);
    EXPECT_EQ(expand_references(file.reference()).value(), expanded);
  }
}

TEST(References, FileOfMoreThanOneMegabyteIsRefused) {
  EXPECT_EQ(expand_references(ScopedFile(std::string(1u << 20, 'x')).reference())->size(), 1u << 20);
  const ScopedFile large(std::string((1u << 20) + 1, 'x'));
  EXPECT_THAT(expand_references(large.reference()).error().message, HasSubstr("larger than 1 MiB"));
}

TEST(References, SecretIsReadAgainAtEveryUse) {
  ScopedFile file("first\n");
  const SecretText text{file.reference()};
  EXPECT_EQ(text.expand()->reveal(), "first");
  std::ofstream(file.path()) << "second\n";
  EXPECT_EQ(text.expand()->reveal(), "second");
}

TEST(References, OnlyReferences) {
  for (const char* text : {"${A}", "${A}${B}", "${file:/run/secrets/x}"}) EXPECT_TRUE(only_references(text)) << text;
  for (const char* text : {"", "a", "${A}a", "a${A}", "$${A}", "${", "${a b}", "${A}${"})
    EXPECT_FALSE(only_references(text)) << text;
}

} // namespace
} // namespace rowferry
