// The client library: libmysqlclient, or MariaDB Connector/C where the distribution ships that instead (DESIGN section
// 3, "Transport"). They differ in TLS options, in how a dump is asked for and in how an event is read; everything else
// is the same API. Included by connection.cpp and the client_library files alone.
#pragma once

#include <mysql.h>

#include <chrono>
#include <memory>
#include <optional>
#include <rowferry/base/bytes.hpp>
#include <rowferry/source/settings.hpp>
#include <string>
#include <vector>

#include "source/wire.hpp"

#if defined(MARIADB_BASE_VERSION) || defined(MARIADB_PACKAGE_VERSION)
#define ROWFERRY_CONNECTOR_C 1
#endif

namespace rowferry {

/// Once a process, and once a thread that uses the library.
void initialise_library();

/// Whether the mode looks at certificates.
inline bool verifies(TlsMode mode) noexcept { return mode == TlsMode::verify_ca || mode == TlsMode::verify_identity; }

template <class T>
void set_option(MYSQL* mysql, mysql_option option, const T& value) {
  mysql_options(mysql, option, &value);
}
inline void set_text_option(MYSQL* mysql, mysql_option option, const std::string& value) {
  if (!value.empty()) mysql_options(mysql, option, value.c_str());
}

/// All options of a connection to be made; one that is silent for `silence` counts as dead.
void set_options(MYSQL* mysql, const SourceSettings& settings, const Endpoint& endpoint, const TlsSettings& tls,
                 std::chrono::seconds silence);

// What differs.

/// With what to connect first where TLS is preferred, and whether that failed because the server has none.
TlsSettings first_attempt(TlsSettings tls, const Endpoint& endpoint);
bool server_has_no_tls(MYSQL* mysql);
void set_tls(MYSQL* mysql, const TlsSettings& tls);
void set_authentication(MYSQL* mysql);
int socket_of(MYSQL* mysql);

/// The connection's bytes below the library, which reads no more from then on; null where it does not let us at them
/// (the TLS of libmysqlclient, or of a Connector/C that is not built with OpenSSL).
std::unique_ptr<Wire> open_wire(MYSQL* mysql, int socket, bool tls, std::chrono::seconds silence);

/// COM_BINLOG_DUMP or COM_BINLOG_DUMP_GTID.
class LibraryDump {
 public:
  struct Request {
    bool by_gtid = false;
    std::uint32_t offset = 4;
    std::uint32_t server_id = 0;
    unsigned flags = 0;
    std::string file;
    std::vector<std::uint8_t> gtids; ///< as the protocol encodes a set
  };
  LibraryDump(MYSQL* mysql, Request request);

  /// False: mysql_errno() says why.
  bool send();
  /// Of the answer's first packet: a set of a million intervals is sent in two.
  [[nodiscard]] std::uint8_t next_sequence() const noexcept { return static_cast<std::uint8_t>(mysql_->net.pkt_nr); }
  /// The next packet through the library, status byte included; valid until the next call, empty at the end. nullopt:
  /// mysql_errno() says why.
  std::optional<Bytes> read();

 private:
  MYSQL* mysql_;
  Request request_;
#ifndef ROWFERRY_CONNECTOR_C
  MYSQL_RPL rpl_{};
#endif
};

} // namespace rowferry
