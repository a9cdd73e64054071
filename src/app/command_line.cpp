#include "app/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <rowferry/base/text.hpp>
#include <rowferry/config/config.hpp>
#include <tuple>

#include "app/help.hpp"
#include "app/utc_text.hpp"

namespace rowferry {
namespace {

/// `-c` and a flag an option. librdkafka's properties are as many as the user names.
class ConfigFlags {
 public:
  ConfigFlags(CLI::App& command, const std::vector<std::string>& arguments) {
    command.add_option("-c,--config", file_);
    for (const OptionDescription& option : option_descriptions()) add(command, option.path);
    const std::string prefix = fmt::format("--{}", kKafkaPropertyPrefix);
    for (const std::string& argument : arguments) {
      const std::string flag = argument.substr(0, argument.find('='));
      if (flag.size() > prefix.size() && flag.starts_with(prefix)) add(command, flag.substr(2));
    }
  }

  [[nodiscard]] ConfigSource source() const {
    ConfigSource source{file_, {}};
    for (const auto& [path, value] : values_) {
      if (options_.at(path)->count() > 0) source.flags.emplace(path, value);
    }
    return source;
  }

 private:
  void add(CLI::App& command, const std::string& path) {
    if (!options_.contains(path)) options_.emplace(path, command.add_option("--" + path, values_[path]));
  }

  std::string file_;
  std::map<std::string, std::string> values_;
  std::map<std::string, CLI::Option*> options_;
};

/// An unknown option by its name alone: its value may be a password.
std::string unexpected(const CLI::App& command, const std::vector<std::string>& extras) {
  const std::string& first = extras.front();
  const std::string flag = first.substr(0, first.find('='));
  if (!flag.starts_with('-') && command.get_parent() == nullptr) {
    std::vector<std::string> commands;
    for (const CLI::App* known : command.get_subcommands([](const CLI::App*) { return true; })) {
      commands.push_back(known->get_name());
    }
    const std::string_view near = nearest(flag, commands);
    return fmt::format("unknown command {}{}{}", json_string(flag), near.empty() ? "" : "; did you mean ", near);
  }
  if (!flag.starts_with('-')) {
    return fmt::format("unexpected argument {} behind `rowferry {}`", json_string(flag), command.get_name());
  }
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) names.push_back(option->get_name());
  const std::string_view near = nearest(flag, names);
  return fmt::format("unknown option {}{}{}", flag, near.empty() ? "" : "; did you mean ", near);
}

class CommandLine {
 public:
  explicit CommandLine(const std::vector<std::string>& arguments) : arguments_(arguments) {
    app_.name("rowferry");
    for (CLI::App* command : {&app_, run_, check_, decode_, position_, show_, set_}) {
      command->set_help_flag();
      command->add_flag("-h,--help", help_);
      command->allow_extras();
    }
    app_.add_flag("--version", version_);
    decode_->add_option("FILE", decoded_.files);
    decode_->add_option("--table", decoded_.tables)->allow_extra_args(false);
    decode_->add_option("--statements", statements_);
    decode_->add_option("--from", from_);
    decode_->add_option("--to", to_);
    decode_->add_flag("--stats", decoded_.stats);
    decode_->add_option("--schema", decoded_.schema);
    show_->add_flag("--json", shown_.json);
    set_->add_option("--gtid", gtid_);
    set_->add_option("--file", file_);
    set_->add_option("--pos", offset_);
    set_->add_option("--time", time_);
    set_->add_flag("--now", now_);
    set_->add_flag("--earliest", earliest_);
    set_->add_flag("--dry-run", set_to_.dry_run);
  }

  Result<Command> parse() {
    try {
      std::vector<std::string> reversed(arguments_.rbegin(), arguments_.rend());
      app_.parse(reversed);
    } catch (const CLI::ParseError& error) {
      return usage(error.what());
    }
    return understand();
  }

 private:
  static tl::unexpected<Error> usage(std::string_view what) {
    return fail(Error::usage(fmt::format("{} (`rowferry --help` shows what there is)", what)));
  }

  Result<Command> understand() {
    if (help_) return PrintCommand{help_text()};
    if (version_) return PrintCommand{version_text()};
    for (const CLI::App* command : {run_, check_, decode_, show_, set_, position_, static_cast<CLI::App*>(&app_)}) {
      if (command != &app_ && !command->parsed()) continue;
      if (const std::vector<std::string> extras = command->remaining(); !extras.empty()) {
        return usage(unexpected(*command, extras));
      }
    }
    if (run_->parsed()) return RunCommand{run_flags_.source()};
    if (check_->parsed()) return CheckCommand{check_flags_.source()};
    if (decode_->parsed()) return decode();
    if (show_->parsed()) {
      shown_.config = show_flags_.source();
      return shown_;
    }
    if (set_->parsed()) return position_set();
    return usage(position_->parsed() ? "`rowferry position` needs show or set" : "no command");
  }

  Result<Command> decode() {
    if (decoded_.files.empty()) return usage("`rowferry decode` needs a binlog file, or - for standard input");
    if (statements_ != "fail" && statements_ != "warn") return usage("--statements is fail or warn");
    decoded_.pass_over_statements = statements_ == "warn";
    for (const auto& [option, text, bound] :
         {std::tuple("--from", &from_, &decoded_.range.from), std::tuple("--to", &to_, &decoded_.range.to)}) {
      if (text->empty()) continue;
      const Result<LogBound> parsed = parse_log_bound(*text, decoded_.files);
      if (!parsed) return usage(fmt::format("{}: {}", option, parsed.error().message));
      *bound = *parsed;
    }
    return decoded_;
  }

  Result<Command> position_set() {
    if (file_.empty() != offset_.empty()) return usage("--file and --pos go together");
    const int targets = (gtid_.empty() ? 0 : 1) + (file_.empty() ? 0 : 1) + (time_.empty() ? 0 : 1) + (now_ ? 1 : 0) +
                        (earliest_ ? 1 : 0);
    if (targets != 1) {
      return usage("`rowferry position set` needs one of --gtid SET, --file F --pos N, --time T, --now, --earliest");
    }
    set_to_.config = set_flags_.source();
    if (now_) set_to_.start = "now";
    if (earliest_) set_to_.start = "earliest";
    if (!gtid_.empty()) set_to_.start = "gtid:" + gtid_;
    if (!file_.empty()) set_to_.start = file_ + ":" + offset_;
    if (!time_.empty()) {
      set_to_.from_time_us = parse_time(time_);
      if (!set_to_.from_time_us) {
        return usage(
            fmt::format("--time {} is no time: write 2024-02-29T12:34:56Z, with a fraction or an offset such as "
                        "+02:00 if need be",
                        json_string(time_)));
      }
    }
    return set_to_;
  }

  const std::vector<std::string>& arguments_;
  CLI::App app_;
  CLI::App* run_ = app_.add_subcommand("run");
  CLI::App* check_ = app_.add_subcommand("check");
  CLI::App* decode_ = app_.add_subcommand("decode");
  CLI::App* position_ = app_.add_subcommand("position");
  CLI::App* show_ = position_->add_subcommand("show");
  CLI::App* set_ = position_->add_subcommand("set");
  ConfigFlags run_flags_{*run_, arguments_};
  ConfigFlags check_flags_{*check_, arguments_};
  ConfigFlags show_flags_{*show_, arguments_};
  ConfigFlags set_flags_{*set_, arguments_};

  bool help_ = false;
  bool version_ = false;
  DecodeCommand decoded_;
  std::string statements_ = "fail";
  std::string from_, to_;
  PositionShowCommand shown_;
  PositionSetCommand set_to_;
  std::string gtid_, file_, offset_, time_;
  bool now_ = false;
  bool earliest_ = false;
};

} // namespace

Result<Command> parse_command_line(const std::vector<std::string>& arguments) { return CommandLine(arguments).parse(); }

} // namespace rowferry
