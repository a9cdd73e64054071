#include <gtest/gtest.h>

#include <rowferry/base/error.hpp>

namespace rowferry {
namespace {

Result<int> failing() { return fail(Error::source_retriable("connection lost")); }

TEST(Error, SaysWhetherTryingAgainHelpsAndWhichStatusItMeans) {
  EXPECT_EQ(Error::usage("x").status, ExitStatus::usage);
  EXPECT_EQ(Error::data("x").status, ExitStatus::data);
  EXPECT_EQ(Error::internal("x").status, ExitStatus::internal);
  EXPECT_EQ(Error::sink_fatal("x").status, ExitStatus::sink);
  EXPECT_FALSE(Error::source_fatal("x").retriable);
  EXPECT_TRUE(Error::sink_retriable("x").retriable);
}

TEST(Error, ContextGoesInFront) {
  const Result<int> result = failing();
  ASSERT_FALSE(result);
  const Error error = Error(result.error()).in("db1:3306");
  EXPECT_EQ(error.message, "db1:3306: connection lost");
  EXPECT_TRUE(error.retriable);
  EXPECT_EQ(error.status, ExitStatus::source);
}

} // namespace
} // namespace rowferry
