// Every kind of mistake: the message with its path and line.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "config/config_test.hpp"

namespace rowferry {
namespace {

using test::kGood;
using test::load;
using test::messages;
using test::Pairs;
using test::ScopedVariable;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Mistake {
  std::string yaml; ///< follows kGood, whose six lines are good
  const char* message;
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreToldWithPathAndLine) {
  EXPECT_THAT(messages(load(kGood + GetParam().yaml)), ElementsAre(StartsWith(GetParam().message))) << GetParam().yaml;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, Mistakes,
    testing::Values(Mistake{"nmae: x", "nmae (line 7): is unknown; did you mean name? (known here: name, source, "},
                    Mistake{"log:\n  levle: info",
                            "log.levle (line 8): is unknown; did you mean level? (known here: level, file)"},
                    Mistake{"log: {zzzzzzzzz: 1}", "log.zzzzzzzzz (line 7): is unknown (known here: level, file)"},
                    Mistake{"log.level: info", "log.level (line 7): is unknown as one key"},
                    Mistake{"name: again", "name (line 7): is given twice: on line 1 too"},
                    Mistake{"log:\n  level: info\n  level: warn", "log.level (line 9): is given twice: on line 8 too"},
                    Mistake{"sink: discard", "sink (line 7): is given twice: on line 6 too"},
                    Mistake{"<<: {log: }", "<< (line 7): is unknown"}));

INSTANTIATE_TEST_SUITE_P(
    Types, Mistakes,
    testing::Values(Mistake{"log: info", "log (line 7): is a single value; a map is expected"},
                    Mistake{"log: [a]", "log (line 7): is a list; a map is expected"},
                    Mistake{"log:", "log (line 7): is empty; a map is expected"},
                    Mistake{"log: {level: [info]}", "log.level (line 7): is a list; one value is expected"},
                    Mistake{"log: {level: {a: b}}", "log.level (line 7): is a map; one value is expected"},
                    Mistake{"log:\n\n  level: ~", "log.level (line 9): is empty; one value is expected"},
                    Mistake{"log: {file: ''}", "log.file (line 7): is empty"},
                    Mistake{"tables: shop.*", "tables (line 7): is a single value; a list of entries is"},
                    Mistake{"tables:\n  include: shop.a", "tables (line 8): is a map; a list of entries is"},
                    Mistake{"tables: [shop.a]", "tables[0] (line 7): is a single value; a map is expected"},
                    Mistake{"tables:\n  -", "tables[0] (line "}));

INSTANTIATE_TEST_SUITE_P(
    Values, Mistakes,
    testing::Values(
        Mistake{"log: {level: loud}", "log.level (line 7): \"loud\" is none of trace, debug, info, warn, error, off"},
        Mistake{"shutdown: {timeout: 15}",
                "shutdown.timeout (line 7): \"15\" is no duration: write a whole number and its unit"},
        Mistake{"shutdown: {timeout: -1s}", "shutdown.timeout (line 7): \"-1s\" is no duration"},
        Mistake{"shutdown: {timeout: 1.5s}", "shutdown.timeout (line 7): \"1.5s\" is no duration"},
        Mistake{"shutdown: {timeout: 99999999999999999999s}",
                "shutdown.timeout (line 7): \"99999999999999999999s\" is no duration"},
        Mistake{"shutdown: {timeout: 9999999999999999h}",
                "shutdown.timeout (line 7): \"9999999999999999h\" is no duration"},
        Mistake{"shutdown: {timeout: 2h}", "shutdown.timeout (line 7): \"2h\" is not between 0s and 1h"},
        Mistake{"checkpoint: {kafka: cp}",
                "checkpoint.kafka (line 7): is not in this version (exactly-once): checkpoint.file works"},
        Mistake{"checkpoint: {file: a, kafka: cp}", "checkpoint.kafka (line 7): is not in this version"},
        Mistake{"admin: {listen: 127.0.0.1:8080}", "admin.listen (line 7): is not in this version: leave it out"},
        Mistake{"log: {file: \"${RF_TEST_UNSET}\"}",
                "log.file (line 7): ${RF_TEST_UNSET}: the environment variable RF_TEST_UNSET"},
        Mistake{"log: {file: \"${file:/no/file}\"}",
                "log.file (line 7): ${file:/no/file}: cannot read it: No such file"}));

INSTANTIATE_TEST_SUITE_P(
    Entries, Mistakes,
    testing::Values(
        Mistake{"tables:\n  - exclude: shop.a", "tables[0].include (line 8): is missing: it names the tables"},
        Mistake{"tables: [{include: []}]", "tables[0].include (line 7): is an empty list"},
        Mistake{"tables:\n- include:\n  - a.b\n  - [c]",
                "tables[0].include[1] (line 10): is a list; one value is expected"},
        Mistake{"tables: [{include: {a: b}}]", "tables[0].include (line 7): is a map; one value is expected"},
        Mistake{"tables: [{include: shop.a}, {inculde: shop.b, include: shop.c}]",
                "tables[1].inculde (line 7): is unknown; did you mean include?"},
        Mistake{"tables: [{include: shop.a, include: shop.b}]", "tables[0].include (line 7): is given twice"},
        Mistake{"tables: [{include: shop.a, format: debezium}]",
                "tables[0].format (line 7): is not in this version: plain is"},
        Mistake{"tables: [{include: shop.a, format: json}]",
                "tables[0].format (line 7): is no format: this version has plain"},
        Mistake{"tables: [{include: shop.a, topic: [x]}]",
                "tables[0].topic (line 7): is a list; one value is expected"},
        Mistake{"tables: [{include: shop.a, key: ''}]", "tables[0].key (line 7): is empty"},
        Mistake{"tables: [{include: shop.a, headers: x}]",
                "tables[0].headers (line 7): is a single value; a map is expected"},
        Mistake{"tables: [{include: shop.a, headers: {id: maybe}}]",
                "tables[0].headers.id (line 7): is neither true nor false"},
        Mistake{"tables: [{include: shop.a, headers: {x: }}]",
                "tables[0].headers.x (line 7): is empty; one value is expected"},
        Mistake{"tables: [{include: shop.a, timestamp: now}]", "tables[0].timestamp (line 7): is none of commit, sent"},
        Mistake{"tables: [{include: shop.outbox}]",
                "tables[0].include (line 7): shop.outbox is in outbox[0] too: keep one"},
        Mistake{"tables: [{include: \"${RF_TEST_UNSET}\"}]",
                "tables[0].include (line 7): ${RF_TEST_UNSET}: the environment"}));

struct WholeFile {
  std::string yaml;
  std::vector<std::string> beginnings;
};

TEST(Problems, OfWholeFiles) {
  const std::string head = "name: shop\nsource: {url: mysql://cdc@db}\nsink: stdout\n";
  const std::vector<WholeFile> cases{
      {head, {"outbox: neither outbox nor tables is there: nothing would be sent"}},
      {head + "outbox:\n  - topic: x", {"outbox[0].table (line 5): is missing: it names the outbox"}},
      {head + "outbox: [{table: a.b}, {table: a.b}]", {"outbox[1].table (line 4): a.b is in outbox[0] already"}},
      {head + "outbox: [{table: a.b, columns: {idd: x}}]",
       {"outbox[0].columns.idd (line 4): is unknown; did you mean id?"}},
      {head + "outbox: [{table: a.b, columns: {id: [x]}}]", {"outbox[0].columns.id (line 4): is a list; one value"}},
      {head + "outbox: [{table: a.b, headers: {id: x}}]",
       {"outbox[0].headers.id (line 4): is a header that every outbox"}},
      {head + "outbox: [{table: a.b, include: x}]", {"outbox[0].include (line 4): is unknown"}},
      {"outbox: [{table: a.b}]",
       {"name: is missing", "source.url: is missing: mysql://user@host:3306", "sink: is missing: say `sink: {kafka:"}},
      {"name: a/b\nsource: {url: x}\noutbox: [{table: a.b}]\nsink: stdout",
       {"name (line 1): \"a/b\" may hold letters, digits"}},
      {"name: ..\nsource: {url: x}\noutbox: [{table: a.b}]\nsink: stdout",
       {"name (line 1): \"..\" is the name of a folder"}},
      {"just text", {"shop.yaml (line 1): is a single value; a map is expected"}},
      {"- a\n- b", {"shop.yaml (line 1): is a list; a map is expected"}},
      {head + "outbox: [{table: a.b}\n", {"shop.yaml (line "}},
      {"name: \"shop\nsource:", {"shop.yaml (line "}},
      {"name: shop\n\tsource: x", {"shop.yaml (line "}},
      {"name: shop\n? [a, b]\n: c", {"shop.yaml (line 2): a key is not plain text"}},
      {"name: !env NAME", {"shop.yaml (line 1): a YAML tag"}},
      {"name: a\n---\nname: b", {"shop.yaml: holds more than one YAML document"}},
      {"name: shop\n# caf\xe9", {"shop.yaml (line 2): is not UTF-8 text"}},
      {"a: &a [*a]", {"shop.yaml (line 1): an alias stands inside what its own anchor names"}},
  };
  for (const WholeFile& c : cases) {
    const std::vector<std::string> found = messages(load(c.yaml));
    ASSERT_EQ(found.size(), c.beginnings.size()) << c.yaml << testing::PrintToString(found);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_THAT(found[i], StartsWith(c.beginnings[i])) << c.yaml;
  }
}

TEST(Problems, OfSinkAndSource) {
  const auto found = [](const std::string& rest) {
    return messages(load("name: shop\noutbox: [{table: a.b}]\n" + rest));
  };
  const std::string source = "source: {url: x}\n";
  EXPECT_THAT(
      found(source + "sink: {kafka: {bootstrap: {servers: x}}}"),
      ElementsAre(StartsWith("sink.kafka.bootstrap (line 4): is a map; librdkafka properties are single values")));
  EXPECT_THAT(found(source + "sink: {kafka: {bootstrap.servers: x}, stdout: {}}"),
              ElementsAre("sink.stdout (line 4): names a second sink, stdout beside kafka: keep one"));
  EXPECT_THAT(found(source + "sink: {stdout: payload}"),
              ElementsAre("sink.stdout (line 4): is a single value; a map is expected"));
  EXPECT_THAT(found(source + "sink: kafak"), ElementsAre("sink (line 4): \"kafak\" is none of kafka, stdout, discard"));
  EXPECT_THAT(found(source + "sink: {discard: {x: 1}}"),
              ElementsAre("sink.discard.x (line 4): is unknown; nothing can be set here"));
  EXPECT_THAT(found(source + "sink: {stdout: , topics: {create: maybe, partitions: 0, replication: 101}}"),
              ElementsAre("sink.topics.create (line 4): \"maybe\" is neither true nor false",
                          "sink.topics.partitions (line 4): \"0\" is no whole number from 1 to 100000",
                          "sink.topics.replication (line 4): \"101\" is no whole number from 1 to 100"));
  const auto with = [&](const std::string& more) { return found("sink: stdout\nsource: {url: x, " + more + "}"); };
  EXPECT_THAT(with("start: snapshot"),
              ElementsAre(StartsWith("source.start (line 4): \"snapshot\" is not in this version: now,")));
  EXPECT_THAT(with("server_id: 0"),
              ElementsAre("source.server_id (line 4): \"0\" is no whole number from 1 to 4294967295"));
  EXPECT_THAT(with("server_id: 4294967296"),
              ElementsAre(StartsWith("source.server_id (line 4): \"4294967296\" is no whole")));
  EXPECT_THAT(with("tls: {mode: on}"),
              ElementsAre(StartsWith("source.tls.mode (line 4): \"on\" is none of disabled, preferred,")));
  EXPECT_THAT(with("tls: {mode: verify-ca}"),
              ElementsAre("source.tls.mode (line 4): verify-ca needs source.tls.ca to verify against"));
  EXPECT_THAT(with("tls: {ca: /no/ca.pem}"),
              ElementsAre("source.tls.ca (line 4): cannot be read: No such file or directory"));
  EXPECT_THAT(with("tls: {cert: /dev/null}"), ElementsAre(StartsWith("source.tls.cert (line 4): stands alone")));
  EXPECT_THAT(with("invalid_text: drop"),
              ElementsAre("source.invalid_text (line 4): \"drop\" is none of base64, replace, fail"));
  EXPECT_THAT(with("statements: skip"), ElementsAre("source.statements (line 4): \"skip\" is none of fail, warn"));
  EXPECT_THAT(with("heartbeat: 1ms"), ElementsAre("source.heartbeat (line 4): \"1ms\" is not between 100ms and 10m"));
}

TEST(Problems, AllAtOnceInTheOrderOfTheFile) {
  const ConfigResult result = load(R"(nmae: shop
source:
  url: mysql://cdc@db
  start: snapshot
  password: ${RF_TEST_UNSET}
outbox:
  - tabel: shop.outbox
log: {level: loud}
)",
                                   {{"ROWFERRY_SOURCE_ULR", "x"}}, {{"shutdown.timeout", "x"}});
  EXPECT_THAT(messages(result),
              ElementsAre(StartsWith("nmae (line 1): "), StartsWith("source.start (line 4): "),
                          StartsWith("source.password (line 5): "), StartsWith("outbox[0].tabel (line 7): "),
                          StartsWith("outbox[0].table (line 7): "), StartsWith("log.level (line 8): "),
                          StartsWith("ROWFERRY_SOURCE_ULR: "), StartsWith("--shutdown.timeout: "), StartsWith("name: "),
                          StartsWith("sink: ")));
}

TEST(Problems, OfVariables) {
  const auto found = [](const char* variable) { return messages(load(kGood, {{variable, "x"}})); };
  EXPECT_THAT(found("ROWFERRY_SOURCE_ULR"),
              ElementsAre("ROWFERRY_SOURCE_ULR: is the variable of no option; did you mean ROWFERRY_SOURCE_URL?"));
  EXPECT_THAT(found("ROWFERRY_SUORCE_URL"), ElementsAre(HasSubstr("did you mean ROWFERRY_SOURCE_URL?")));
  for (const char* section :
       {"SOURCE", "SINK", "CHECKPOINT", "SHUTDOWN", "LOG", "ADMIN", "PIPELINE", "OUTBOX", "TABLES"}) {
    const std::string variable = fmt::format("ROWFERRY_{}_QUITE_ANOTHER_NAME", section);
    EXPECT_THAT(found(variable.c_str()), ElementsAre(HasSubstr(variable + ": is the variable of no option")));
  }
  EXPECT_THAT(found("ROWFERRY_NAM"), ElementsAre(HasSubstr("did you mean ROWFERRY_NAME?")));
  EXPECT_THAT(found("ROWFERRY_SINK_TOPIC_CREATE"), ElementsAre(HasSubstr("did you mean ROWFERRY_SINK_TOPICS_CREATE?")));
  EXPECT_THAT(found("ROWFERRY_ADMIN_LISTEN"),
              ElementsAre("ROWFERRY_ADMIN_LISTEN: is not in this version: leave it out"));
  EXPECT_THAT(found("ROWFERRY_OUTBOX"), ElementsAre(StartsWith("ROWFERRY_OUTBOX: is the variable of no option")));
  EXPECT_THAT(found("ROWFERRY_LOG_LEVEL"), ElementsAre(StartsWith("ROWFERRY_LOG_LEVEL: \"x\" is none of trace")));
  for (const char* variable :
       {"ROWFERRY_CACHE", "ROWFERRY_SERVICES_MYSQL_PORT", "ROWFERRY_BIN", "ROWFERRY_BUILD", "PATH"}) {
    EXPECT_THAT(found(variable), IsEmpty()) << variable;
  }
}

TEST(Problems, OfFlags) {
  const auto found = [](const char* flag, const char* value) { return messages(load(kGood, {}, {{flag, value}})); };
  EXPECT_THAT(found("source.ulr", "x"), ElementsAre("--source.ulr: is no option; did you mean --source.url?"));
  EXPECT_THAT(found("sink.kafka.", "x"), ElementsAre(StartsWith("--sink.kafka.: is no option")));
  EXPECT_THAT(found("checkpoint.kafka", "x"), ElementsAre(StartsWith("--checkpoint.kafka: is not in this version")));
  EXPECT_THAT(found("shutdown.timeout", "7"), ElementsAre(StartsWith("--shutdown.timeout: \"7\" is no duration")));
}

TEST(Problems, SecretsOnTheCommandLineAreRefusedUnlessTheyAreReferences) {
  const ScopedVariable set("RF_TEST_PASSWORD", "s3cret");
  for (const char* flag :
       {"source.password", "sink.kafka.sasl.password", "sink.kafka.ssl.key.password", "sink.kafka.ssl.key.pem"}) {
    const std::vector<std::string> found = messages(load(kGood, {}, {{flag, "hunter2"}}));
    ASSERT_FALSE(found.empty());
    EXPECT_THAT(found[0], AllOf(HasSubstr("give '${VAR}' or '${file:/path}'"), Not(HasSubstr("hunter2"))));
    const std::vector<std::string> with_reference = messages(load(kGood, {}, {{flag, "${RF_TEST_PASSWORD}"}}));
    EXPECT_THAT(with_reference, Each(Not(HasSubstr("secret")))) << flag;
  }
}

TEST(Problems, NeverShowASecretOrAnExpansion) {
  const ScopedVariable set("RF_TEST_PASSWORD", "s3cret");
  const std::vector<std::string> files{
      "source: {url: \"mysql://u:s3cret@h\", password: s3cret}",
      "source: {password: \"s3cret${\"}",
      "source: {password: *s3cret}",
      "source: {password: \"\\s3cret\"}",
      "source: {password: [s3cret]}",
      "source: {heartbeat: \"${RF_TEST_PASSWORD}\", server_id: \"${RF_TEST_PASSWORD}\", tls: {mode: "
      "\"${RF_TEST_PASSWORD}\"}}",
      "log: {level: \"${RF_TEST_PASSWORD}\"}",
      "sink: {kafka: {sasl.password: \"s3cret${\"}}",
      "sink: \"${RF_TEST_PASSWORD}\"",
      "tables: [{include: a.b, format: \"${RF_TEST_PASSWORD}\", timestamp: \"${RF_TEST_PASSWORD}\"}]",
  };
  for (const std::string& yaml : files) {
    const std::vector<std::string> found = messages(load(yaml));
    EXPECT_FALSE(found.empty());
    EXPECT_THAT(found, Each(Not(HasSubstr("s3cret")))) << yaml;
  }
}

TEST(Problems, HostileFilesCostLittle) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int j = 0; j < 9; ++j) bomb += ", " + alias;
    bomb += "]\n";
  }
  EXPECT_THAT(messages(load(bomb)), testing::Contains(HasSubstr("holds more than 100000 values")));
  EXPECT_THAT(messages(load(std::string(100'000, '['))), ElementsAre(HasSubstr("nested more than 64 deep")));
  EXPECT_THAT(messages(load(std::string(100'000, '{'))), ElementsAre(StartsWith("shop.yaml (line 1): ")));
  EXPECT_THAT(messages(load(std::string((1u << 20) + 1, '#'))), testing::Contains("shop.yaml: is larger than 1 MiB"));
}

} // namespace
} // namespace rowferry
