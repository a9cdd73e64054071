// One declaration per scalar option: its path, its help, its default, and how its text becomes a member of Config.
#pragma once

#include <rowferry/config/config.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/value_parsers.hpp"

namespace rowferry {

struct Option {
  std::string_view path;
  std::string_view help;
  std::string_view default_text;
  Complaint (*set)(Config& config, std::string_view value);
  /// Kept as written and expanded at every use; never shown.
  bool secret = false;
};
std::span<const Option> options();
/// Null when there is none.
const Option* find_option(std::string_view path);

/// Known to the contract, not in this version: an error that says what works instead.
struct LaterOption {
  std::string_view path;
  std::string_view advice;
};
std::span<const LaterOption> later_options();
const LaterOption* find_later_option(std::string_view path);

/// "source.tls.mode" -> "ROWFERRY_SOURCE_TLS_MODE".
std::string environment_name(std::string_view path);
/// The nearest of all option paths (and `outbox`, `tables`), or "".
std::string nearest_option(std::string_view path);

} // namespace rowferry
