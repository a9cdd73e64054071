#include <gtest/gtest.h>

#include <memory>
#include <rowferry/gtid/mysql_gtid_set.hpp>

namespace rowferry {
namespace {

using Buffer = std::vector<std::uint8_t>;

const Buffer kUuidBytes{0x3e, 0x11, 0xfa, 0x47, 0x71, 0xca, 0x11, 0xe1, 0x9e, 0x33, 0xc8, 0x0a, 0xa9, 0x42, 0x95, 0x62};
constexpr const char* kU = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

struct Builder {
  Buffer bytes;
  Builder& raw(const Buffer& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
    return *this;
  }
  Builder& u64(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  Builder& tag(std::string_view text) {
    bytes.push_back(static_cast<std::uint8_t>(text.size() * 2));
    bytes.insert(bytes.end(), text.begin(), text.end());
    return *this;
  }
};

Result<MysqlGtidSet> decode(const Buffer& bytes) {
  const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  return MysqlGtidSet::decode({exact.get(), bytes.size()});
}

constexpr std::uint64_t tagged_header(std::uint64_t count) { return std::uint64_t{1} << 56 | count << 8 | 1; }

struct Form {
  std::string text;
  Buffer bytes;
};

std::vector<Form> forms() {
  const std::string u(kU);
  return {
      {"", Builder().u64(0).bytes},
      {u + ":1-3:7", Builder().u64(1).raw(kUuidBytes).u64(2).u64(1).u64(4).u64(7).u64(8).bytes},
      {u + ":9223372036854775806", Builder().u64(1).raw(kUuidBytes).u64(1).u64(kMaxGno - 1).u64(kMaxGno).bytes},
      {u + ":1:abc:2-5", Builder()
                             .u64(tagged_header(2))
                             .raw(kUuidBytes)
                             .tag("")
                             .u64(1)
                             .u64(1)
                             .u64(2)
                             .raw(kUuidBytes)
                             .tag("abc")
                             .u64(1)
                             .u64(2)
                             .u64(6)
                             .bytes},
      {u + ":abcdefghijabcdefghijabcdefghijab:1", Builder()
                                                      .u64(tagged_header(1))
                                                      .raw(kUuidBytes)
                                                      .tag("abcdefghijabcdefghijabcdefghijab")
                                                      .u64(1)
                                                      .u64(1)
                                                      .u64(2)
                                                      .bytes},
  };
}

TEST(MysqlGtidSetBinary, EncodesAndDecodes) {
  for (const Form& form : forms()) {
    const MysqlGtidSet set = MysqlGtidSet::parse(form.text).value();
    EXPECT_EQ(set.encode(), form.bytes) << form.text;
    const Result<MysqlGtidSet> decoded = decode(form.bytes);
    ASSERT_TRUE(decoded) << form.text << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, set);
  }
}

TEST(MysqlGtidSetBinary, FailsOnEveryShorterPrefixAndOnOneByteMore) {
  for (const Form& form : forms()) {
    for (std::size_t size = 0; size < form.bytes.size(); ++size) {
      const Result<MysqlGtidSet> cut =
          decode({form.bytes.begin(), form.bytes.begin() + static_cast<std::ptrdiff_t>(size)});
      ASSERT_FALSE(cut) << form.text << " cut to " << size;
      EXPECT_EQ(cut.error().status, ExitStatus::data);
    }
    Buffer longer = form.bytes;
    longer.push_back(0);
    EXPECT_FALSE(decode(longer)) << form.text;
  }
}

// What a server that has once seen a tag writes for no GTIDs at all, or for untagged ones only.
TEST(MysqlGtidSetBinary, TheTaggedFormMayHoldNoTag) {
  EXPECT_TRUE(decode({1, 0, 0, 0, 0, 0, 0, 1}).value().empty());
  const Buffer untagged = Builder().u64(tagged_header(1)).raw(kUuidBytes).tag("").u64(1).u64(1).u64(9).bytes;
  EXPECT_EQ(decode(untagged).value().text(), std::string(kU) + ":1-8");
}

TEST(MysqlGtidSetBinary, RefusesWhatIsMalformed) {
  const auto one = [](std::uint64_t begin, std::uint64_t end) {
    return Builder().u64(1).raw(kUuidBytes).u64(1).u64(begin).u64(end).bytes;
  };
  const auto tagged = [](const Buffer& tag) {
    return Builder().u64(tagged_header(1)).raw(kUuidBytes).raw(tag).u64(1).u64(1).u64(2).bytes;
  };
  const Buffer cases[] = {
      one(0, 1),
      one(2, 2),
      one(3, 2),
      one(1, kMaxGno + 1),
      one(UINT64_MAX, UINT64_MAX),
      Builder().u64(1).raw(kUuidBytes).u64(2).u64(5).u64(6).u64(1).u64(2).bytes, // descending
      Builder().u64(1).raw(kUuidBytes).u64(2).u64(1).u64(3).u64(3).u64(4).bytes, // adjacent
      Builder().u64(1).raw(kUuidBytes).u64(UINT64_MAX).u64(1).u64(2).bytes,      // more intervals than bytes
      Builder().u64(UINT64_MAX >> 8).raw(kUuidBytes).u64(0).bytes,               // more uuids than bytes
      Builder().u64(std::uint64_t{1} << 56).bytes,                               // tagged by its last byte only
      Builder().u64(2).raw(kUuidBytes).u64(1).u64(1).u64(2).raw(kUuidBytes).u64(1).u64(5).u64(6).bytes, // twice
      tagged({2, '1'}),
      tagged({2, '-'}),
      tagged({1}),
      tagged({0x42}),
      tagged({0xff}),
  };
  for (const Buffer& bytes : cases) EXPECT_FALSE(decode(bytes)) << &bytes - cases;
}

} // namespace
} // namespace rowferry
