#include "app/command_line.hpp"

#include <gmock/gmock.h>

namespace rowferry {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

template <class T>
T parsed(const std::vector<std::string>& arguments) {
  const Result<Command> command = parse_command_line(arguments);
  if (!command) {
    ADD_FAILURE() << command.error().message;
    return {};
  }
  if (!std::holds_alternative<T>(*command)) {
    ADD_FAILURE() << "another command";
    return {};
  }
  return std::get<T>(*command);
}

TEST(CommandLine, RunWithFlags) {
  const auto run =
      parsed<RunCommand>({"run", "-c", "shop.yaml", "--source.url", "mysql://cdc@db", "--sink=stdout",
                          "--sink.kafka.linger.ms=5", "--sink.kafka.acks", "all", "--shutdown.timeout=1s"});
  EXPECT_EQ(run.config.file, "shop.yaml");
  EXPECT_THAT(run.config.flags,
              ElementsAre(Pair("shutdown.timeout", "1s"), Pair("sink", "stdout"), Pair("sink.kafka.acks", "all"),
                          Pair("sink.kafka.linger.ms", "5"), Pair("source.url", "mysql://cdc@db")));
  EXPECT_EQ(parsed<RunCommand>({"run", "--config=x"}).config.file, "x");
  EXPECT_THAT(parsed<RunCommand>({"run"}).config.flags, IsEmpty());
}

TEST(CommandLine, CheckAndDecode) {
  EXPECT_EQ(parsed<CheckCommand>({"check", "-c", "a"}).config.file, "a");
  const auto decode = parsed<DecodeCommand>({"decode", "--table", "a.b", "bin.1", "-", "--table=/c.d/"});
  EXPECT_THAT(decode.files, ElementsAre("bin.1", "-"));
  EXPECT_THAT(decode.tables, ElementsAre("a.b", "/c.d/"));
  EXPECT_FALSE(decode.pass_over_statements);
  EXPECT_FALSE(decode.stats);
  EXPECT_EQ(decode.schema, "");
  EXPECT_EQ(parsed<DecodeCommand>({"decode", "--schema", "dump.sql", "f"}).schema, "dump.sql");
  EXPECT_TRUE(parsed<DecodeCommand>({"decode", "f", "--statements", "warn"}).pass_over_statements);
  const auto part = parsed<DecodeCommand>({"decode", "--stats", "--from", "f:4", "--to=2024-02-29 12:34:56", "e", "f"});
  EXPECT_TRUE(part.stats);
  ASSERT_TRUE(part.range.from && part.range.to);
  EXPECT_EQ(part.range.from->file, 1u);
  EXPECT_EQ(part.range.to->kind, LogBound::Kind::time);
}

TEST(CommandLine, Position) {
  const auto show = parsed<PositionShowCommand>({"position", "show", "-c", "a", "--json", "--name=b"});
  EXPECT_EQ(show.config.file, "a");
  EXPECT_TRUE(show.json);
  EXPECT_THAT(show.config.flags, ElementsAre(Pair("name", "b")));

  const auto start = [](std::vector<std::string> target) {
    target.insert(target.begin(), {"position", "set", "-c", "a"});
    return parsed<PositionSetCommand>(target).start;
  };
  EXPECT_EQ(start({"--now"}), "now");
  EXPECT_EQ(start({"--earliest"}), "earliest");
  EXPECT_EQ(start({"--gtid", "u:1-5"}), "gtid:u:1-5");
  EXPECT_EQ(start({"--file", "binlog.000003", "--pos", "157"}), "binlog.000003:157");
  const auto set = parsed<PositionSetCommand>({"position", "set", "--time", "2024-02-29T12:34:56Z", "--dry-run"});
  EXPECT_EQ(set.from_time_us, 1'709'210'096'000'000);
  EXPECT_EQ(set.start, std::nullopt);
  EXPECT_TRUE(set.dry_run);
}

TEST(CommandLine, HelpAndVersion) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"-h"}, {"run", "--help"}, {"position", "set", "-h"}}) {
    EXPECT_THAT(parsed<PrintCommand>(arguments).text, AllOf(HasSubstr("rowferry run"), HasSubstr("--source.url")));
  }
  EXPECT_THAT(parsed<PrintCommand>({"--version"}).text,
              testing::MatchesRegex("rowferry [0-9]+\\.[0-9]+\\.[0-9]+ \\(.+\\)\n"));
}

TEST(CommandLine, HelpFitsTheScreen) {
  const std::string text = parsed<PrintCommand>({"--help"}).text;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    EXPECT_LE(end - begin, 140u) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(CommandLine, MistakesAreStatusTwoAndSayWhatToType) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{}, "no command"},
      {{"chek"}, "unknown command \"chek\"; did you mean check"},
      {{"zzz"}, "unknown command \"zzz\" ("},
      {{"run", "x"}, "unexpected argument \"x\" behind `rowferry run`"},
      {{"run", "--source.ulr", "x"}, "unknown option --source.ulr; did you mean --source.url"},
      {{"run", "-c"}, "--config"},
      {{"run", "--source.url"}, "--source.url"},
      {{"run", "--json"}, "unknown option --json"},
      {{"decode"}, "needs a binlog file"},
      {{"decode", "f", "--statements", "skip"}, "--statements is fail or warn"},
      {{"decode", "f", "--from", "g:4"}, "--from: \"g\" is none of the files"},
      {{"decode", "f", "--to", "later"}, "--to: \"later\" is no place in a log"},
      {{"position"}, "needs show or set"},
      {{"position", "set"}, "needs one of --gtid SET"},
      {{"position", "set", "--now", "--earliest"}, "needs one of --gtid SET"},
      {{"position", "set", "--file", "f"}, "--file and --pos go together"},
      {{"position", "set", "--time", "yesterday"}, "--time \"yesterday\" is no time"},
  };
  for (const auto& [arguments, message] : cases) {
    const Result<Command> command = parse_command_line(arguments);
    ASSERT_FALSE(command) << testing::PrintToString(arguments);
    EXPECT_EQ(command.error().status, ExitStatus::usage);
    EXPECT_THAT(command.error().message, AllOf(HasSubstr(message), HasSubstr("--help")))
        << testing::PrintToString(arguments);
  }
}

TEST(CommandLine, UnknownOptionsDoNotRepeatTheirValue) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"run", "--source.passwrod", "hunter2"}, {"run", "--source.passwrod=hunter2"}}) {
    EXPECT_THAT(parse_command_line(arguments).error().message,
                AllOf(HasSubstr("did you mean --source.password"), Not(HasSubstr("hunter2"))));
  }
}

} // namespace
} // namespace rowferry
