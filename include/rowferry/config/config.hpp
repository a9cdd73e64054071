// The configuration, typed; and every problem of it at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/base/secret.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// A value that may hold ${VAR} or ${file:…}: expanded once for checking, and again at every use.
struct SecretText {
  std::string raw; ///< as configured; safe to show only when it holds nothing but references
  [[nodiscard]] Result<Secret> expand() const;
};

struct HeaderConfig {
  std::string name;
  std::string value;
};

struct OutboxConfig {
  int line = 0;
  std::vector<std::string> tables;
  std::map<std::string, std::string> columns; ///< id, type, payload, aggregate_id, aggregate_type -> column name
  std::optional<std::string> topic, key, partition;
  std::vector<HeaderConfig> headers;
  bool commit_timestamp = false;
  std::optional<std::string> invalid_text; ///< unset: the source's
};

struct TableConfig {
  int line = 0;
  std::vector<std::string> include, exclude;
  std::string format = "plain";
  std::optional<std::string> topic, key, partition;
  std::vector<HeaderConfig> headers;
  bool id_header = false;
  bool commit_timestamp = false;
  std::optional<std::string> invalid_text;
};

struct Config {
  std::string name;
  struct Source {
    std::string url;
    SecretText password;
    struct Tls {
      std::string mode = "preferred";
      std::string ca, cert, key;
    } tls;
    std::string start = "now";
    std::string statements = "fail";     ///< fail | warn
    std::string invalid_text = "base64"; ///< base64 | replace | fail
    std::optional<std::uint32_t> server_id;
    std::optional<std::string> server_uuid;
    std::chrono::milliseconds heartbeat{2000};
    std::chrono::milliseconds connect_timeout{5000};
  } source;
  std::vector<OutboxConfig> outbox;
  std::vector<TableConfig> tables;
  struct Sink {
    /// `none`: not configured, which is a problem.
    enum class Kind : std::uint8_t { none, kafka, standard_output, discard } kind = Kind::none;
    std::map<std::string, std::string> kafka; ///< librdkafka properties, expanded; empty for another kind
    std::string stdout_format = "json";       ///< json | payload
    bool topics_create = true;
    std::optional<int> topics_partitions, topics_replication;
  } sink;
  std::string checkpoint_file;          ///< "./<name>.checkpoint" when not configured
  std::optional<std::uint32_t> workers; ///< threads that encode; by the number of cores when not configured
  std::chrono::milliseconds shutdown_timeout{15000};
  std::string log_level = "info";
  std::string log_file; ///< empty: stderr; SIGHUP reopens it
};

/// Where a value was given: `name` as its author wrote it (`outbox[0].topic`, `--source.url`, `ROWFERRY_SOURCE_URL`),
/// and the line in the file (0: not from a file).
struct ConfigPlace {
  std::string name;
  int line = 0;
};

/// One problem: the place, what is wrong, what to do. Never the expansion of a reference, never a password.
struct ConfigProblem {
  std::string path;
  int line = 0;
  std::string text;
  /// "outbox[0].topic (line 9): …".
  [[nodiscard]] std::string message() const;
  /// The order of the file; what no line caused comes last.
  static bool earlier(const ConfigProblem& a, const ConfigProblem& b) noexcept;
  bool operator==(const ConfigProblem&) const = default;
};

struct ConfigResult {
  Config config;                             ///< usable only without problems
  std::vector<ConfigProblem> problems;       ///< in the order of the file; what no line caused comes last
  std::map<std::string, ConfigPlace> places; ///< dotted path -> where its value was given

  /// For problems that other modules find: `text` about the value at the dotted path, with its place.
  [[nodiscard]] ConfigProblem problem_at(const std::string& path, std::string text) const;
};

/// One option: its dotted path, its one-line help, its default. The flag is `--<path>`, the variable `ROWFERRY_<PATH>`
/// with dots as underscores, in upper case.
struct OptionDescription {
  std::string path;
  std::string help;
  std::string default_text; ///< "" where there is none
};
/// Every scalar option, in the order of the documentation: for flags, --help and docs/config.md.
const std::vector<OptionDescription>& option_descriptions();
/// librdkafka properties are options too: this prefix and the property's name.
inline constexpr std::string_view kKafkaPropertyPrefix = "sink.kafka.";

/// `yaml_text` of `file_name` (may be empty: no file), then `environment` (ROWFERRY_… only), then `flags` (dotted path
/// -> value): the later wins. Contacts nobody. Checks everything that can be checked without a peer; librdkafka's
/// properties, templates, `source.url`, `source.start` and `source.server_uuid` are checked by their own modules.
///
/// A variable of `environment` is an error when its name begins like an option (`ROWFERRY_SOURCE_`, …) or differs from
/// one by a slip (one letter in four), and is none; others (`ROWFERRY_CACHE`) are not for us.
ConfigResult load_config(std::string_view file_name, std::string_view yaml_text,
                         const std::map<std::string, std::string>& environment,
                         const std::map<std::string, std::string>& flags);

/// Expands ${VAR} and ${file:/path} (one newline at the end of the file left out); `$${` is a literal `${`. The error
/// names the variable or the path, never the value. Files are regular ones of at most 1 MiB.
Result<std::string> expand_references(std::string_view text);

} // namespace rowferry
