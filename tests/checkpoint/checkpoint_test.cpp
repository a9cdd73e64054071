#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <rowferry/checkpoint/checkpoint.hpp>

#include "checkpoint/sample.hpp"
#include "checkpoint/utc_time.hpp"

namespace rowferry {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kText =
    "rowferry-checkpoint 1\n"
    "name \"shop\"\n"
    "saved 2024-02-29T12:34:56.789012Z\n"
    "server \"3e11fa47-71ca-11e1-9e33-c80aa9429562\"\n"
    "at \"binlog.000042\" 5000000000\n"
    "after offset=4999999969 timestamp=1709210096 crc32=008f3c21 size=31 type=16\n"
    "executed \"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-150:tag:7\"\n"
    "delivered-of \"3e11fa47-71ca-11e1-9e33-c80aa9429562:tag:8\"\n"
    "delivered \"shop\" \"orders\" 17\n"
    "delivered \"shop\" \"a\\n\\\"b\\\" \\u0001\" 18446744073709551615\n";

std::string sealed(std::string text) {
  char line[16];
  std::snprintf(line, sizeof line, "crc32 %08lx\n",
                crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
  return text += line;
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kText);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return sealed(text.replace(at, from.size(), to));
}

std::string refusal(std::string_view text) {
  const Result<Checkpoint> checkpoint = parse_checkpoint(text);
  if (checkpoint) return "accepted";
  EXPECT_EQ(checkpoint.error().status, ExitStatus::usage);
  EXPECT_FALSE(checkpoint.error().retriable);
  return checkpoint.error().message;
}

TEST(CheckpointText, IsWrittenInLines) {
  EXPECT_EQ(format_checkpoint(sample_checkpoint()), sealed(std::string(kText)));
}

TEST(CheckpointText, RoundTrips) {
  const Result<Checkpoint> parsed = parse_checkpoint(sealed(std::string(kText)));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, sample_checkpoint());
  EXPECT_EQ(parse_checkpoint(format_checkpoint(Checkpoint{})).value(), Checkpoint{});
}

TEST(CheckpointText, WithDefinitionsOfTablesItIsAnotherFormat) {
  Checkpoint checkpoint = sample_checkpoint();
  checkpoint.shapes = {{"shop", "or\nders", R"({"table":"or\nders","columns":[]})"},
                       {"x", "y", "anything in one line"}};
  const std::string text = format_checkpoint(checkpoint);
  EXPECT_THAT(text, HasSubstr("rowferry-checkpoint 2\n"));
  EXPECT_THAT(text, HasSubstr("\nshape \"shop\" \"or\\nders\" {\"table\":\"or\\nders\",\"columns\":[]}\n"
                              "shape \"x\" \"y\" anything in one line\ndelivered-of "));
  EXPECT_EQ(parse_checkpoint(text).value(), checkpoint);
  const std::string body = text.substr(0, text.rfind("crc32 "));
  const std::size_t at = body.find("shape \"x\"");
  EXPECT_THAT(refusal(sealed(body.substr(0, at) + "shape \"x\" \"y\" \n" + body.substr(body.find('\n', at) + 1))),
              HasSubstr("damaged in line 9"));
}

TEST(CheckpointText, WithTheTimeOfTheTransactionUnderWayItIsAnotherFormat) {
  Checkpoint checkpoint = sample_checkpoint();
  checkpoint.delivered_commit_us = 1'709'210'096'789'012;
  const std::string text = format_checkpoint(checkpoint);
  EXPECT_THAT(text, HasSubstr("rowferry-checkpoint 4\n"));
  EXPECT_THAT(text, HasSubstr("\ncommitted 2024-02-29T12:34:56.789012Z\ndelivered \""));
  EXPECT_EQ(parse_checkpoint(text).value(), checkpoint);
}

TEST(CheckpointText, WithUndecidedXaTransactionsItIsAnotherFormat) {
  Checkpoint checkpoint = sample_checkpoint();
  PreparedXa first;
  first.xid = {"one", "br'\n", 7};
  first.gtid = Gtid::parse("0-1-142").value();
  first.server_uuid = "1@db1:3306";
  first.begin = {"binlog.000041", 5'000'000'000};
  first.prepared_us = 1'709'210'096'000'000;
  first.before = GtidSet::parse("0-1-141,7-2-5").value();
  PreparedXa second;
  second.xid = {"two", "", 1};
  checkpoint.undecided = {first, second};
  const std::string text = format_checkpoint(checkpoint);
  EXPECT_THAT(text, HasSubstr("rowferry-checkpoint 3\n"));
  EXPECT_THAT(
      text,
      HasSubstr("\nundecided \"X'6f6e65',X'6272270a',7\" 2024-02-29T12:34:56.000000Z \"0-1-142\" \"1@db1:3306\" "
                "\"binlog.000041\" 5000000000 \"0-1-141,7-2-5\"\n"
                "undecided \"X'74776f',X'',1\" 1970-01-01T00:00:00.000000Z \"\" \"\" \"\" 0 \"\"\ndelivered-of "));
  EXPECT_EQ(parse_checkpoint(text).value(), checkpoint);
  checkpoint.shapes = {{"shop", "orders", "anything"}};
  EXPECT_EQ(parse_checkpoint(format_checkpoint(checkpoint)).value(), checkpoint);
  const std::string body = text.substr(0, text.rfind("crc32 "));
  for (const auto& [from, to] :
       {std::pair{"X'74776f'", "X'74776'"}, {" \"\" \"\" \"\" 0", " \"1\" \"\" \"\" 0"}, {"0 \"\"\ndel", "0\ndel"}}) {
    std::string damaged = body;
    damaged.replace(damaged.find(from), std::string_view(from).size(), to);
    EXPECT_THAT(refusal(sealed(damaged)), HasSubstr("damaged in line 9")) << from;
  }
}

TEST(CheckpointText, EveryNameSurvives) {
  Checkpoint checkpoint;
  for (int byte = 0; byte < 256; ++byte) checkpoint.name += static_cast<char>(byte);
  checkpoint.position.at.file = "a b\nc";
  checkpoint.delivered = {{"", "", 1}, {"\xff\xfe", "\"\\", 2}};
  EXPECT_EQ(parse_checkpoint(format_checkpoint(checkpoint)).value(), checkpoint);
}

TEST(CheckpointText, EveryShorterPrefixIsRefused) {
  const std::string whole = format_checkpoint(sample_checkpoint());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(refusal(whole.substr(0, size)), HasSubstr("the checkpoint is cut short")) << size;
  }
  EXPECT_THAT(refusal(whole + "\n"), HasSubstr("cut short"));
}

TEST(CheckpointText, EveryChangedByteIsRefused) {
  const std::string whole = format_checkpoint(sample_checkpoint());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x04);
    EXPECT_NE(refusal(changed), "accepted") << i;
  }
}

TEST(CheckpointText, HoldsAPositionOfMariadb) {
  Checkpoint checkpoint = sample_checkpoint();
  checkpoint.server_uuid = "1@db1:3306";
  checkpoint.position.executed = GtidSet::parse("0-1-100,7-2-5").value();
  checkpoint.delivered_of = Gtid::parse("7-2-6").value();
  const std::string text = format_checkpoint(checkpoint);
  EXPECT_THAT(text, HasSubstr("executed \"0-1-100,7-2-5\"\ndelivered-of \"7-2-6\"\n"));
  EXPECT_EQ(parse_checkpoint(text).value(), checkpoint);
}

TEST(CheckpointText, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("#!/bin/sh\n"), HasSubstr("not a checkpoint of RowFerry"));
  EXPECT_THAT(refusal("rowferry-checkpoint one\n"), HasSubstr("not a checkpoint of RowFerry"));
  EXPECT_THAT(refusal("rowferry-checkpoint 5\n{\"something\": \"else\"}"),
              HasSubstr("written by a newer RowFerry (format 5, this one reads up to 4)"));
  EXPECT_THAT(refusal("rowferry-checkpoint 1\n" + std::string(50, 'x') + "\ncrc32 00000000\n"), HasSubstr("checksum"));
}

TEST(CheckpointText, NamesTheDamagedLineWhenTheChecksumFits) {
  const struct {
    std::string_view from, to;
    int line;
  } cases[] = {
      {"name \"shop\"", "name shop", 2},
      {"name \"shop\"", "nane \"shop\"", 2},
      {"name \"shop\"", "name \"shop", 2},
      {"name \"shop\"", "name \"sh\\op\"", 2},
      {"name \"shop\"", "name \"\\u0\"", 2},
      {"02-29", "02-30", 3},
      {"server", "server ", 4},
      {"5000000000\n", "18446744073709551616\n", 5},
      {"5000000000\n", "\n", 5},
      {"5000000000\n", "-1\n", 5},
      {"type=16", "type=256", 6},
      {"crc32=008f3c21", "crc32=1008f3c21", 6},
      {"size=31 ", "", 6},
      {":1-150", ":0-150", 7},
      {":tag:8", ":tag:0", 8},
      {"\"orders\" 17\n", "\"orders\"\n", 9},
      {"\"orders\" 17\n", "\"orders\" 17 \n", 9},
      {"delivered \"shop\" \"a", "unknown \"shop\" \"a", 10},
  };
  for (const auto& test : cases) {
    EXPECT_THAT(refusal(replaced(test.from, test.to)), HasSubstr("damaged in line " + std::to_string(test.line)))
        << test.to;
  }
  EXPECT_THAT(refusal(sealed("rowferry-checkpoint 0\n")), HasSubstr("damaged in line 1"));
  EXPECT_THAT(refusal(sealed("rowferry-checkpoint 1\n")), HasSubstr("damaged in line 2"));
}

TEST(UtcTime, RoundTripsAtItsEdges) {
  const std::pair<std::int64_t, std::string_view> cases[] = {
      {0, "1970-01-01T00:00:00.000000Z"},
      {1, "1970-01-01T00:00:00.000001Z"},
      {951782399'999999, "2000-02-28T23:59:59.999999Z"},
      {951782400'000000, "2000-02-29T00:00:00.000000Z"},
      {4107542400'000000, "2100-03-01T00:00:00.000000Z"},
      {253402300799'999999, "9999-12-31T23:59:59.999999Z"},
  };
  for (const auto& [us, text] : cases) {
    EXPECT_EQ(format_utc(us), text);
    EXPECT_EQ(parse_utc(text), us);
  }
  EXPECT_EQ(format_utc(-1), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(format_utc(INT64_MAX), "9999-12-31T23:59:59.999999Z");
}

TEST(UtcTime, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "2024-02-29", "2024-02-29T12:34:56Z", "2024-02-29 12:34:56.789012Z", "2023-02-29T12:34:56.789012Z",
        "2024-13-01T12:34:56.789012Z", "2024-00-01T12:34:56.789012Z", "2024-01-01T24:00:00.000000Z",
        "2024-01-01T23:60:00.000000Z", "2024-01-01T23:59:60.000000Z", "1969-12-31T23:59:59.000000Z",
        "2024-02-29T12:34:56.789012Z ", "2024-02-2aT12:34:56.789012Z"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

} // namespace
} // namespace rowferry
