#include <rowferry/change/change.hpp>

#include <gtest/gtest.h>

#include "change/crafted_table.hpp"

namespace rowferry {
namespace {

using namespace crafted;

// Two columns, the second is the key; so that an index is not taken for a place in the key.
class KeyOfChange : public testing::Test {
 protected:
  std::shared_ptr<const TableSchema> table_ = table("shop", "orders", {int_("n"), varchar("id")}, {1});
  Origin origin_ = origin();
  Row row(const char* id) { return std::move(Row().value(le(1, 4)).value(id)); }
};

TEST_F(KeyOfChange, ComesFromTheRowAsItIsNow) {
  const Row before = row("a");
  const Row after = row("b");
  EXPECT_EQ(as_text(key_cell(update(*table_, before, after, origin_), 1).bytes()), "b");
  EXPECT_EQ(as_text(key_cell(insert(*table_, after, origin_), 1).bytes()), "b");
  EXPECT_EQ(as_text(key_cell(remove(*table_, before, origin_), 1).bytes()), "a");
}

TEST_F(KeyOfChange, ComesFromBeforeWhenTheImageAfterLacksIt) {
  const Row before = row("a");
  const Row after = std::move(Row().value(le(2, 4)).absent());
  EXPECT_EQ(as_text(key_cell(update(*table_, before, after, origin_), 1).bytes()), "a");
  EXPECT_EQ(key_cell(insert(*table_, after, origin_), 1).state, CellState::absent);
  EXPECT_EQ(key_cell(truncate(*table_, origin_), 1).state, CellState::absent);
}

TEST_F(KeyOfChange, ChangesWhenTheBytesOfAKeyColumnDo) {
  const Row a = row("a");
  const Row b = row("b");
  const Row longer = row("aa");
  const Row absent = std::move(Row().value(le(9, 4)).absent());
  const Row null = std::move(Row().value(le(9, 4)).null());
  const Row other_column = std::move(Row().value(le(9, 4)).value("a"));
  EXPECT_TRUE(changes_key(update(*table_, a, b, origin_)));
  EXPECT_TRUE(changes_key(update(*table_, a, longer, origin_)));
  EXPECT_TRUE(changes_key(update(*table_, a, null, origin_)));
  EXPECT_TRUE(changes_key(update(*table_, null, a, origin_)));
  EXPECT_FALSE(changes_key(update(*table_, null, null, origin_)));
  EXPECT_FALSE(changes_key(update(*table_, a, other_column, origin_)));
  EXPECT_FALSE(changes_key(update(*table_, a, absent, origin_)));
  EXPECT_FALSE(changes_key(insert(*table_, a, origin_)));
  EXPECT_FALSE(changes_key(remove(*table_, a, origin_)));
  EXPECT_TRUE(changes_column(update(*table_, a, other_column, origin_), 0));
}

TEST_F(KeyOfChange, HasAPlaceForMessages) {
  const Row a = row("a");
  EXPECT_EQ(place_of(insert(*table_, a, origin_, 5)), "binlog.000003:1234, `shop`.`orders`, row 5");
}

} // namespace
} // namespace rowferry
