// The bytes of a connection, below the client library.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <rowferry/base/error.hpp>

namespace rowferry {

/// Reads what the peer sends. One thread.
class Wire {
 public:
  virtual ~Wire() = default;
  /// Waits for bytes; at least one, at most `room`. Retriable: the peer closed, was silent beyond the limit, or is
  /// gone.
  virtual Result<std::size_t> read(std::uint8_t* to, std::size_t room) = 0;
  /// read() would not wait.
  [[nodiscard]] virtual bool is_ready() noexcept = 0;
};

/// `socket`, connected, is made to block and outlives the wire. `silence` is longer than 0.
std::unique_ptr<Wire> open_socket_wire(int socket, std::chrono::seconds silence);
/// The same through TLS: `ssl` is the OpenSSL session over that socket, and outlives the wire.
std::unique_ptr<Wire> open_tls_wire(void* ssl, int socket, std::chrono::seconds silence);

/// Ends a connection whose peer is sending: the last close() of `socket` will reset it. Closed in order, the peer could
/// go on waiting for room in our window, because libmysqlclient reads what has arrived before it closes, and so nothing
/// seems lost; and a MariaDB lets our next dump wait until this one has ended (net_write_timeout, 60 s).
void break_off(int socket) noexcept;

} // namespace rowferry
