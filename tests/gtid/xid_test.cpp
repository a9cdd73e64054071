#include <rowferry/gtid/xid.hpp>

#include <gtest/gtest.h>

namespace rowferry {
namespace {

using namespace std::string_literals;

TEST(Xid, ReadsEveryFormOfAnId) {
  const struct {
    std::string_view text;
    Xid xid;
  } cases[] = {
      {"X'6f6e65',X'6272616e6368',7", {"one", "branch", 7}},
      {"X'',X'',1", {"", "", 1}},
      {"x'00FF27' , x'5c' , 4294967295", {"\x00\xff'"s, "\\", 4294967295}},
      {"'one'", {"one", "", 1}},
      {"'it''s','a\\'b'", {"it's", "a'b", 1}},
      {"0x6f6E65,0x,2", {"one", "", 2}},
      {"X'61',X'',1 ONE PHASE", {"a", "", 1}},
      {"/* c */ X'61',X'',1", {"a", "", 1}},
  };
  for (const auto& test : cases) {
    const Result<Xid> xid = Xid::parse(test.text);
    ASSERT_TRUE(xid) << test.text;
    EXPECT_EQ(*xid, test.xid) << test.text;
    EXPECT_EQ(Xid::parse(xid->text()).value(), test.xid) << test.text;
  }
  EXPECT_EQ((Xid{"\x00\xff'"s, "\\", 7}.text()), "X'00ff27',X'5c',7");
}

TEST(Xid, RefusesWhatIsNone) {
  for (const std::string& text : {""s, "one"s, "X"s, "X'6'"s, "X'6g'"s, "'a"s, "'a',"s, "'a','b',"s, "'a','b',x"s,
                                  "'a','b',4294967296"s, "'a','b',-1"s, "0x6"s, "'" + std::string(65, 'x') + "'"}) {
    EXPECT_FALSE(Xid::parse(text)) << text;
  }
}

} // namespace
} // namespace rowferry
