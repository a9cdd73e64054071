// The environment and the command line, which win over the file.
#include <fmt/format.h>

#include <algorithm>
#include <rowferry/base/text.hpp>

#include "config/gathered.hpp"
#include "config/options.hpp"
#include "config/references.hpp"

namespace rowferry {
namespace {

constexpr std::string_view kPrefix = "ROWFERRY_";

/// librdkafka's property names are in lower case with dots.
std::string kafka_property(std::string_view variable_tail) {
  std::string property;
  for (const char c : variable_tail) {
    property += c == '_' ? '.' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return property;
}

/// Variables of all options, present and later ones.
std::map<std::string, std::string, std::less<>> option_variables() {
  std::map<std::string, std::string, std::less<>> paths;
  for (const Option& option : options()) paths.emplace(environment_name(option.path), option.path);
  for (const LaterOption& option : later_options()) paths.emplace(environment_name(option.path), option.path);
  return paths;
}

/// ROWFERRY_SOURCE_…: a section's name and an underscore; or a list's name.
bool names_a_section(std::string_view variable, const std::map<std::string, std::string, std::less<>>& known) {
  for (const std::string_view list : {"ROWFERRY_OUTBOX", "ROWFERRY_TABLES"}) {
    if (variable == list || variable.starts_with(std::string(list) + "_")) return true;
  }
  return std::any_of(known.begin(), known.end(), [&](const auto& one) {
    const std::size_t dot = one.second.find('.');
    return dot != std::string::npos && variable.starts_with(environment_name(one.second.substr(0, dot)) + "_");
  });
}

bool is_slip(std::string_view variable, std::string_view known) {
  return edit_distance(variable, known) <= (known.size() - kPrefix.size()) / 4;
}

/// Properties that hold a password or a private key.
bool is_secret(std::string_view path) {
  if (const Option* option = find_option(path)) return option->secret;
  return path.ends_with("password") || path.ends_with("secret") || path.ends_with("key.pem") ||
         path.ends_with(".jaas.config");
}

} // namespace

void gather_environment(const std::map<std::string, std::string>& variables, Gathered& gathered) {
  static const auto known = option_variables();
  static const std::string kafka_prefix = environment_name(kKafkaPropertyPrefix);
  std::vector<std::string_view> names;
  for (const auto& [name, path] : known) names.push_back(name);

  for (const auto& [variable, value] : variables) {
    if (!variable.starts_with(kPrefix)) continue;
    const ConfigPlace place{variable, 0};
    if (const auto found = known.find(variable); found != known.end()) {
      if (const LaterOption* later = find_later_option(found->second)) {
        gathered.problem(place, std::string(later->advice));
      } else {
        gathered.give(found->second, {value, place, Layer::environment});
      }
    } else if (variable.starts_with(kafka_prefix) && variable.size() > kafka_prefix.size()) {
      const std::string property = kafka_property(std::string_view(variable).substr(kafka_prefix.size()));
      gathered.give(std::string(kKafkaPropertyPrefix) + property, {value, place, Layer::environment});
    } else {
      const std::string_view near = nearest(variable, names);
      if (names_a_section(variable, known) || (!near.empty() && is_slip(variable, near))) {
        gathered.problem(place, near.empty() ? "is the variable of no option"
                                             : fmt::format("is the variable of no option; did you mean {}?", near));
      }
    }
  }
}

void gather_flags(const std::map<std::string, std::string>& flags, Gathered& gathered) {
  for (const auto& [path, value] : flags) {
    const ConfigPlace place{"--" + path, 0};
    const bool property = path.starts_with(kKafkaPropertyPrefix) && path.size() > kKafkaPropertyPrefix.size();
    if (const LaterOption* later = find_later_option(path)) {
      gathered.problem(place, std::string(later->advice));
    } else if (!property && find_option(path) == nullptr) {
      const std::string near = nearest_option(path);
      gathered.problem(place, near.empty() ? "is no option" : fmt::format("is no option; did you mean --{}?", near));
    } else if (is_secret(path) && !only_references(value)) {
      gathered.problem(
          place,
          "shows a secret to everybody who may list processes: give '${VAR}' or '${file:/path}', here or in the file");
    } else {
      gathered.give(path, {value, place, Layer::flags});
    }
  }
}

} // namespace rowferry
