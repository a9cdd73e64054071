// What the configuration says about tables, already free of syntax. Filled by `app` from the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rowferry {

/// What becomes of text that is invalid in its column's character set.
enum class InvalidText : std::uint8_t {
  as_stored, ///< `base64`: {"base64":…} in place of the string; the payload of an outbox as it is stored
  replace,   ///< U+FFFD in place of what is no character
  fail,
};

struct HeaderRule {
  std::string name;
  std::string value; ///< template
};

/// Names of the outbox's columns where they are not understood by themselves. Empty: look for the known names.
struct OutboxColumns {
  std::string id{};
  std::string type{};
  std::string payload{};
  std::string aggregate_id{};
  std::string aggregate_type{};
};

struct OutboxRule {
  std::string option;              ///< "outbox[0]", for messages
  std::vector<std::string> tables; ///< patterns as in `include`
  OutboxColumns columns;
  std::optional<std::string> topic; ///< templates; unset: the layout's default
  std::optional<std::string> key;
  std::optional<std::string> partition; ///< renders to a number
  std::vector<HeaderRule> headers;      ///< beside `id` and `type`
  bool commit_timestamp = false;        ///< `timestamp: commit`
  InvalidText invalid_text = InvalidText::as_stored;
};

struct TableRule {
  std::string option; ///< "tables[0]"
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::string topic; ///< template; "cdc.${database}.${table}" when not configured
  std::optional<std::string> key;
  std::optional<std::string> partition;
  std::vector<HeaderRule> headers;
  bool id_header = false; ///< `headers: {id: true}`
  bool commit_timestamp = false;
  InvalidText invalid_text = InvalidText::as_stored;
};

struct RoutingRules {
  std::vector<OutboxRule> outbox;
  std::vector<TableRule> tables;
  bool fold_case = false; ///< lower_case_table_names is 1 or 2: names are compared without case
};

} // namespace rowferry
