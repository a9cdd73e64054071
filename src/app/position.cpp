#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <rowferry/checkpoint/checkpoint_file.hpp>
#include <rowferry/source/event_source.hpp>

#include "app/commands.hpp"
#include "app/position_text.hpp"
#include "app/setup.hpp"
#include "app/time_search.hpp"

namespace rowferry {
namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

/// The user gave a flag, not the option that the same text has in the configuration.
Error about_flag(Error error, std::string_view start) {
  constexpr std::string_view kOption = "source.start";
  const std::string_view flag = start.starts_with("gtid:") ? "--gtid" : "--file";
  const std::size_t at = error.message.find(kOption);
  if (at != std::string::npos) error.message.replace(at, kOption.size(), flag);
  return error;
}

/// Where the source is to go on from.
Result<Resume> resolve_target(const PositionSetCommand& command, const Setup& setup) {
  if (command.from_time_us) return resolve_time(setup.source, *command.from_time_us);
  const Result<StartAt> start = parse_start(*command.start);
  if (!start) return fail(about_flag(start.error(), *command.start));
  Result<Resume> resume = resolve_start(setup.source, *start);
  if (!resume) return fail(about_flag(std::move(resume.error()), *command.start));
  return resume;
}

Result<std::optional<Checkpoint>> of_this_connector(Result<std::optional<Checkpoint>> checkpoint, const Setup& setup) {
  if (checkpoint && *checkpoint && (*checkpoint)->name != setup.config.name) {
    return fail(
        Error::usage(fmt::format("{} holds the checkpoint of connector {}, not of {}: correct name or checkpoint.file",
                                 setup.config.checkpoint_file, (*checkpoint)->name, setup.config.name)));
  }
  return checkpoint;
}

/// Shows the way from the old checkpoint to the new one, which it returns.
Result<Checkpoint> preview(const PositionSetCommand& command, const Setup& setup,
                           Result<std::optional<Checkpoint>> old) {
  old = of_this_connector(std::move(old), setup);
  if (!old) return fail(std::move(old.error()));
  Result<Resume> target = resolve_target(command, setup);
  if (!target) return fail(std::move(target.error()));
  Checkpoint checkpoint;
  checkpoint.name = setup.config.name;
  checkpoint.server_uuid = target->server_uuid;
  checkpoint.position = std::move(target->position);
  checkpoint.fingerprint = target->fingerprint;
  checkpoint.saved_at_us = now_us();
  print(compare_positions(*old, checkpoint));
  return checkpoint;
}

} // namespace

Result<void> position_show(const PositionShowCommand& command) {
  Result<Setup> setup = require_checkpoint_setup(command.config);
  if (!setup) return fail(std::move(setup.error()));
  const std::string& path = setup->config.checkpoint_file;
  const Result<std::optional<Checkpoint>> checkpoint = CheckpointFile::read(path);
  if (!checkpoint) return fail(checkpoint.error());
  if (*checkpoint) {
    print(command.json ? describe_json(**checkpoint) + "\n" : describe(**checkpoint));
  } else {
    print(command.json
              ? "null\n"
              : fmt::format("no checkpoint at {} yet: source.start ({}) decides\n", path, setup->config.source.start));
  }
  return {};
}

Result<void> position_set(const PositionSetCommand& command) {
  Result<Setup> setup = require_setup(command.config);
  if (!setup) return fail(std::move(setup.error()));
  const std::string& path = setup->config.checkpoint_file;
  if (command.dry_run) { // a connector may be running
    Result<Checkpoint> shown = preview(command, *setup, CheckpointFile::read(path));
    if (!shown) return fail(std::move(shown.error()));
    print("dry run: the checkpoint is unchanged\n");
    return {};
  }
  Result<CheckpointFile> file = CheckpointFile::open(path);
  if (!file) return fail(std::move(file.error()));
  Result<Checkpoint> checkpoint = preview(command, *setup, file->load());
  if (!checkpoint) return fail(std::move(checkpoint.error()));
  if (Result<void> saved = file->save(*checkpoint); !saved) return saved;
  print(fmt::format("{} is written\n", path));
  return {};
}

} // namespace rowferry
