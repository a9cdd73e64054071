#include <gmock/gmock.h>

#include "config/config_test.hpp"

namespace rowferry {
namespace {

using namespace std::chrono_literals;
using test::kGood;
using test::load;
using test::messages;
using test::Pairs;
using test::ScopedVariable;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Kind = Config::Sink::Kind;

TEST(LoadConfig, Defaults) {
  const ConfigResult result = load(kGood);
  ASSERT_THAT(messages(result), IsEmpty());
  const Config& config = result.config;
  EXPECT_EQ(config.name, "shop");
  EXPECT_EQ(config.source.url, "mysql://cdc@127.0.0.1:3306");
  EXPECT_EQ(config.source.tls.mode, "preferred");
  EXPECT_EQ(config.source.start, "now");
  EXPECT_EQ(config.source.statements, "fail");
  EXPECT_EQ(config.source.invalid_text, "base64");
  EXPECT_EQ(config.source.server_id, std::nullopt);
  EXPECT_EQ(config.source.heartbeat, 2s);
  EXPECT_EQ(config.source.connect_timeout, 5s);
  EXPECT_EQ(config.sink.kind, Kind::standard_output);
  EXPECT_EQ(config.sink.stdout_format, "json");
  EXPECT_TRUE(config.sink.topics_create);
  EXPECT_EQ(config.checkpoint_file, "./shop.checkpoint");
  EXPECT_EQ(config.shutdown_timeout, 15s);
  EXPECT_EQ(config.log_level, "info");
  EXPECT_EQ(config.log_file, "");
}

TEST(LoadConfig, EveryOption) {
  const ScopedVariable password("RF_TEST_PASSWORD", "s3cret");
  const ConfigResult result = load(R"(
name: shop
source:
  url: mysql://cdc@db
  password: ${RF_TEST_PASSWORD}
  tls: {mode: required, ca: /dev/null, cert: /dev/null, key: /dev/null}
  start: earliest
  statements: warn
  invalid_text: replace
  server_id: 4294967295
  server_uuid: 3e11fa47-71ca-11e1-9e33-c80aa9429562
  heartbeat: 500ms
  connect_timeout: 1 m
outbox:
  - table: [shop.outbox, shop.outbox2]
    columns: {id: uid, type: kind, payload: body, aggregate_id: ref, aggregate_type: ref_kind}
    topic: shop.${message_type}
    key: ${aggregate_id}
    partition: ${shard}
    headers: {trace: "${trace_id}", source: shop}
    invalid_text: fail
    timestamp: commit
tables:
  - include: [shop.orders, /shop\.o.*/]
    exclude: shop.tmp_*
    format: plain
    topic: cdc.${database}.${table}
    key: ${id}
    partition: "0"
    headers: {id: true, tenant: "${tenant}"}
    timestamp: sent
sink:
  kafka:
    bootstrap.servers: k1:9092,k2:9092
    linger.ms: 5
  topics: {create: no, partitions: 3, replication: 2}
checkpoint: {file: /var/lib/shop.checkpoint}
shutdown: {timeout: 0s}
log: {level: debug, file: /var/log/shop.log}
)");
  ASSERT_THAT(messages(result), IsEmpty());
  const Config& config = result.config;
  EXPECT_EQ(config.source.password.raw, "${RF_TEST_PASSWORD}");
  EXPECT_EQ(config.source.password.expand()->reveal(), "s3cret");
  EXPECT_EQ(config.source.tls.mode, "required");
  EXPECT_EQ(config.source.tls.key, "/dev/null");
  EXPECT_EQ(config.source.start, "earliest");
  EXPECT_EQ(config.source.statements, "warn");
  EXPECT_EQ(config.source.invalid_text, "replace");
  EXPECT_EQ(config.source.server_id, 4294967295u);
  EXPECT_EQ(config.source.server_uuid, "3e11fa47-71ca-11e1-9e33-c80aa9429562");
  EXPECT_EQ(config.source.heartbeat, 500ms);
  EXPECT_EQ(config.source.connect_timeout, 1min);

  ASSERT_EQ(config.outbox.size(), 1u);
  const OutboxConfig& outbox = config.outbox[0];
  EXPECT_EQ(outbox.line, 15);
  EXPECT_EQ(outbox.invalid_text, "fail");
  EXPECT_THAT(outbox.tables, ElementsAre("shop.outbox", "shop.outbox2"));
  EXPECT_THAT(outbox.columns, ElementsAre(Pair("aggregate_id", "ref"), Pair("aggregate_type", "ref_kind"),
                                          Pair("id", "uid"), Pair("payload", "body"), Pair("type", "kind")));
  EXPECT_EQ(outbox.topic, "shop.${message_type}");
  EXPECT_EQ(outbox.key, "${aggregate_id}");
  EXPECT_EQ(outbox.partition, "${shard}");
  ASSERT_EQ(outbox.headers.size(), 2u);
  EXPECT_EQ(outbox.headers[0].name, "trace");
  EXPECT_EQ(outbox.headers[0].value, "${trace_id}");
  EXPECT_TRUE(outbox.commit_timestamp);

  ASSERT_EQ(config.tables.size(), 1u);
  const TableConfig& table = config.tables[0];
  EXPECT_THAT(table.include, ElementsAre("shop.orders", "/shop\\.o.*/"));
  EXPECT_THAT(table.exclude, ElementsAre("shop.tmp_*"));
  EXPECT_EQ(table.topic, "cdc.${database}.${table}");
  EXPECT_TRUE(table.id_header);
  ASSERT_EQ(table.headers.size(), 1u);
  EXPECT_EQ(table.headers[0].value, "${tenant}");
  EXPECT_FALSE(table.commit_timestamp);

  EXPECT_EQ(config.sink.kind, Kind::kafka);
  EXPECT_THAT(config.sink.kafka, ElementsAre(Pair("bootstrap.servers", "k1:9092,k2:9092"), Pair("linger.ms", "5")));
  EXPECT_FALSE(config.sink.topics_create);
  EXPECT_EQ(config.sink.topics_partitions, 3);
  EXPECT_EQ(config.sink.topics_replication, 2);
  EXPECT_EQ(config.checkpoint_file, "/var/lib/shop.checkpoint");
  EXPECT_EQ(config.shutdown_timeout, 0s);
  EXPECT_EQ(config.log_level, "debug");
}

TEST(LoadConfig, ReferencesAreExpandedAfterYamlButNotInTemplates) {
  const ScopedVariable odd("RF_TEST_ODD", "a: [b, #c] \"d\"");
  const ScopedVariable table("RF_TEST_TABLE", "shop.outbox");
  const ConfigResult result = load(R"(
name: shop
source: {url: mysql://cdc@db}
outbox:
  - table: ${RF_TEST_TABLE}
    topic: t.${RF_TEST_TABLE}
    key: $${x}
    headers: {h: "${RF_TEST_TABLE}"}
sink: {kafka: {bootstrap.servers: "h:1", client.rack: "${RF_TEST_ODD}", group.id: "$${x}"}}
)");
  ASSERT_THAT(messages(result), IsEmpty());
  EXPECT_THAT(result.config.outbox[0].tables, ElementsAre("shop.outbox"));
  EXPECT_EQ(result.config.outbox[0].topic, "t.${RF_TEST_TABLE}");
  EXPECT_EQ(result.config.outbox[0].key, "$${x}");
  EXPECT_EQ(result.config.outbox[0].headers[0].value, "${RF_TEST_TABLE}");
  EXPECT_EQ(result.config.sink.kafka.at("client.rack"), "a: [b, #c] \"d\"");
  EXPECT_EQ(result.config.sink.kafka.at("group.id"), "${x}");
}

TEST(LoadConfig, FlagsWinOverEnvironmentOverFile) {
  const std::string yaml = std::string(kGood) + "shutdown: {timeout: 1s}\nlog: {level: warn, file: f}\n";
  const Pairs environment{{"ROWFERRY_SHUTDOWN_TIMEOUT", "2s"}, {"ROWFERRY_LOG_LEVEL", "error"}};
  const Pairs flags{{"shutdown.timeout", "3s"}};
  const ConfigResult result = load(yaml, environment, flags);
  ASSERT_THAT(messages(result), IsEmpty());
  EXPECT_EQ(result.config.shutdown_timeout, 3s);
  EXPECT_EQ(result.config.log_level, "error");
  EXPECT_EQ(result.config.log_file, "f");
}

TEST(LoadConfig, EveryScalarOptionHasAFlagAndAVariable) {
  // The value is nothing that every option takes; that each is known is what counts.
  for (const OptionDescription& option : option_descriptions()) {
    std::string variable = "ROWFERRY_";
    for (const char c : option.path) variable += c == '.' ? '_' : static_cast<char>(std::toupper(c));
    for (const ConfigProblem& problem : load(kGood, {{variable, "1"}}).problems) {
      EXPECT_THAT(problem.text, testing::Not(testing::HasSubstr("no option"))) << variable;
    }
    for (const ConfigProblem& problem : load(kGood, {}, {{option.path, "1"}}).problems) {
      EXPECT_THAT(problem.text, testing::Not(testing::HasSubstr("no option"))) << option.path;
    }
  }
}

TEST(LoadConfig, SinkForms) {
  const std::string base = "name: shop\nsource: {url: mysql://cdc@db}\noutbox: [{table: shop.outbox}]\n";
  struct Case {
    const char* yaml;
    Pairs environment;
    Pairs flags;
    Kind kind;
    std::string format = "json";
    Pairs kafka = {};
  };
  const std::vector<Case> cases{
      {"sink: stdout", {}, {}, Kind::standard_output},
      {"sink: discard", {}, {}, Kind::discard},
      {"sink: {stdout: }", {}, {}, Kind::standard_output},
      {"sink: {stdout: {}}", {}, {}, Kind::standard_output},
      {"sink: {discard: {}}", {}, {}, Kind::discard},
      {"sink: {stdout: {format: payload}}", {}, {}, Kind::standard_output, "payload"},
      {"sink: {kafka: {bootstrap.servers: a}}", {}, {}, Kind::kafka, "json", {{"bootstrap.servers", "a"}}},
      {"sink: {kafka: {bootstrap.servers: a}}", {}, {{"sink", "stdout"}}, Kind::standard_output},
      {"sink: {kafka: {bootstrap.servers: a}}",
       {},
       {{"sink.stdout.format", "payload"}},
       Kind::standard_output,
       "payload"},
      {"sink: stdout", {}, {{"sink.kafka.bootstrap.servers", "b"}}, Kind::kafka, "json", {{"bootstrap.servers", "b"}}},
      {"sink: stdout",
       {{"ROWFERRY_SINK_KAFKA_BOOTSTRAP_SERVERS", "c"}},
       {},
       Kind::kafka,
       "json",
       {{"bootstrap.servers", "c"}}},
      {"sink: kafka",
       {{"ROWFERRY_SINK_KAFKA_BOOTSTRAP_SERVERS", "c"}},
       {{"sink.kafka.bootstrap.servers", "b"}},
       Kind::kafka,
       "json",
       {{"bootstrap.servers", "b"}}},
      {"sink: {kafka: {bootstrap.servers: a}}",
       {{"ROWFERRY_SINK", "discard"}},
       {{"sink", "kafka"}},
       Kind::kafka,
       "json",
       {{"bootstrap.servers", "a"}}},
      {"", {{"ROWFERRY_SINK", "stdout"}}, {}, Kind::standard_output},
  };
  for (const Case& c : cases) {
    const ConfigResult result = load(base + c.yaml, c.environment, c.flags);
    EXPECT_THAT(messages(result), IsEmpty()) << c.yaml;
    EXPECT_EQ(result.config.sink.kind, c.kind) << c.yaml;
    EXPECT_EQ(result.config.sink.stdout_format, c.format) << c.yaml;
    EXPECT_EQ(result.config.sink.kafka, c.kafka) << c.yaml;
  }
}

TEST(LoadConfig, AliasesStandForWhatTheirAnchorsName) {
  const ConfigResult result = load(R"(
name: &name shop
source: {url: mysql://cdc@db}
tables:
  - include: &tables [shop.a, shop.b]
  - {include: *name, exclude: *tables}
sink: stdout
)");
  EXPECT_THAT(messages(result), IsEmpty());
  EXPECT_THAT(result.config.tables[1].include, ElementsAre("shop"));
  EXPECT_THAT(result.config.tables[1].exclude, ElementsAre("shop.a", "shop.b"));
}

TEST(LoadConfig, PlacesForProblemsThatOtherModulesFind) {
  const ConfigResult result = load(kGood, {{"ROWFERRY_SOURCE_START", "earliest"}}, {{"sink.kafka.linger.ms", "x"}});
  EXPECT_EQ(result.problem_at("outbox[0].table", "x").message(), "outbox[0].table (line 5): x");
  EXPECT_EQ(result.problem_at("outbox[0]", "x").message(), "outbox[0] (line 5): x");
  EXPECT_EQ(result.problem_at("source.url", "x").message(), "source.url (line 3): x");
  EXPECT_EQ(result.problem_at("source.start", "x").message(), "ROWFERRY_SOURCE_START: x");
  EXPECT_EQ(result.problem_at("sink.kafka.linger.ms", "x").message(), "--sink.kafka.linger.ms: x");
  EXPECT_EQ(result.problem_at("sink.kafka.acks", "x").message(), "sink.kafka.acks: x");
}

} // namespace
} // namespace rowferry
