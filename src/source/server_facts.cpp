#include <rowferry/source/server_facts.hpp>

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace rowferry {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

std::string_view find(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string_view{} : std::string_view(found->second);
}

template <class T>
T number(std::string_view text) noexcept {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// One query for all versions: a variable that a server does not know is absent instead of an error.
Result<Variables> read_variables(Connection& connection) {
  auto rows = connection.query(
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'server_uuid', 'server_id', 'log_bin', "
      "'binlog_format', "
      "'binlog_row_image', 'binlog_row_metadata', 'binlog_row_value_options', 'gtid_mode', "
      "'binlog_expire_logs_seconds', 'expire_logs_days', "
      "'lower_case_table_names', 'innodb_native_foreign_keys')");
  if (!rows) return fail(std::move(rows.error()));
  Variables variables;
  for (SqlRow& row : *rows) {
    if (row.size() >= 2 && row[0] && row[1]) variables[*row[0]] = *row[1];
  }
  return variables;
}

// "9.7.4-2" is 90704.
std::uint32_t version_number(std::string_view text) noexcept {
  std::uint32_t parts[3] = {0, 0, 0};
  const char* p = text.data();
  const char* const end = p + text.size();
  for (std::uint32_t& part : parts) {
    const auto [next, error] = std::from_chars(p, end, part);
    if (error != std::errc{} || next == end || *next != '.') break;
    p = next + 1;
  }
  return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

Result<GtidSet> read_gtids(Connection& connection, std::string_view sql) {
  auto text = connection.query_value(sql);
  if (!text) return fail(std::move(text.error()));
  return GtidSet::parse(text->value_or(""));
}

std::uint64_t expire_seconds(const Variables& variables) {
  const auto seconds = number<std::uint64_t>(find(variables, "binlog_expire_logs_seconds"));
  constexpr double kDay = 86400;
  if (seconds != 0) return seconds;
  return static_cast<std::uint64_t>(number<double>(find(variables, "expire_logs_days")) * kDay);
}

// The statement was renamed in 8.2, and the old name went away in 8.4.
Result<std::vector<SqlRow>> show_status(Connection& connection) {
  auto rows = connection.query("SHOW BINARY LOG STATUS");
  constexpr unsigned kParseError = 1064;
  if (rows || connection.error_code() != kParseError) return rows;
  return connection.query("SHOW MASTER STATUS");
}

tl::unexpected<Error> logging_is_off(const Connection& connection) {
  return fail(Error::source_fatal(fmt::format(
      "source {}: binary logging is off: set log_bin in my.cnf and restart the server", connection.endpoint().text())));
}

} // namespace

Result<ServerFacts> read_server_facts(Connection& connection) {
  const auto variables = read_variables(connection);
  if (!variables) return fail(variables.error());
  ServerFacts facts;
  facts.version = find(*variables, "version");
  facts.version_number = version_number(facts.version);
  facts.mariadb = connection.mariadb();
  facts.uuid = find(*variables, "server_uuid");
  facts.server_id = number<std::uint32_t>(find(*variables, "server_id"));
  facts.log_bin = find(*variables, "log_bin") == "ON";
  facts.binlog_format = find(*variables, "binlog_format");
  facts.row_image = find(*variables, "binlog_row_image");
  facts.row_metadata = find(*variables, "binlog_row_metadata");
  facts.row_value_options = find(*variables, "binlog_row_value_options");
  facts.gtid_mode = find(*variables, "gtid_mode");
  facts.expire_seconds = expire_seconds(*variables);
  facts.lower_case_table_names = number<int>(find(*variables, "lower_case_table_names"));
  facts.cascades_logged = find(*variables, "innodb_native_foreign_keys") == "OFF";
  if (facts.gtid_mode.empty()) return facts;
  // Not from SHOW VARIABLES, which cuts long values. `purged` first: what is purged in between is in `executed`.
  auto purged = read_gtids(connection, "SELECT @@GLOBAL.gtid_purged");
  if (!purged) return fail(std::move(purged.error()));
  auto executed = read_gtids(connection, "SELECT @@GLOBAL.gtid_executed");
  if (!executed) return fail(std::move(executed.error()));
  facts.purged = std::move(*purged);
  facts.executed = std::move(*executed);
  return facts;
}

Result<Position> current_position(Connection& connection) {
  auto rows = show_status(connection);
  if (!rows) return fail(std::move(rows.error()));
  if (rows->empty() || rows->front().size() < 2 || !rows->front()[0]) return logging_is_off(connection);
  const SqlRow& row = rows->front();
  Position position;
  position.at = {*row[0], number<std::uint64_t>(row[1].value_or(""))};
  if (connection.mariadb() || row.size() < 5) return position;
  auto executed = GtidSet::parse(row[4].value_or(""));
  if (!executed) return fail(std::move(executed.error()));
  position.executed = std::move(*executed);
  return position;
}

Result<std::vector<BinlogFile>> list_binlogs(Connection& connection) {
  constexpr unsigned kLoggingOff = 1381;
  auto rows = connection.query("SHOW BINARY LOGS");
  if (!rows) {
    if (connection.error_code() == kLoggingOff) return logging_is_off(connection);
    return fail(std::move(rows.error()));
  }
  std::vector<BinlogFile> files;
  for (const SqlRow& row : *rows) {
    if (row.size() >= 2 && row[0]) files.push_back({*row[0], number<std::uint64_t>(row[1].value_or(""))});
  }
  if (files.empty()) return logging_is_off(connection);
  return files;
}

} // namespace rowferry
