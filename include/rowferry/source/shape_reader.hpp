// The definition of a table at a place in the log, from the server's information_schema (docs/adr/0007).
#pragma once

#include <memory>
#include <rowferry/schema/table_definition.hpp>
#include <rowferry/source/server_facts.hpp>
#include <rowferry/source/settings.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// Reads what a table is now, and then the log from the asked place to its end: only when no statement in between may
/// have changed the table was it the same there. What was read of the log is not read again for the next question. Has
/// connections of its own, which disturb no stream. One thread, but for interrupt().
class ShapeReader {
 public:
  /// `settings` outlives it.
  explicit ShapeReader(const SourceSettings& settings);
  ~ShapeReader();

  /// The stream comes from this server from now on; places are in its log.
  void use(const std::string& endpoint, const ServerFacts& server);

  /// Blocks. Status 5, with the definition and the statement's place: the table was changed behind `at`. Status 3: the
  /// account may not see the table. Retriable: the server is away.
  Result<TableDefinition> read(std::string_view database, std::string_view table, const FileOffset& at);

  /// Any thread: makes read() fail soon and retriably.
  void interrupt() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What information_schema shows of one table now; no columns: the account does not see it.
Result<TableDefinition> read_table_definition(Connection& connection, std::string_view database,
                                              std::string_view table);

} // namespace rowferry
