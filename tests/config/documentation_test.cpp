// docs/config.md is written by hand; this keeps it whole.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <rowferry/config/config.hpp>

namespace rowferry {
namespace {

using testing::HasSubstr;

TEST(Documentation, HasEveryOptionWithItsDefault) {
  std::ifstream in(std::filesystem::path(ROWFERRY_TESTDATA).parent_path() / "docs" / "config.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(text.empty());
  for (const OptionDescription& option : option_descriptions()) {
    const std::size_t row = text.find("\n| `" + option.path + "` |");
    ASSERT_NE(row, std::string::npos) << option.path << " has no row";
    EXPECT_THAT(text.substr(row + 1, text.find('\n', row + 1) - row - 1), HasSubstr(option.default_text))
        << option.path;
  }
  EXPECT_THAT(text, HasSubstr("\n| `sink.kafka.<property>` |"));
}

TEST(Documentation, EveryOptionHasHelpThatFitsALine) {
  for (const OptionDescription& option : option_descriptions()) {
    EXPECT_FALSE(option.help.empty()) << option.path;
    EXPECT_LE(option.help.size(), 100u) << option.path;
  }
}

} // namespace
} // namespace rowferry
