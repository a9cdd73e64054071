// A connection to MySQL or MariaDB. It hands out rows of text and raw events; the client library's header is included
// behind it alone (src/source/client_library.hpp).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/error.hpp>
#include <rowferry/binlog/event.hpp>
#include <rowferry/gtid/position.hpp>
#include <rowferry/source/settings.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

using SqlRow = std::vector<std::optional<std::string>>;

/// One thread, but for interrupt().
class Connection {
 public:
  /// Connects and logs in to one endpoint. Errors name the endpoint, and are retriable or final (wrong password, TLS
  /// refused by mode, unknown authentication plugin: final; unreachable, too many connections, starting up: retriable).
  /// A server that sends nothing for `silence` (0: settings.silence_limit()) counts as dead in every later call.
  /// Option files and the environment of the client library are not read.
  static Result<std::unique_ptr<Connection>> open(const SourceSettings& settings, const Endpoint& endpoint,
                                                  std::chrono::seconds silence = std::chrono::seconds{0});
  /// Closes without waiting for the server.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// All rows. Errors carry the server's text and are classified as in PROTOCOL.md 4.2.
  Result<std::vector<SqlRow>> query(std::string_view sql);
  /// The first value of the first row; nullopt for no row or NULL.
  Result<std::optional<std::string>> query_value(std::string_view sql);
  [[nodiscard]] std::string quote(std::string_view text) const; ///< 'text', escaped
  /// The server's or the client library's number of the error that the last call returned.
  [[nodiscard]] unsigned error_code() const noexcept;

  /// Sends COM_BINLOG_DUMP or COM_BINLOG_DUMP_GTID; no query() afterwards. The session variables were set before.
  /// `non_blocking`: the stream ends at the end of the log. A refusal arrives with the first next_event().
  Result<void> dump(const FileOffset& from, std::uint32_t server_id, bool non_blocking);
  Result<void> dump(const GtidSet& executed, std::uint32_t server_id, bool non_blocking);
  /// The next event, valid until the next call; empty: end of a non-blocking dump. Waits while the server is silent no
  /// longer than `silence` of open(), and then fails retriably. Memory: see PacketReader; where the library has to read
  /// (see open_wire), an event is held whole whatever its type.
  Result<binlog::RawEvent> next_event();
  /// As EventSource::has_more(); false where the library reads.
  [[nodiscard]] bool has_more() noexcept;

  /// Any thread, as long as the object lives: makes the call that waits on the network, and every later one, fail soon
  /// and retriably.
  void interrupt() noexcept;
  [[nodiscard]] const Endpoint& endpoint() const noexcept;
  /// The account that the server chose, as CURRENT_USER() shows it: "cdc@%".
  [[nodiscard]] const std::string& account() const noexcept;
  [[nodiscard]] bool mariadb() const noexcept;
  [[nodiscard]] bool tls() const noexcept;

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Client library and version, for --version and the log.
std::string client_library();

} // namespace rowferry
