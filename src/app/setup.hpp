// From the configuration to the settings of each stage; the problems of all of them together.
#pragma once

#include <rowferry/base/error.hpp>
#include <rowferry/config/config.hpp>
#include <rowferry/route/rules.hpp>
#include <rowferry/sink/sinks.hpp>
#include <rowferry/source/event_source.hpp>
#include <rowferry/source/settings.hpp>
#include <string>
#include <vector>

#include "app/command_line.hpp"

namespace rowferry {

/// Usable only without problems.
struct Setup {
  std::string file; ///< the configuration's, for messages
  Config config;
  SourceSettings source;
  StartAt start;
  RoutingRules rules;
  KafkaSettings kafka;
  std::vector<ConfigProblem> problems;
};

/// Reads the file and the environment. Fails only when the file cannot be read.
Result<Setup> load_setup(const ConfigSource& source);
/// A setup without problems, or one error (status 2) that holds them all.
Result<Setup> require_setup(const ConfigSource& source);
/// The same for commands that look at the checkpoint alone: only problems that could name the wrong one count, so that
/// they work where, say, a password is not at hand.
Result<Setup> require_checkpoint_setup(const ConfigSource& source);

/// Each stage's settings; problems are added to `problems`.
SourceSettings make_source_settings(const ConfigResult& loaded, std::vector<ConfigProblem>& problems);
StartAt make_start(const ConfigResult& loaded, std::vector<ConfigProblem>& problems);
RoutingRules make_rules(const ConfigResult& loaded, std::vector<ConfigProblem>& problems);
KafkaSettings make_kafka_settings(const ConfigResult& loaded, std::vector<ConfigProblem>& problems);

} // namespace rowferry
