#include <gtest/gtest.h>

#include <rowferry/schema/catalog.hpp>
#include <string>

#include "schema/map_bytes.hpp"

namespace rowferry {
namespace {

using test::OwnedMap;

/// A table of one INT column.
test::TableMapSpec table(std::string_view name, std::uint64_t table_id) {
  return {.table_id = table_id, .table = name, .types = {3}};
}

std::shared_ptr<const TableSchema> resolve(Catalog& catalog, const test::TableMapSpec& spec) {
  const OwnedMap map(spec);
  return catalog.resolve(map.get()).value();
}

TEST(Catalog, GivesTheSameSchemaForTheSameShape) {
  Catalog catalog;
  const auto first = resolve(catalog, table("a", 100));
  EXPECT_EQ(first->table, "a");
  EXPECT_EQ(resolve(catalog, table("a", 100)), first);
  EXPECT_EQ(resolve(catalog, table("a", 227)), first);
  EXPECT_EQ(catalog.size(), 1U);
}

TEST(Catalog, FollowsTableIdsThatAreReused) {
  Catalog catalog;
  const auto a = resolve(catalog, table("a", 100));
  const auto b = resolve(catalog, table("b", 100));
  EXPECT_EQ(b->table, "b");
  EXPECT_EQ(resolve(catalog, table("a", 100)), a);
  EXPECT_EQ(resolve(catalog, table("b", 100 + 64)), b); // the same place in the memo
  EXPECT_EQ(resolve(catalog, table("a", 100)), a);
}

TEST(Catalog, BuildsAnewWhenTheDefinitionChanges) {
  Catalog catalog;
  const auto one = resolve(catalog, table("a", 100));
  test::TableMapSpec altered = table("a", 101);
  altered.types = {3, 3};
  EXPECT_EQ(one->columns.size(), 1U);
  EXPECT_EQ(resolve(catalog, altered)->columns.size(), 2U);
  EXPECT_EQ(catalog.size(), 2U);
}

TEST(Catalog, DropsTheLeastRecentlyUsed) {
  Catalog catalog(2);
  const auto a = resolve(catalog, table("a", 1));
  const auto b = resolve(catalog, table("b", 2));
  EXPECT_EQ(resolve(catalog, table("a", 1)), a);
  const auto c = resolve(catalog, table("c", 3)); // drops b
  EXPECT_EQ(catalog.size(), 2U);
  EXPECT_EQ(resolve(catalog, table("a", 1)), a);
  EXPECT_EQ(resolve(catalog, table("c", 3)), c);
  EXPECT_NE(resolve(catalog, table("b", 2)), b);
  EXPECT_EQ(b->table, "b"); // who holds a dropped schema keeps it
}

TEST(Catalog, StaysBoundedOverManyTables) {
  Catalog catalog(100);
  for (std::uint64_t id = 0; id < 1000; ++id) {
    EXPECT_EQ(resolve(catalog, table("t" + std::to_string(id), id))->columns.size(), 1U);
  }
  EXPECT_EQ(catalog.size(), 100U);
}

TEST(Catalog, DoesNotRememberErrors) {
  Catalog catalog;
  test::TableMapSpec bad = table("a", 100);
  bad.types = {99};
  const OwnedMap map(bad);
  EXPECT_FALSE(catalog.resolve(map.get()));
  EXPECT_FALSE(catalog.resolve(map.get()));
  EXPECT_EQ(catalog.size(), 0U);
  EXPECT_EQ(resolve(catalog, table("a", 100))->table, "a");
}

} // namespace
} // namespace rowferry
