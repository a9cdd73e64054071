// The command line, understood.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <rowferry/base/error.hpp>
#include <string>
#include <variant>
#include <vector>

#include "app/ranged_events.hpp"

namespace rowferry {

/// Where the configuration of a command comes from, beside the environment.
struct ConfigSource {
  std::string file;                         ///< empty: none
  std::map<std::string, std::string> flags; ///< dotted path -> value
};

struct RunCommand {
  ConfigSource config;
};

struct CheckCommand {
  ConfigSource config;
};

struct DecodeCommand {
  std::vector<std::string> files;  ///< "-" is standard input
  std::vector<std::string> tables; ///< patterns; empty: all
  LogRange range;
  std::string schema; ///< file with definitions of tables; empty: none
  bool stats = false; ///< counts in place of lines
  bool pass_over_statements = false;
};

struct PositionShowCommand {
  ConfigSource config;
  bool json = false;
};

/// Exactly one target is given.
struct PositionSetCommand {
  ConfigSource config;
  std::optional<std::string> start;         ///< as `source.start`: now, earliest, gtid:<set>, <file>:<offset>
  std::optional<std::int64_t> from_time_us; ///< µs since the epoch: of the first transaction to send
  bool dry_run = false;
};

/// --help, --version.
struct PrintCommand {
  std::string text;
};

using Command =
    std::variant<RunCommand, CheckCommand, DecodeCommand, PositionShowCommand, PositionSetCommand, PrintCommand>;

/// `arguments` without the program's name. Every error is status 2 and says what to type.
Result<Command> parse_command_line(const std::vector<std::string>& arguments);

} // namespace rowferry
