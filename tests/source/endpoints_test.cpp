#include "source/endpoints.hpp"

#include <gtest/gtest.h>

namespace rowferry {
namespace {

SourceSettings with_hosts(std::vector<std::string> hosts) {
  SourceSettings settings;
  for (std::string& host : hosts) settings.endpoints.push_back({std::move(host), 3306, ""});
  return settings;
}

// A host's name says what comes of it.
Result<std::string> outcome(const Endpoint& endpoint) {
  if (endpoint.host == "away") return fail(Error::source_retriable("away"));
  if (endpoint.host == "purged") return fail(Error::source_fatal("purged: missing u:1-3"));
  if (endpoint.host == "misconfigured") return fail(Error::usage("source.tls.ca: cannot be read"));
  return endpoint.host;
}

TEST(FirstEndpoint, IsTheFirstThatFits) {
  const std::vector<std::string> lists[] = {{"a", "b"}, {"away", "a"}, {"purged", "a", "b"}, {"purged", "away", "a"}};
  for (const auto& hosts : lists) EXPECT_EQ(first_endpoint(with_hosts(hosts), outcome).value(), "a");
}

TEST(FirstEndpoint, WaitsWhileOneIsAway) {
  const std::vector<std::string> lists[] = {{"away"}, {"away", "purged"}, {"purged", "away"}};
  for (const auto& hosts : lists) {
    const auto result = first_endpoint(with_hosts(hosts), outcome);
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().retriable);
  }
}

TEST(FirstEndpoint, IsFinalWhenAllAnswered) {
  const auto result = first_endpoint(with_hosts({"purged", "purged"}), outcome);
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.error().retriable);
  EXPECT_EQ(result.error().status, ExitStatus::source);
  EXPECT_EQ(result.error().message, "purged: missing u:1-3 | purged: missing u:1-3");
}

TEST(FirstEndpoint, StopsAtAProblemOfTheConfiguration) {
  const auto result = first_endpoint(with_hosts({"away", "misconfigured", "a"}), outcome);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().status, ExitStatus::usage);
  EXPECT_EQ(first_endpoint(with_hosts({}), outcome).error().status, ExitStatus::usage);
}

} // namespace
} // namespace rowferry
