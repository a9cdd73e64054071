#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <rowferry/base/spool.hpp>
#include <rowferry/checkpoint/checkpoint_file.hpp>

#include "app/check_report.hpp"
#include "app/check_source.hpp"
#include "app/commands.hpp"
#include "app/logging.hpp"
#include "app/setup.hpp"

namespace rowferry {
namespace {

constexpr std::chrono::seconds kKafkaPatience{5};

/// Takes no lock: a connector may be running.
std::optional<Checkpoint> check_checkpoint(const Setup& setup, CheckReport& report) {
  const std::string& path = setup.config.checkpoint_file;
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    report.add(
        Finding::error(fmt::format("checkpoint {}: its folder cannot be written: {}", path, std::strerror(errno)),
                       "make the folder writable, or set checkpoint.file", ExitStatus::usage));
  }
  const Result<std::optional<Checkpoint>> checkpoint = CheckpointFile::read(path);
  if (!checkpoint) {
    report.add(checkpoint.error());
    return std::nullopt;
  }
  if (*checkpoint && (*checkpoint)->name != setup.config.name) {
    report.add(Finding::error(fmt::format("checkpoint {} belongs to the connector {}", path, (*checkpoint)->name),
                              "give this connector a checkpoint.file of its own, or its old name", ExitStatus::usage));
    return std::nullopt;
  }
  report.add(Finding::ok(fmt::format("checkpoint {}{}", path, *checkpoint ? "" : ": none yet")));
  return *checkpoint;
}

// Where large transactions wait: most connectors never need it.
void check_spool(CheckReport& report) {
  const Result<void> made = Spool("large transactions").make_file();
  if (!made) report.add(Finding::warning(made.error().message, ""));
}

void check_sink(const Setup& setup, const std::set<std::string>& topics, CheckReport& report) {
  if (setup.config.sink.kind != Config::Sink::Kind::kafka) {
    report.add(Finding::ok(fmt::format("sink {} needs nobody",
                                       setup.config.sink.kind == Config::Sink::Kind::discard ? "discard" : "stdout")));
    return;
  }
  for (const KafkaFinding& finding : check_kafka(setup.kafka, {topics.begin(), topics.end()}, kKafkaPatience)) {
    report.add(finding.ok ? Finding::ok(finding.text) : Finding::error(finding.text, "", ExitStatus::sink));
  }
}

} // namespace

Result<void> check(const CheckCommand& command) {
  if (auto quiet = start_logging("off", ""); !quiet) return fail(std::move(quiet.error())); // findings say it
  const Result<Setup> setup = load_setup(command.config);
  if (!setup) return fail(setup.error());
  CheckReport report(stdout);
  for (const ConfigProblem& problem : setup->problems) {
    report.add(Finding::error(problem.message(), "", ExitStatus::usage));
  }
  if (!setup->problems.empty()) return report.outcome(); // a peer is not contacted with half a configuration
  report.add(Finding::ok(fmt::format("configuration {}", setup->file)));
  const std::optional<Checkpoint> checkpoint = check_checkpoint(*setup, report);
  const std::set<std::string> topics = check_source(*setup, checkpoint, report);
  check_spool(report);
  check_sink(*setup, topics, report);
  return report.outcome();
}

} // namespace rowferry
