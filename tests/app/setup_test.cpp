#include "app/setup.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace rowferry {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A configuration file for the life of this object.
class ScopedConfig {
 public:
  explicit ScopedConfig(const std::string& text) { std::ofstream(path_) << text; }
  ~ScopedConfig() { std::filesystem::remove(path_); }
  [[nodiscard]] ConfigSource source(std::map<std::string, std::string> flags = {}) const {
    return {path_, std::move(flags)};
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "rowferry-setup-" + std::to_string(::getpid()) + ".yaml";
};

constexpr const char* kGood = R"(name: shop
source:
  url: mysql://cdc@h1:3306,h2:3307
  tls: {mode: required}
  start: binlog.000003:157
outbox:
  - table: shop.outbox
    columns: {id: uid}
    topic: shop.${message_type}
    headers: {trace: "${trace_id}"}
tables:
  - include: shop.orders
    headers: {id: true}
    timestamp: commit
sink:
  kafka: {bootstrap.servers: "127.0.0.1:9092", linger.ms: 5}
  topics: {create: false, partitions: 3}
)";

std::vector<std::string> messages(const Setup& setup) {
  std::vector<std::string> lines;
  for (const ConfigProblem& problem : setup.problems) lines.push_back(problem.message());
  return lines;
}

TEST(LoadSetup, SettingsOfEachStage) {
  const ScopedConfig file(kGood);
  const auto setup = require_setup(file.source());
  ASSERT_TRUE(setup) << setup.error().message;
  EXPECT_EQ(setup->source.user, "cdc");
  ASSERT_EQ(setup->source.endpoints.size(), 2u);
  EXPECT_EQ(setup->source.endpoints[1].port, 3307);
  EXPECT_EQ(setup->source.tls.mode, TlsMode::required);
  EXPECT_EQ(setup->source.server_id, derive_server_id("shop"));
  EXPECT_EQ(setup->source.replica_uuid, derive_replica_uuid("shop"));
  EXPECT_FALSE(setup->source.password);
  EXPECT_EQ(setup->start.kind, StartAt::Kind::file);
  EXPECT_EQ(setup->start.at, (FileOffset{"binlog.000003", 157}));

  ASSERT_EQ(setup->rules.outbox.size(), 1u);
  EXPECT_EQ(setup->rules.outbox[0].option, "outbox[0]");
  EXPECT_THAT(setup->rules.outbox[0].tables, ElementsAre("shop.outbox"));
  EXPECT_EQ(setup->rules.outbox[0].columns.id, "uid");
  EXPECT_EQ(setup->rules.outbox[0].columns.payload, "");
  EXPECT_EQ(setup->rules.outbox[0].topic, "shop.${message_type}");
  EXPECT_EQ(setup->rules.outbox[0].headers[0].value, "${trace_id}");
  ASSERT_EQ(setup->rules.tables.size(), 1u);
  EXPECT_EQ(setup->rules.tables[0].option, "tables[0]");
  EXPECT_EQ(setup->rules.tables[0].topic, "cdc.${database}.${table}");
  EXPECT_TRUE(setup->rules.tables[0].id_header);
  EXPECT_TRUE(setup->rules.tables[0].commit_timestamp);

  EXPECT_EQ(setup->kafka.client_name, "shop");
  EXPECT_EQ(setup->kafka.properties.at("linger.ms"), "5");
  EXPECT_FALSE(setup->kafka.topics.create);
  EXPECT_EQ(setup->kafka.topics.partitions, 3);
}

TEST(LoadSetup, ProblemsOfAllModulesInTheOrderOfTheFile) {
  const ScopedConfig file(R"(name: shop
source:
  url: mysql://cdc:hunter2@db
  start: sometime
  server_uuid: x
outbox:
  - table: outbox
    topic: a.${b
sink:
  kafka:
    bootstrap.servers: h
    linger.sm: 5
    acks: 1
log: {level: loud}
)");
  const auto setup = load_setup(file.source());
  ASSERT_TRUE(setup);
  EXPECT_THAT(
      messages(*setup),
      ElementsAre(AllOf(StartsWith("source.url (line 3): "), Not(HasSubstr("hunter2"))),
                  StartsWith("source.start (line 4): 'sometime' is none of now, earliest"),
                  StartsWith("source.server_uuid (line 5): is no UUID"), StartsWith("outbox[0].table (line 7): "),
                  StartsWith("outbox[0].topic (line 8): "), StartsWith("sink.kafka.linger.sm (line 12): "),
                  StartsWith("sink.kafka.acks (line 13): "), StartsWith("log.level (line 14): ")));

  const auto required = require_setup(file.source());
  ASSERT_FALSE(required);
  EXPECT_EQ(required.error().status, ExitStatus::usage);
  EXPECT_THAT(required.error().message, AllOf(StartsWith(file.path() + " has 8 problems\n  source.url (line 3): "),
                                              HasSubstr("\n  log.level (line 14): ")));
}

TEST(LoadSetup, KafkaPropertiesAreNotCheckedForAnotherSink) {
  const ScopedConfig file(
      "name: shop\nsource: {url: mysql://cdc@db}\noutbox: [{table: shop.outbox}]\nsink: {kafka: {bootstrap.servers: h, "
      "x: y}}\n");
  EXPECT_THAT(messages(*load_setup(file.source())), ElementsAre(StartsWith("sink.kafka.x (line 4): ")));
  EXPECT_THAT(messages(*load_setup(file.source({{"sink", "stdout"}}))), IsEmpty());
}

TEST(LoadSetup, AValueIsComplainedOfOnce) {
  const ScopedConfig file(
      "name: shop\nsource: {url: mysql://cdc@db}\noutbox: [{table: shop.outbox}]\n"
      "sink: {kafka: {bootstrap.servers: '${RF_TEST_UNSET}'}}\n");
  EXPECT_THAT(messages(*load_setup(file.source())), ElementsAre(HasSubstr("RF_TEST_UNSET is not set")));
  EXPECT_THAT(messages(*load_setup(file.source({{"sink", "kafka"}, {"sink.kafka.bootstrap.servers", "h"}}))),
              IsEmpty());
  const ScopedConfig without(
      "name: shop\nsource: {url: mysql://cdc@db}\noutbox: [{table: shop.outbox}]\nsink: kafka\n");
  EXPECT_THAT(messages(*load_setup(without.source())), ElementsAre(StartsWith("sink.kafka.bootstrap.servers: ")));
}

TEST(LoadSetup, PasswordIsReadAtEveryConnectAndMissingOnlyForNow) {
  const std::string path = testing::TempDir() + "rowferry-password-" + std::to_string(::getpid());
  std::ofstream(path) << "first\n";
  const ScopedConfig file(kGood);
  const auto setup = require_setup(file.source({{"source.password", "${file:" + path + "}"}}));
  ASSERT_TRUE(setup) << setup.error().message;
  EXPECT_EQ(setup->source.password()->reveal(), "first");
  std::ofstream(path) << "second\n";
  EXPECT_EQ(setup->source.password()->reveal(), "second");
  std::filesystem::remove(path);
  const Result<Secret> gone = setup->source.password();
  ASSERT_FALSE(gone);
  EXPECT_TRUE(gone.error().retriable);
  EXPECT_THAT(gone.error().message, StartsWith("source.password: ${file:" + path + "}: cannot read it"));
}

TEST(LoadSetup, CheckpointCommandsNeedTheCheckpointsOptionsOnly) {
  const ScopedConfig file("name: shop\nsource: {url: mysql://cdc@db, password: '${RF_TEST_UNSET}'}\nsnik: stdout\n");
  EXPECT_FALSE(require_setup(file.source()));
  const auto setup = require_checkpoint_setup(file.source());
  ASSERT_TRUE(setup) << setup.error().message;
  EXPECT_EQ(setup->config.checkpoint_file, "./shop.checkpoint");
  EXPECT_THAT(require_checkpoint_setup({}).error().message,
              HasSubstr("the configuration has 1 problem\n  name: is missing"));
  EXPECT_FALSE(require_checkpoint_setup(file.source({{"checkpoint.kafka", "x"}})));
  EXPECT_FALSE(require_checkpoint_setup(file.source({{"name", "a/b"}})));
}

TEST(LoadSetup, UnreadableFiles) {
  EXPECT_THAT(load_setup({"/no/such.yaml", {}}).error().message,
              "cannot read the configuration /no/such.yaml: No such file or directory");
  EXPECT_THAT(load_setup({"/tmp", {}}).error().message, "/tmp is a folder");
}

} // namespace
} // namespace rowferry
