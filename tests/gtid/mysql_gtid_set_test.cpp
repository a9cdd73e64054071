#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <rowferry/gtid/mysql_gtid_set.hpp>
#include <set>

namespace rowferry {
namespace {

using ::testing::HasSubstr;

// The cases say U and V for two uuids.
constexpr std::string_view kU = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
constexpr std::string_view kV = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";

std::string expand(std::string_view text) {
  std::string full;
  for (const char c : text) {
    if (c == 'U') {
      full += kU;
    } else if (c == 'V') {
      full += kV;
    } else {
      full += c;
    }
  }
  return full;
}

MysqlGtidSet set_of(std::string_view text) {
  Result<MysqlGtidSet> set = MysqlGtidSet::parse(expand(text));
  EXPECT_TRUE(set) << text;
  return set ? *set : MysqlGtidSet{};
}

MysqlGtid gtid_of(std::string_view text) { return MysqlGtid::parse(expand(text)).value(); }

// Each right side is what MySQL 9.7.4 prints for GTID_SUBTRACT(left, ''), without its newlines.
TEST(MysqlGtidSetText, IsReadAndPrintedAsTheServerDoes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {",", ""},
      {" \n", ""},
      {"U:1", "U:1"},
      {"U:1-150:tagx:1:mytag:1-2", "U:1-150:mytag:1-2:tagx:1"},
      {"U:1-150:b_9:7:_a:1:a1:3,V:5", "U:1-150:_a:1:a1:3:b_9:7,V:5"},
      {"U:tagx:1,U:1-3", "U:1-3:tagx:1"},
      {" U : 1 - 3 : 5 ,, V:7,", "U:1-3:5,V:7"},
      {"U\n:1-3,\nV:1", "U:1-3,V:1"},
      {"U:1\t-\t3", "U:1-3"},
      {"V:1,U:1", "U:1,V:1"},
      {"U:9223372036854775806", "U:9223372036854775806"},
      {"U:5:1-3:2-8:4", "U:1-8"},
      {"U:1-3:4-5", "U:1-5"},
      {"U:1,U:3", "U:1:3"},
      {"U:1,U:tag:1,U:2", "U:1-2:tag:1"},
      {"U:tag:1:2:3:tag:4", "U:tag:1-4"},
      {"U:TAG:1", "U:tag:1"},
      {"U: tag : 1", "U:tag:1"},
      {"{U}:1", "U:1"},
      {"3e11fa4771ca11e19e33c80aa9429562:1", "U:1"},
      {"3E11FA47-71CA-11E1-9E33-C80AA9429562:1", "U:1"},
      {"U:01", "U:1"},
      {"U:00000000000000000000000000001", "U:1"},
      {"U:abcdefghijabcdefghijabcdefghijab:1", "U:abcdefghijabcdefghijabcdefghijab:1"},
  };
  for (const auto& [text, canonical] : cases) {
    const Result<MysqlGtidSet> set = MysqlGtidSet::parse(expand(text));
    ASSERT_TRUE(set) << text << ": " << set.error().message;
    EXPECT_EQ(set->text(), expand(canonical)) << text;
    EXPECT_EQ(set_of(canonical), *set);
  }
}

TEST(MysqlGtidSetText, RefusesWhatTheServerRefuses) {
  for (const std::string_view text : {"x",
                                      "U:",
                                      "U:0",
                                      "U:tag:",
                                      "U:1-",
                                      "U::1",
                                      "U:1:",
                                      "U:1::2",
                                      "U:+1",
                                      "U:-1",
                                      "U:1x",
                                      "U:9tag:1",
                                      "U:5:tag:0",
                                      "U:1 2",
                                      "U:1;U:2",
                                      "U:- 3",
                                      "U:9223372036854775807",
                                      "U:1-9223372036854775807",
                                      "U:18446744073709551617",
                                      "U V:1",
                                      "U:abcdefghijabcdefghijabcdefghijabc:1"}) {
    const Result<MysqlGtidSet> set = MysqlGtidSet::parse(expand(text));
    ASSERT_FALSE(set) << text;
    EXPECT_EQ(set.error().status, ExitStatus::usage);
    EXPECT_THAT(set.error().message, HasSubstr("at character "));
  }
}

// The server takes these for empty sets. To start from one of them would send everything again.
TEST(MysqlGtidSetText, RefusesPartsThatHoldNothing) {
  for (const std::string_view text : {"U", "U:tag", "U:3-1", "U:tag:5-3", "U:tag:tag2:5", "U:tag,V:3"}) {
    EXPECT_FALSE(MysqlGtidSet::parse(expand(text))) << text;
  }
}

TEST(MysqlGtidSetText, SaysWhere) {
  EXPECT_THAT(MysqlGtidSet::parse(expand("U:1-3,V:x!")).error().message, HasSubstr("at character 81, after"));
}

TEST(MysqlGtidSet, AddsAnywhere) {
  MysqlGtidSet set;
  for (const std::uint64_t gno : {5U, 6U, 7U, 1U, 3U, 2U, 9U, 20U, 8U, 7U, 4U}) set.add({*Uuid::parse(kU), {}, gno});
  EXPECT_EQ(set.text(), expand("U:1-9:20"));
  set.add(*Uuid::parse(kU), {}, {10, 20});
  EXPECT_EQ(set.text(), expand("U:1-20"));
  set.add(*Uuid::parse(kU), {}, {7, 7});
  EXPECT_EQ(set.count(), 20U);
  set.add(gtid_of("U:tag:1"));
  EXPECT_EQ(set.text(), expand("U:1-20:tag:1"));
  EXPECT_EQ(set.count(), 21U);
}

TEST(MysqlGtidSet, Algebra) {
  const struct {
    std::string_view a, b, both, without, common;
  } cases[] = {
      {"", "", "", "", ""},
      {"U:1-3", "", "U:1-3", "U:1-3", ""},
      {
          "",
          "U:1-3",
          "U:1-3",
          "",
          "",
      },
      {"U:1-3", "V:1-3", "U:1-3,V:1-3", "U:1-3", ""},
      {"U:1-3", "U:tag:1-3", "U:1-3:tag:1-3", "U:1-3", ""},
      {"U:1-10", "U:3-4:8", "U:1-10", "U:1-2:5-7:9-10", "U:3-4:8"},
      {"U:1-3:7-9", "U:4-6", "U:1-9", "U:1-3:7-9", ""},
      {"U:1-3:7-9", "U:3-7", "U:1-9", "U:1-2:8-9", "U:3:7"},
      {"U:3-7", "U:1-3:7-9", "U:1-9", "U:4-6", "U:3:7"},
      {"U:5", "U:1-10", "U:1-10", "", "U:5"},
      {"U:1:3:5:7", "U:2:4:6", "U:1-7", "U:1:3:5:7", ""},
      {"U:1-100,V:5", "U:50-60,V:5", "U:1-100,V:5", "U:1-49:61-100", "U:50-60,V:5"},
  };
  for (const auto& test : cases) {
    const MysqlGtidSet a = set_of(test.a);
    const MysqlGtidSet b = set_of(test.b);
    MysqlGtidSet both = a;
    both.add(b);
    EXPECT_EQ(both.text(), expand(test.both)) << test.a << " + " << test.b;
    MysqlGtidSet without = a;
    without.subtract(b);
    EXPECT_EQ(without.text(), expand(test.without)) << test.a << " - " << test.b;
    EXPECT_EQ(a.intersection(b).text(), expand(test.common)) << test.a << " & " << test.b;
    EXPECT_EQ(b.intersection(a), a.intersection(b));
    EXPECT_TRUE(both.contains(a) && both.contains(b) && a.contains(without) && a.contains(a.intersection(b)));
    EXPECT_EQ(a.contains(b), a.intersection(b) == b);
  }
}

TEST(MysqlGtidSet, Contains) {
  const MysqlGtidSet set = set_of("U:3-5:9:tag:2");
  for (const std::string_view in : {"U:3", "U:5", "U:9", "U:tag:2"}) EXPECT_TRUE(set.contains(gtid_of(in))) << in;
  for (const std::string_view out : {"U:2", "U:6", "U:8", "U:10", "U:tag:1", "U:tag:3", "U:other:2", "V:3"}) {
    EXPECT_FALSE(set.contains(gtid_of(out))) << out;
  }
}

TEST(MysqlGtidSet, AgreesWithASetOfNumbers) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const auto draw = [&](std::uint32_t below) {
      return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
    };
    MysqlGtidSet sets[2];
    std::set<std::uint64_t> models[2];
    for (int i = 0; i < 60; ++i) {
      const std::uint32_t which = draw(2);
      const std::uint64_t begin = 1 + draw(100);
      const std::uint64_t end = begin + draw(6);
      sets[which].add(*Uuid::parse(kU), {}, {begin, end});
      for (std::uint64_t n = begin; n < end; ++n) models[which].insert(n);
    }
    MysqlGtidSet difference = sets[0];
    difference.subtract(sets[1]);
    const MysqlGtidSet common = sets[0].intersection(sets[1]);
    std::uint64_t in_difference = 0;
    for (std::uint64_t n = 1; n < 110; ++n) {
      const MysqlGtid gtid{*Uuid::parse(kU), {}, n};
      const bool a = models[0].count(n) != 0;
      const bool b = models[1].count(n) != 0;
      ASSERT_EQ(sets[0].contains(gtid), a) << "seed " << seed;
      ASSERT_EQ(difference.contains(gtid), a && !b) << "seed " << seed;
      ASSERT_EQ(common.contains(gtid), a && b) << "seed " << seed;
      in_difference += a && !b;
    }
    ASSERT_EQ(difference.count(), in_difference) << "seed " << seed;
    ASSERT_EQ(MysqlGtidSet::parse(sets[0].text()).value(), sets[0]) << "seed " << seed;
  }
}

TEST(MysqlGtidSet, HoldsAHundredThousandIntervalsInAnyOrder) {
  constexpr std::uint64_t kCount = 100000;
  std::string descending(kU);
  MysqlGtidSet ascending;
  for (std::uint64_t i = 0; i < kCount; ++i) {
    descending += ":" + std::to_string(2 * (kCount - i));
    ascending.add({*Uuid::parse(kU), {}, 2 * (i + 1)});
  }
  const Result<MysqlGtidSet> parsed = MysqlGtidSet::parse(descending);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, ascending);
  EXPECT_EQ(parsed->count(), kCount);
  EXPECT_EQ(MysqlGtidSet::decode(parsed->encode()).value(), ascending);
  EXPECT_TRUE(parsed->contains(ascending));
}

// Far beyond what a server has; quadratic work would take minutes.
TEST(MysqlGtidSet, TakesAHundredThousandIntervals) {
  constexpr std::uint64_t kIntervals = 100'000;
  const Uuid uuid = *Uuid::parse(kU);
  MysqlGtidSet odd;
  MysqlGtidSet even;
  for (std::uint64_t i = 0; i < kIntervals; ++i) {
    odd.add(uuid, {}, {2 * i + 1, 2 * i + 2});
    even.add(uuid, {}, {2 * i + 2, 2 * i + 3});
  }
  EXPECT_EQ(odd.count(), kIntervals);
  EXPECT_EQ(MysqlGtidSet::parse(odd.text()).value(), odd);
  EXPECT_EQ(MysqlGtidSet::decode(odd.encode()).value(), odd);
  MysqlGtidSet all = odd;
  all.add(even);
  EXPECT_EQ(all.text(), expand("U:1-200000"));
  EXPECT_TRUE(all.contains(odd));
  EXPECT_TRUE(odd.intersection(even).empty());
  all.subtract(odd);
  EXPECT_EQ(all, even);
}

} // namespace
} // namespace rowferry
