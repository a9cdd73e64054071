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
      "'binlog_expire_logs_seconds', 'expire_logs_days', 'max_binlog_total_size', 'hostname', 'port', "
      "'gtid_strict_mode', 'binlog_storage_engine', "
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

// Read one after the other, the later cannot lack what the earlier had. The state knows every server that wrote to the
// log, gtid_slave_pos what was applied without being logged.
Result<GtidSet> read_mariadb_gtids(Connection& connection) {
  auto applied = connection.query_value("SELECT @@GLOBAL.gtid_slave_pos");
  if (!applied) return fail(std::move(applied.error()));
  auto logged = connection.query_value("SELECT @@GLOBAL.gtid_binlog_state");
  if (!logged) return fail(std::move(logged.error()));
  auto set = MariadbGtidSet::parse_state(applied->value_or(""));
  if (!set) return fail(std::move(set.error()));
  const auto state = MariadbGtidSet::parse_state(logged->value_or(""));
  if (!state) return fail(state.error());
  set->add(*state);
  return GtidSet(std::move(*set));
}

std::string identity(const ServerFacts& facts, const Variables& variables) {
  if (!facts.mariadb) return std::string(find(variables, "server_uuid"));
  return fmt::format("{}@{}:{}", facts.server_id, find(variables, "hostname"), find(variables, "port"));
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

// Without offsets the end of the log is what it says of itself; else what it holds up to the offset.
Result<GtidSet> gtids_at(Connection& connection, const FileOffset& at) {
  auto text = connection.query_value(
      at.file.empty() ? std::string("SELECT @@GLOBAL.gtid_binlog_pos")
                      : fmt::format("SELECT BINLOG_GTID_POS({}, {})", connection.quote(at.file), at.offset));
  if (!text) return fail(std::move(text.error()));
  auto set = MariadbGtidSet::parse(text->value_or(""));
  if (!set) return fail(std::move(set.error()));
  return GtidSet(std::move(*set));
}

} // namespace

Result<ServerFacts> read_server_facts(Connection& connection) {
  const auto variables = read_variables(connection);
  if (!variables) return fail(variables.error());
  ServerFacts facts;
  facts.version = find(*variables, "version");
  facts.version_number = version_number(facts.version);
  facts.mariadb = connection.mariadb();
  facts.server_id = number<std::uint32_t>(find(*variables, "server_id"));
  facts.uuid = identity(facts, *variables);
  facts.log_bin = find(*variables, "log_bin") == "ON";
  facts.binlog_format = find(*variables, "binlog_format");
  facts.row_image = find(*variables, "binlog_row_image");
  facts.row_metadata = find(*variables, "binlog_row_metadata");
  facts.row_value_options = find(*variables, "binlog_row_value_options");
  facts.gtid_mode = find(*variables, "gtid_mode");
  facts.gtid_strict_mode = find(*variables, "gtid_strict_mode") == "ON";
  facts.expire_seconds = expire_seconds(*variables);
  facts.max_total_size = number<std::uint64_t>(find(*variables, "max_binlog_total_size"));
  facts.log_engine = find(*variables, "binlog_storage_engine");
  facts.lower_case_table_names = number<int>(find(*variables, "lower_case_table_names"));
  facts.cascades_logged = find(*variables, "innodb_native_foreign_keys") == "OFF";
  if (facts.mariadb) {
    auto executed = read_mariadb_gtids(connection);
    if (!executed) return fail(std::move(executed.error()));
    facts.executed = std::move(*executed);
  }
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

Result<Position> current_position(Connection& connection, const ServerFacts& server) {
  if (!server.has_offsets()) {
    auto executed = gtids_at(connection, {});
    if (!executed) return fail(std::move(executed.error()));
    return Position{{}, std::move(*executed)};
  }
  auto rows = show_status(connection);
  if (!rows) return fail(std::move(rows.error()));
  if (rows->empty() || rows->front().size() < 2 || !rows->front()[0]) return logging_is_off(connection);
  const SqlRow& row = rows->front();
  Position position;
  position.at = {*row[0], number<std::uint64_t>(row[1].value_or(""))};
  if (server.mariadb) {
    auto executed = gtids_at(connection, position.at);
    if (!executed) return fail(std::move(executed.error()));
    position.executed = std::move(*executed);
    return position;
  }
  if (row.size() < 5) return position;
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
