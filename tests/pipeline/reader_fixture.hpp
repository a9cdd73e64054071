// A reader with what stands around it, for the tests of the reader.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/logged_events.hpp"
#include "pipeline/reader.hpp"
#include "pipeline/written_sink.hpp"

namespace rowferry::test {

inline constexpr const char* kServer = "11111111-1111-1111-1111-111111111111";

/// What the supervisor keeps, and the lines that arrive over all sinks.
class ReaderFixture : public testing::Test {
 protected:
  /// What the supervisor makes anew for every sink.
  struct Stage {
    struct Settings {
      std::size_t most_messages = 64; ///< on their way
      std::size_t most_bytes = 1u << 20;
      ChangeReader::Options options{};
      ShapeSource* shapes = nullptr;
      std::unique_ptr<EncodeWorkers> workers{};
    };
    Stage(ReaderFixture& test, const Checkpoint& start) : Stage(test, start, Settings{}) {}
    Stage(ReaderFixture& test, const Checkpoint& start, Settings settings)
        : delivery(start, {settings.most_messages, settings.most_bytes}, test.usage, test.control),
          progress(start,
                   [this](const std::string& db, const std::string& table) { return delivery.table_index(db, table); }),
          workers(std::move(settings.workers)),
          reader(*test.router, *test.router, test.warnings, settings.options, delivery, progress, test.usage,
                 test.control, settings.shapes, workers.get()) {
      auto made = std::make_unique<WrittenSink>(delivery, test.lines);
      sink = made.get();
      delivery.use(std::move(made));
    }
    /// From where it has got to, as a server sends it by file and offset: the first `events` of LoggedEvents.
    Error read(const LogBuilder& log, std::size_t events = SIZE_MAX) {
      const Resume& resume = progress.resume();
      const FileOffset at = resume.undecided.empty() ? resume.position.at : resume.undecided.front().begin;
      LoggedEvents source(log, at.offset, events);
      return reader.run(source, at);
    }
    /// Of what was delivered.
    Checkpoint checkpoint(const Checkpoint& otherwise) {
      delivery.poll();
      return delivery.take().value_or(otherwise);
    }

    Delivery delivery;
    Progress progress;
    std::unique_ptr<EncodeWorkers> workers;
    Reader reader;
    WrittenSink* sink = nullptr;
  };

  ReaderFixture() {
    start.server_uuid = kServer;
    start.position.at = {"binlog.000001", 4};
  }
  static TableRule shop_tables(std::string topic) {
    TableRule rule;
    rule.option = "tables[0]";
    rule.include = {"shop.*"};
    rule.topic = std::move(topic);
    return rule;
  }
  void capture(TableRule rule) {
    rules = {};
    rules.tables.push_back(std::move(rule));
    router = std::make_unique<Router>(rules, topics);
  }

  Checkpoint start;
  OutputUsage usage;
  Control control;
  Topics topics;
  EncodeWarnings warnings;
  RoutingRules rules;
  std::unique_ptr<Router> router;
  std::vector<std::string> lines;
};

} // namespace rowferry::test
