#include <gtest/gtest.h>

#include <rowferry/gtid/gtid_set.hpp>

namespace rowferry {
namespace {

const std::string kU = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

GtidSet set_of(std::string_view text) {
  auto set = GtidSet::parse(text);
  EXPECT_TRUE(set) << text;
  return set ? *set : GtidSet{};
}

TEST(GtidSet, IsOfTheFamilyThatItsTextShows) {
  for (const std::string& text : {kU + ":1-5:tag:7", std::string("0-1-5,2-3-4"), std::string()}) {
    const GtidSet set = set_of(text);
    EXPECT_EQ(set.text(), text);
    EXPECT_EQ(set.empty(), text.empty());
    EXPECT_EQ(set.mysql().empty(), text.find(':') == std::string::npos) << text;
    EXPECT_EQ(set.mariadb().empty(), text.find("0-1") == std::string::npos) << text;
  }
  for (const std::string_view text : {"x", "0-1", "0-1-5,x", "0-1-5:1", "3e11fa47-71ca-11e1-9e33-c80aa9429562"}) {
    EXPECT_FALSE(GtidSet::parse(text)) << text;
  }
}

TEST(GtidSet, GrowsWithTheLogOfEitherFamily) {
  GtidSet mysql;
  mysql.add(*Gtid::parse(kU + ":1"));
  mysql.add(*Gtid::parse(kU + ":9"), {2, 5});
  EXPECT_EQ(mysql.text(), kU + ":1-4");
  EXPECT_TRUE(mysql.contains(*Gtid::parse(kU + ":4")));
  EXPECT_FALSE(mysql.contains(*Gtid::parse("0-1-4")));

  GtidSet mariadb;
  mariadb.add(*Gtid::parse("0-1-1"));
  mariadb.add(*Gtid::parse("0-1-9"), {2, 5});
  mariadb.add(*Gtid::parse("1-1-9"), {5, 5});
  EXPECT_EQ(mariadb.text(), "0-1-4");
  EXPECT_TRUE(mariadb.contains(*Gtid::parse("0-2-3")));
  EXPECT_FALSE(mariadb.contains(*Gtid::parse("0-1-5")));
}

TEST(GtidSet, FamiliesDoNotMix) {
  const GtidSet mysql = set_of(kU + ":1-5");
  const GtidSet mariadb = set_of("0-1-5");
  EXPECT_FALSE(mysql.contains(mariadb));
  EXPECT_FALSE(mariadb.contains(mysql));
  EXPECT_EQ(difference(mysql, mariadb), mysql);
  EXPECT_TRUE(mysql.intersection(mariadb).empty());
  GtidSet both = mysql;
  both.add(mariadb);
  EXPECT_TRUE(both.contains(mysql) && both.contains(mariadb));
  EXPECT_EQ(difference(both, mysql), mariadb);
  EXPECT_EQ(both.intersection(mysql), mysql);
}

} // namespace
} // namespace rowferry
