#include <gtest/gtest.h>

#include <fstream>
#include <rowferry/base/secret.hpp>
#include <string>
#include <utility>

namespace rowferry {
namespace {

/// The VmFlags line of the mapping that holds p.
std::string memory_flags(const void* p) {
  std::ifstream maps("/proc/self/smaps");
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    std::size_t dash = 0;
    if (line.find(' ') > (dash = line.find('-')) && dash != std::string::npos && line.compare(0, 7, "VmFlags") != 0) {
      here = address >= std::stoull(line, nullptr, 16) && address < std::stoull(line.substr(dash + 1), nullptr, 16);
    } else if (here && line.compare(0, 7, "VmFlags") == 0) {
      return line + ' ';
    }
  }
  return {};
}

TEST(Secret, HoldsItsTextEndedByANul) {
  const Secret secret("s3cret");
  EXPECT_EQ(secret.reveal(), "s3cret");
  EXPECT_EQ(secret.reveal().data()[6], '\0');
  EXPECT_FALSE(secret.empty());
}

TEST(Secret, AnEmptyOneIsAnEmptyCString) {
  const Secret secret;
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(secret.reveal(), "");
  EXPECT_EQ(*secret.reveal().data(), '\0');
  EXPECT_TRUE(Secret("").empty());
}

TEST(Secret, CopiesAndMoves) {
  Secret first("one");
  Secret copy(first);
  EXPECT_EQ(copy.reveal(), "one");
  EXPECT_NE(copy.reveal().data(), first.reveal().data());
  Secret moved(std::move(first));
  EXPECT_EQ(moved.reveal(), "one");
  copy = Secret("two");
  EXPECT_EQ(copy.reveal(), "two");
  moved = copy;
  EXPECT_EQ(moved.reveal(), "two");
  const Secret& self = moved;
  moved = self;
  EXPECT_EQ(moved.reveal(), "two");
}

TEST(Secret, HoldsMoreThanAPage) {
  const std::string text(10000, 'k');
  EXPECT_EQ(Secret(text).reveal(), text);
  const std::string page(4096, 'k'); // the NUL needs another page
  const Secret exact(page);
  EXPECT_EQ(exact.reveal().data()[4096], '\0');
}

TEST(Secret, IsLeftOutOfCoreDumps) {
  const Secret secret("s3cret");
  EXPECT_NE(memory_flags(secret.reveal().data()).find(" dd "), std::string::npos);
}

} // namespace
} // namespace rowferry
