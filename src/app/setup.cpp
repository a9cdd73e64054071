#include "app/setup.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace rowferry {
namespace {

constexpr std::size_t kMaxFileBytes = (1u << 20) + 1; // one more than the parser takes: it tells the limit

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return fail(Error::usage(fmt::format("{} is a folder", path)));
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxFileBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (in.fail() && !in.eof())) {
    return fail(Error::usage(fmt::format("cannot read the configuration {}: {}", path, std::strerror(errno))));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::map<std::string, std::string> our_environment() {
  constexpr std::string_view kPrefix = "ROWFERRY_";
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos || !variable.starts_with(kPrefix)) continue;
    variables.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return variables;
}

Result<Setup> without_problems(Setup setup) {
  if (setup.problems.empty()) return setup;
  const std::string where = setup.file.empty() ? "the configuration" : setup.file;
  std::string text =
      fmt::format("{} has {} problem{}", where, setup.problems.size(), setup.problems.size() == 1 ? "" : "s");
  for (const ConfigProblem& problem : setup.problems) text += "\n  " + problem.message();
  return fail(Error::usage(std::move(text)));
}

/// Of the file as a whole, the connector's name, or the checkpoint.
bool concerns_checkpoint(const ConfigProblem& problem, const std::string& file) {
  const auto is = [&](std::string_view path, std::string_view variable) {
    return problem.path == path || problem.path == fmt::format("--{}", path) || problem.path == variable;
  };
  return problem.path == file || is("name", "ROWFERRY_NAME") || is("checkpoint.file", "ROWFERRY_CHECKPOINT_FILE") ||
         is("checkpoint.kafka", "ROWFERRY_CHECKPOINT_KAFKA") || is("checkpoint", "");
}

} // namespace

Result<Setup> load_setup(const ConfigSource& source) {
  Setup setup;
  setup.file = source.file;
  std::string yaml;
  if (!source.file.empty()) {
    Result<std::string> text = read_file(source.file);
    if (!text) return fail(std::move(text.error()));
    yaml = std::move(*text);
  }
  ConfigResult loaded = load_config(source.file, yaml, our_environment(), source.flags);
  std::vector<ConfigProblem> found;
  setup.source = make_source_settings(loaded, found);
  setup.start = make_start(loaded, found);
  setup.rules = make_rules(loaded, found);
  setup.kafka = make_kafka_settings(loaded, found);

  setup.problems = std::move(loaded.problems);
  // What has a problem already is not looked at twice: the second would be the first one's consequence.
  std::erase_if(found, [&](const ConfigProblem& later) {
    return std::any_of(setup.problems.begin(), setup.problems.end(),
                       [&](const ConfigProblem& problem) { return problem.path == later.path; });
  });
  setup.problems.insert(setup.problems.end(), found.begin(), found.end());
  std::stable_sort(setup.problems.begin(), setup.problems.end(), ConfigProblem::earlier);
  setup.config = std::move(loaded.config);
  return setup;
}

Result<Setup> require_setup(const ConfigSource& source) {
  Result<Setup> setup = load_setup(source);
  return setup ? without_problems(std::move(*setup)) : std::move(setup);
}

Result<Setup> require_checkpoint_setup(const ConfigSource& source) {
  Result<Setup> setup = load_setup(source);
  if (!setup) return setup;
  std::erase_if(setup->problems,
                [&](const ConfigProblem& problem) { return !concerns_checkpoint(problem, setup->file); });
  return without_problems(std::move(*setup));
}

} // namespace rowferry
