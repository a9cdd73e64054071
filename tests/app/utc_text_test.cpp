#include "app/utc_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rowferry {
namespace {

TEST(ParseTime, Forms) {
  const std::vector<std::pair<const char*, std::int64_t>> cases{
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01 00:00:01", 1'000'000},
      {"2024-02-29T12:34:56Z", 1'709'210'096'000'000},
      {"2024-02-29t12:34:56z", 1'709'210'096'000'000},
      {"2024-02-29 12:34:56.5", 1'709'210'096'500'000},
      {"2024-02-29T12:34:56.789012Z", 1'709'210'096'789'012},
      {"2024-02-29T14:34:56+02:00", 1'709'210'096'000'000},
      {"2024-02-29T07:04:56-0530", 1'709'210'096'000'000},
      {"1969-12-31T23:59:59Z", -1'000'000},
  };
  for (const auto& [text, us] : cases) EXPECT_EQ(parse_time(text), us) << text;
}

TEST(ParseTime, RefusesWhatIsNoTimeAndEveryPrefix) {
  for (const char* text :
       {"now", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567Z",
        "2024-01-01T00:00:00ZZ", "2024-01-01T00:00:00+15:00", "2024-01-01T00:00:00+02:60", "2024-1-1T00:00:00Z",
        "2024-01-01T00:00:00 Z", "1709210096"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
  const std::string whole = "2024-02-29T12:34:56";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(parse_time(whole.substr(0, size)), std::nullopt) << whole.substr(0, size);
  }
}

} // namespace
} // namespace rowferry
