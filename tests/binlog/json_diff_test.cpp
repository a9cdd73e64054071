#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/binlog/json_diff.hpp>
#include <utility>

#include "binlog/builders.hpp"
#include "binlog/json_bytes.hpp"

namespace rowferry::binlog {
namespace {

using namespace std::string_view_literals;
using test::ByteWriter;
using test::exact_prefix;
using Members = std::vector<std::pair<std::string, Document>>;

Document int16(int value) { return {5, static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8)}; }
Document int32(std::uint32_t value) { return ByteWriter{7}.u32(value); }
Document text(std::string_view value) { return ByteWriter{12}.u8(value.size()).text(value); }

/// An object, or without keys an array, of the small format: int16 and literals in their entries, the rest behind.
Document small(bool object, const Members& members) {
  ByteWriter out{object ? 0 : 2};
  std::size_t at = 4 + members.size() * (object ? 7 : 3);
  ByteWriter keys;
  ByteWriter keyed;
  for (const auto& [key, value] : members) {
    if (object) keyed.u16(at + keys.size()).u16(key.size());
    if (object) keys.text(key);
  }
  ByteWriter entries;
  ByteWriter values;
  for (const auto& [key, value] : members) {
    entries.u8(value[0]);
    if (value[0] >= 4 && value[0] <= 6) {
      entries.u8(value[1]).u8(value.size() > 2 ? value[2] : 0);
    } else {
      entries.u16(at + keys.size() + values.size());
      values.bytes(Bytes(value).subspan(1));
    }
  }
  out.u16(members.size()).u16(at + keys.size() + values.size());
  return out.bytes(keyed).bytes(entries).bytes(keys).bytes(values);
}
Document object(const Members& members) { return small(true, members); }
Document array(const std::vector<Document>& values) {
  Members members;
  for (const Document& value : values) members.emplace_back("", value);
  return small(false, members);
}

ByteWriter diff(JsonDiffOperation operation, std::string_view path, const Document& value = {}) {
  ByteWriter out{static_cast<int>(operation)};
  out.lenenc_text(path);
  if (operation != JsonDiffOperation::remove) out.lenenc(value.size()).bytes(value);
  return out;
}
constexpr auto kReplace = JsonDiffOperation::replace;
constexpr auto kInsert = JsonDiffOperation::insert;
constexpr auto kRemove = JsonDiffOperation::remove;

/// The text of what comes of it, from buffers of exactly their sizes; "refused" when the differences do not fit.
std::string patched(JsonPatcher& patcher, const Document& base, Bytes diffs) {
  const auto exact_base = exact_prefix(base, base.size());
  const auto exact_diffs = exact_prefix(diffs, diffs.size());
  std::vector<std::uint8_t> out{0xaa}; // what is there stays
  if (!patcher.apply(exact_base, exact_diffs, out)) return "refused";
  EXPECT_EQ(out.front(), 0xaa);
  return json_text({out.begin() + 1, out.end()});
}
std::string patched(const Document& base, Bytes diffs) {
  JsonPatcher patcher;
  return patched(patcher, base, diffs);
}

const Document kBase = object({{"a", int16(1)},
                               {"b", array({int16(10), text("x"), int32(70'000)})},
                               {"k\"1", text("quoted")},
                               {"deep", object({{"er", array({object({{"n", int16(0)}})})}})}});

TEST(JsonPatcher, BaseIsWhatWeThink) {
  EXPECT_EQ(json_text(kBase), R"({"a": 1, "b": [10, "x", 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})");
  EXPECT_EQ(patched(kBase, {}), json_text(kBase)) << "no difference at all";
}

TEST(JsonPatcher, AppliesEveryOperation) {
  const struct {
    ByteWriter diffs;
    std::string_view text;
  } cases[] = {
      {diff(kReplace, "$.a", text("one")),
       R"({"a": "one", "b": [10, "x", 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kRemove, "$.b"), R"({"a": 1, "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kInsert, "$.aa", int32(70'001)),
       R"({"a": 1, "b": [10, "x", 70000], "aa": 70001, "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kInsert, "$.\"\"", int16(5)),
       R"({"": 5, "a": 1, "b": [10, "x", 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kInsert, "$.longest", object({{"c", int16(-1)}})),
       R"({"a": 1, "b": [10, "x", 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}, "longest": {"c": -1}})"},
      {diff(kReplace, R"($."k\"1")", int16(2)),
       R"({"a": 1, "b": [10, "x", 70000], "k\"1": 2, "deep": {"er": [{"n": 0}]}})"},
      {diff(kInsert, R"($."\u00e9\n\ud83d\ude80")", int16(2)),
       "{\"a\": 1, \"b\": [10, \"x\", 70000], \"k\\\"1\": \"quoted\", \"deep\": {\"er\": [{\"n\": 0}]}, "
       "\"\u00e9\\n\U0001f680\": 2}"},
      {diff(kReplace, "$.b[1]", array({})),
       R"({"a": 1, "b": [10, [], 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kInsert, "$.b[0]", int16(9)),
       R"({"a": 1, "b": [9, 10, "x", 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kInsert, "$.b[99]", int16(9)),
       R"({"a": 1, "b": [10, "x", 70000, 9], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kInsert, "$.b[last]", int16(9)),
       R"({"a": 1, "b": [10, "x", 9, 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kRemove, "$.b[last-1]"), R"({"a": 1, "b": [10, 70000], "k\"1": "quoted", "deep": {"er": [{"n": 0}]}})"},
      {diff(kReplace, "$.deep.er[0].n", int16(7)),
       R"({"a": 1, "b": [10, "x", 70000], "k\"1": "quoted", "deep": {"er": [{"n": 7}]}})"},
      {diff(kReplace, "$", int16(7)), "7"},
  };
  JsonPatcher patcher; // its buffers are used again and again
  for (const auto& c : cases) EXPECT_EQ(patched(patcher, kBase, c.diffs), c.text);
}

TEST(JsonPatcher, AppliesDifferencesInTurn) {
  const ByteWriter diffs = ByteWriter()
                               .bytes(diff(kInsert, "$.b[1]", object({{"in", int16(1)}})))
                               .bytes(diff(kReplace, "$.b[1].in", int16(2)))
                               .bytes(diff(kInsert, "$.b[1].out", text("new")))
                               .bytes(diff(kRemove, "$.deep.er[0]"))
                               .bytes(diff(kRemove, "$.a"))
                               .bytes(diff(kInsert, "$.a", int16(3)));
  EXPECT_EQ(patched(kBase, diffs),
            R"({"a": 3, "b": [10, {"in": 2, "out": "new"}, "x", 70000], "k\"1": "quoted", "deep": {"er": []}})");
}

TEST(JsonPatcher, RefusesWhatDoesNotFit) {
  const ByteWriter cases[] = {
      diff(kReplace, "$.c", int16(1)),
      diff(kRemove, "$.c"),
      diff(kInsert, "$.a", int16(1)),
      diff(kReplace, "$[0]", int16(1)),
      diff(kReplace, "$.a.b", int16(1)),
      diff(kReplace, "$.b.x", int16(1)),
      diff(kReplace, "$.b[3]", int16(1)),
      diff(kRemove, "$.b[last-3]"),
      diff(kRemove, "$"),
      diff(kReplace, "$.c.d", int16(1)),
      diff(kInsert, "$.a[0]", int16(1)),
  };
  for (const ByteWriter& diffs : cases) EXPECT_EQ(patched(kBase, diffs), "refused") << as_text(diffs);
}

TEST(JsonPatcher, RefusesWhatIsNoPath) {
  const std::string_view paths[] = {
      "",      "a",       "$a",         "$.",          "$..a",          "$.*",           "$[*]",
      "$[",    "$[]",     "$[1",        "$[-1]",       "$[1x]",         "$[last-]",      "$[last-1",
      "$.\"a", "$.\"a\\", "$.\"a\\q\"", "$.\"\\u12\"", "$.\"\\ud800\"", "$.\"\\udc00\"", "$[99999999999]",
      "$**.a"};
  for (const std::string_view path : paths) EXPECT_EQ(patched(kBase, diff(kInsert, path, int16(1))), "refused") << path;
  std::string deep = "$";
  for (int i = 0; i < 101; ++i) deep += "[0]";
  EXPECT_EQ(patched(kBase, diff(kReplace, deep, int16(1))), "refused");
}

TEST(JsonPatcher, RefusesEveryShorterPrefixOfDifferencesAndOfTheBase) {
  const ByteWriter diffs =
      ByteWriter().bytes(diff(kReplace, "$.deep.er[0].n", text("7"))).bytes(diff(kInsert, "$.b[1]", int32(70'000)));
  const std::size_t first = diff(kReplace, "$.deep.er[0].n", text("7")).size();
  for (std::size_t n = 1; n < diffs.size(); ++n) {
    if (n == first) continue; // one difference, whole
    EXPECT_THAT(patched(kBase, exact_prefix(diffs, n)), testing::AnyOf("refused", "invalid")) << n;
  }
  for (std::size_t n = 0; n < kBase.size(); ++n) EXPECT_EQ(patched(exact_prefix(kBase, n), diffs), "refused") << n;
}

TEST(JsonPatcher, RefusesOperationsAndValuesThatAreNone) {
  EXPECT_EQ(patched(kBase, ByteWriter{3}.lenenc_text("$.a").lenenc(3).bytes(int16(1))), "refused");
  EXPECT_EQ(patched(kBase, ByteWriter{0}.lenenc_text("$.a").lenenc(0)), "refused") << "no value";
  EXPECT_EQ(patched(kBase, diff(kReplace, "$.a", {0x0e, 1, 2})), "refused") << "a type that is none";
}

// Entries that all point at the same part would make a document that grows without bound, and a part that holds itself
// would have no end.
TEST(JsonPatcher, IsBoundedWherePartsAreShared) {
  constexpr std::size_t kCount = 50;
  constexpr std::size_t kStringAt = 4 + 3 * kCount;
  ByteWriter shared = ByteWriter{2}.u16(kCount).u16(kStringAt + 101);
  for (std::size_t i = 0; i < kCount; ++i) shared.u8(12).u16(kStringAt);
  shared.u8(100).fill(100, 'x');
  EXPECT_EQ(json_text(shared), "invalid");
  EXPECT_EQ(patched(shared, diff(kRemove, "$[0]")), "refused");
  const Document cycle = ByteWriter{2}.u16(1).u16(7).u8(2).u16(0);
  std::string path = "$";
  for (int i = 0; i < 60; ++i) path += "[0]";
  EXPECT_EQ(patched(cycle, diff(kReplace, path, int16(1))), "refused");
}

TEST(JsonPatcher, TurnsASmallDocumentIntoALargeOne) {
  const std::string long_text(70'000, 'x');
  const Document value = ByteWriter{12}.u8(0xf0).u8(0xa2).u8(0x04).text(long_text);
  EXPECT_EQ(patched(array({int32(70'000), int16(1)}), diff(kReplace, "$[1]", value)), "[70000, \"" + long_text + "\"]");
}

TEST(JsonDiffs, AreToldAsTheyCame) {
  const auto told = [](const ByteWriter& diffs) {
    const auto exact = exact_prefix(diffs, diffs.size());
    OutputUsage usage;
    Output out(usage, 16);
    return append_json_diffs(out, exact) ? std::string(out.record()) : "invalid";
  };
  const ByteWriter diffs = ByteWriter()
                               .bytes(diff(kReplace, R"($."a b"[0])", object({{"x", int16(1)}})))
                               .bytes(diff(kInsert, "$.b", text("t")))
                               .bytes(diff(kRemove, "$.c"));
  EXPECT_EQ(told(diffs), R"([{"op":"replace","path":"$.\"a b\"[0]","value":{"x": 1}},)"
                         R"({"op":"insert","path":"$.b","value":"t"},{"op":"remove","path":"$.c"}])");
  EXPECT_EQ(told(diff(kReplace, "$.\xff", int16(1))), "invalid");
  EXPECT_EQ(told(diff(kReplace, "$.a", {7, 1})), "invalid");
  const ByteWriter one = diff(kReplace, "$.a", int16(1));
  for (std::size_t n = 1; n < one.size(); ++n)
    EXPECT_EQ(told(ByteWriter().bytes(exact_prefix(one, n))), "invalid") << n;
}

} // namespace
} // namespace rowferry::binlog
