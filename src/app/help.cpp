#include "app/help.hpp"

#include <fmt/format.h>

#include <rowferry/config/config.hpp>
#include <rowferry/source/connection.hpp>
#include <string_view>

namespace rowferry {
namespace {

constexpr std::string_view kCommands = R"(RowFerry carries committed row changes from MySQL or MariaDB to Kafka.

  rowferry run    -c FILE                the connector
  rowferry check  -c FILE                configuration, source and Kafka looked at; what fails, with its cure
  rowferry decode FILE...                binlog files to JSON lines; no server needed; - is standard input
      --table PATTERN                    only tables like shop.orders, shop.*, /expression/; may be repeated
      --from, --to PLACE                 transactions that begin at or behind --from and before --to:
                                         binlog.000003:1234, 1234 (of the first file), gtid:UUID:5,
                                         or a commit time, 2024-02-29T12:34:56Z
      --schema FILE                      names for tables whose events have none: CREATE TABLE (a dump) or JSON
      --stats                            rows per table, events, sizes and times in place of lines
      --statements fail|warn             a data change that the log does not hold as rows (fail)
  rowferry position show -c FILE         where the connector is
      --json                             as one JSON object
  rowferry position set  -c FILE TARGET  another place to go on from; shows first what is sent again or left out
      --gtid SET                         everything in SET is done
      --file F --pos N                   this place in the binary log
      --time T                           the first transaction committed at T or later, such as 2024-02-29T12:34:56Z
      --now, --earliest                  the end or the beginning of the log
      --dry-run                          show only
  rowferry --version | --help

Every option below stands in the file (a: {b: value}), as a flag (--a.b value) or in the environment
(ROWFERRY_A_B=value); flags win over the environment, the environment over the file. `outbox` and `tables`,
which say what is sent, stand in the file. docs/config.md has all of it.
)";

constexpr std::string_view kStatuses = R"(
Exit status: 0 done · 1 stopped before all was flushed · 2 usage or configuration · 3 the source refuses ·
4 the sink refuses · 5 an event that cannot be understood · 70 a bug of ours
)";

std::string_view section_of(std::string_view path) { return path.substr(0, path.find('.')); }

} // namespace

std::string help_text() {
  std::string text(kCommands);
  std::string_view section;
  for (const OptionDescription& option : option_descriptions()) {
    if (section_of(option.path) != section) {
      section = section_of(option.path);
      text += '\n';
    }
    text += fmt::format("  --{:<24} {}", option.path, option.help);
    if (!option.default_text.empty()) text += fmt::format(" [{}]", option.default_text);
    text += '\n';
    if (option.path == "sink")
      text += fmt::format("  --{:<24} {}\n", "sink.kafka.<property>", "Any librdkafka property");
  }
  return text.append(kStatuses);
}

std::string version_text() { return fmt::format("rowferry {} ({})\n", ROWFERRY_VERSION, client_library()); }

} // namespace rowferry
