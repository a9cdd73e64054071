#include "source/wire.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>

namespace rowferry {
namespace {

void set_blocking(int socket, bool blocking) noexcept {
  const int flags = ::fcntl(socket, F_GETFL);
  if (flags >= 0) ::fcntl(socket, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

// A read that waits for `silence`, and no longer, costs one system call. What fails here shows when it is read.
void block(int socket, std::chrono::seconds silence) {
  set_blocking(socket, true);
  timeval limit{};
  limit.tv_sec = silence.count();
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

Error silent(std::chrono::seconds limit) {
  return Error::source_retriable(fmt::format("the server sent nothing for {} s, not even a heartbeat", limit.count()));
}
Error closed() { return Error::source_retriable("the server closed the connection"); }
Error lost(int problem) {
  return Error::source_retriable(fmt::format(
      "the connection was lost: {}", std::strerror(problem))); // NOLINT(concurrency-mt-unsafe): of a known error
}

// At the end of what the peer sends, too: read() says so at once.
bool has_arrived(int socket) noexcept {
  pollfd asked{socket, POLLIN, 0};
  return ::poll(&asked, 1, 0) > 0;
}

class SocketWire final : public Wire {
 public:
  SocketWire(int socket, std::chrono::seconds silence) : socket_(socket), silence_(silence) { block(socket, silence); }

  Result<std::size_t> read(std::uint8_t* to, std::size_t room) override {
    for (;;) {
      const ssize_t got = ::recv(socket_, to, room, 0);
      if (got > 0) return static_cast<std::size_t>(got);
      if (got == 0) return fail(closed());
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return fail(silent(silence_));
      return fail(lost(errno));
    }
  }
  [[nodiscard]] bool is_ready() noexcept override { return has_arrived(socket_); }

 private:
  int socket_;
  std::chrono::seconds silence_;
};

class TlsWire final : public Wire {
 public:
  TlsWire(SSL* ssl, int socket, std::chrono::seconds silence) : ssl_(ssl), socket_(socket), silence_(silence) {
    block(socket, silence);
    SSL_set_read_ahead(ssl, 1); // else each record costs two system calls, one for its five bytes of header
  }

  Result<std::size_t> read(std::uint8_t* to, std::size_t room) override {
    if (lost_) return fail(*lost_);
    const int most = static_cast<int>(std::min<std::size_t>(room, std::numeric_limits<int>::max()));
    for (;;) {
      ERR_clear_error();
      errno = 0;
      const int got = SSL_read(ssl_, to, most);
      if (got > 0) return static_cast<std::size_t>(got);
      const int problem = errno;
      if (SSL_get_error(ssl_, got) == SSL_ERROR_WANT_READ && problem != EINTR) return fail(silent(silence_));
      if (problem != EINTR) return fail(reason(got, problem));
    }
  }
  // What has arrived may be a part of a record, or none of the data. OpenSSL tells but once why a session broke.
  [[nodiscard]] bool is_ready() noexcept override {
    if (lost_ || SSL_pending(ssl_) > 0) return true;
    if (SSL_has_pending(ssl_) == 0 && !has_arrived(socket_)) return false;
    set_blocking(socket_, false);
    ERR_clear_error();
    errno = 0;
    char byte = 0;
    const int got = SSL_peek(ssl_, &byte, 1);
    const int problem = errno;
    const bool waits = got <= 0 && (SSL_get_error(ssl_, got) == SSL_ERROR_WANT_READ || problem == EINTR);
    if (got <= 0 && !waits) lost_ = reason(got, problem);
    set_blocking(socket_, true);
    return !waits;
  }

 private:
  /// Why a read that got nothing will get nothing any more.
  Error reason(int got, int problem) const {
    switch (SSL_get_error(ssl_, got)) {
      case SSL_ERROR_ZERO_RETURN:
        return closed();
      case SSL_ERROR_SYSCALL:
        return problem == 0 ? closed() : lost(problem);
      default:
        return broken();
    }
  }
  static Error broken() {
    const char* const text = ERR_reason_error_string(ERR_peek_error());
    return Error::source_retriable(
        fmt::format("the TLS connection was lost: {}", text == nullptr ? "no reason given" : text));
  }

  SSL* ssl_;
  int socket_;
  std::chrono::seconds silence_;
  std::optional<Error> lost_; // found out by is_ready()
};

} // namespace

std::unique_ptr<Wire> open_socket_wire(int socket, std::chrono::seconds silence) {
  return std::make_unique<SocketWire>(socket, silence);
}

std::unique_ptr<Wire> open_tls_wire(void* ssl, int socket, std::chrono::seconds silence) {
  return std::make_unique<TlsWire>(static_cast<SSL*>(ssl), socket, silence);
}

void break_off(int socket) noexcept {
  const linger reset{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::shutdown(socket, SHUT_RDWR);
}

} // namespace rowferry
