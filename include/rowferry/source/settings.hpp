// How to reach the source.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <rowferry/base/error.hpp>
#include <rowferry/base/secret.hpp>
#include <rowferry/gtid/gtid.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

enum class TlsMode : std::uint8_t {
  disabled,
  preferred,       ///< TLS when the server has it, else in clear; certificates are not looked at
  required,        ///< TLS or nothing; certificates are not looked at
  verify_ca,       ///< required, and `ca` signed the server's certificate
  verify_identity, ///< verify_ca, and the certificate names the host
};

struct TlsSettings {
  TlsMode mode = TlsMode::preferred;
  std::string ca; ///< PEM files; empty: none. `ca` is needed by the verifying modes and unused by the others
  std::string cert;
  std::string key;
};

struct Endpoint {
  std::string host; ///< "" with a socket
  std::uint16_t port = 3306;
  std::string socket; ///< path of a Unix socket
  bool operator==(const Endpoint&) const = default;
  /// "127.0.0.1:3306", "[::1]:3306", "socket /run/…".
  [[nodiscard]] std::string text() const;
};

struct SourceSettings {
  std::vector<Endpoint> endpoints; ///< tried in this order at every connect
  std::string user;
  /// Read again at every connect, so that a rotated secret is picked up. Empty function: no password.
  std::function<Result<Secret>()> password;
  TlsSettings tls;
  std::uint32_t server_id = 0;
  Uuid replica_uuid;
  std::chrono::milliseconds heartbeat{2000};
  std::chrono::milliseconds connect_timeout{5000};

  /// How long the server may be silent before the connection counts as dead: three heartbeats, in whole seconds (the
  /// client libraries know no finer unit), at least two.
  [[nodiscard]] std::chrono::seconds silence_limit() const noexcept;
};

/// `mysql://user@h1:3306,h2:3306`, `mysql://user@/?socket=/run/mysqld/mysqld.sock`, IPv6 in brackets, percent-escapes
/// in the user and the socket. A password in the URL is an error: it would show in logs and `ps`.
struct SourceUrl {
  std::string user;
  std::vector<Endpoint> endpoints;
};
Result<SourceUrl> parse_source_url(std::string_view url);

/// Stable, derived from the connector's name: server_id in [2^31, 2^32), a version 8 UUID.
std::uint32_t derive_server_id(std::string_view name) noexcept;
Uuid derive_replica_uuid(std::string_view name) noexcept;

} // namespace rowferry
