// What the definition of a table of MariaDB tells beyond its events: rows of MariaDB 10.11.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/schema/table_definition.hpp>

#include "schema/map_bytes.hpp"

namespace rowferry {
namespace {

using test::ByteWriter;
using test::OwnedMap;

TableDefinition definition_of(std::vector<std::pair<std::string, std::string>> columns) {
  TableDefinition definition;
  definition.database = "shop";
  definition.table = "orders";
  for (auto& [name, type] : columns) {
    ColumnDefinition& column = definition.columns.emplace_back();
    column.name = name;
    column.type = type;
  }
  return definition;
}

TEST(MariadbTypes, AddressesAndVectorsAreKnownFromTheDefinition) {
  const OwnedMap map({.types = {254, 254, 254, 15, 254},
                      .metadata = {0xfe, 0x10, 0xfe, 0x04, 0xfe, 0x10, 12, 0, 0xfe, 0x10},
                      .nullable = {0x1f}});
  const auto schema = bind_definition(
      definition_of({{"a", "inet6"}, {"b", "inet4"}, {"u", "uuid"}, {"v", "vector(3)"}, {"plain", "binary(16)"}}),
      map.get(), ServerFlavor::mariadb);
  ASSERT_TRUE(schema) << schema.error().message;
  std::vector<ColumnMeaning> meanings;
  for (const Column& column : schema->columns) meanings.push_back(column.meaning);
  EXPECT_THAT(meanings, testing::ElementsAre(ColumnMeaning::inet6, ColumnMeaning::inet4, ColumnMeaning::uuid,
                                             ColumnMeaning::vector, ColumnMeaning::as_stored));
}

TEST(MariadbTypes, OldTemporalsHaveTheLengthOfTheirDeclaration) {
  const OwnedMap map({.types = {11, 12, 7, 11}, .nullable = {0x0f}});
  const TableDefinition definition =
      definition_of({{"t", "time(3)"}, {"d", "datetime(6)"}, {"s", "timestamp(1)"}, {"plain", "time"}});
  const auto schema = bind_definition(definition, map.get(), ServerFlavor::mariadb);
  ASSERT_TRUE(schema) << schema.error().message;
  const std::uint32_t widths[] = {5, 8, 5, 3};
  const std::uint32_t digits[] = {3, 6, 1, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(schema->layout[i].width, widths[i]) << i;
    EXPECT_EQ(schema->columns[i].layout.width, widths[i]) << i;
    EXPECT_EQ(schema->columns[i].layout.meta, digits[i]) << i;
  }
  EXPECT_FALSE(bind_definition(definition, map.get(), ServerFlavor::mysql)) << "MySQL has no such fraction";
}

} // namespace
} // namespace rowferry
