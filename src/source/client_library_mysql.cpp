// libmysqlclient.
#include "source/client_library.hpp"

#ifndef ROWFERRY_CONNECTOR_C
#include <fmt/format.h>

#include <rowferry/source/connection.hpp>

namespace rowferry {

TlsSettings first_attempt(TlsSettings tls, const Endpoint&) { return tls; }

bool server_has_no_tls(MYSQL*) { return false; } // the library itself goes on without, with the server's RSA key

void set_tls(MYSQL* mysql, const TlsSettings& tls) {
  const unsigned mode = [&]() -> unsigned {
    switch (tls.mode) {
      case TlsMode::disabled:
        return SSL_MODE_DISABLED;
      case TlsMode::preferred:
        return SSL_MODE_PREFERRED;
      case TlsMode::required:
        return SSL_MODE_REQUIRED;
      case TlsMode::verify_ca:
        return SSL_MODE_VERIFY_CA;
      case TlsMode::verify_identity:
        return SSL_MODE_VERIFY_IDENTITY;
    }
    return SSL_MODE_VERIFY_IDENTITY;
  }();
  set_option(mysql, MYSQL_OPT_SSL_MODE, mode);
  if (tls.mode == TlsMode::disabled) return;
  set_text_option(mysql, MYSQL_OPT_SSL_CERT, tls.cert);
  set_text_option(mysql, MYSQL_OPT_SSL_KEY, tls.key);
  if (verifies(tls.mode)) set_text_option(mysql, MYSQL_OPT_SSL_CA, tls.ca);
}

void set_authentication(MYSQL* mysql) {
  const bool yes = true;
  set_option(mysql, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, yes); // caching_sha2_password without TLS
}

int socket_of(MYSQL* mysql) { return mysql->net.fd; }

std::unique_ptr<Wire> open_wire(MYSQL*, int socket, bool tls, std::chrono::seconds silence) {
  return tls ? nullptr : open_socket_wire(socket, silence);
}

LibraryDump::LibraryDump(MYSQL* mysql, Request request) : mysql_(mysql), request_(std::move(request)) {}

bool LibraryDump::send() {
  rpl_.file_name = request_.file.data();
  rpl_.file_name_length = request_.file.size();
  rpl_.start_position = request_.offset;
  rpl_.server_id = request_.server_id;
  rpl_.flags = request_.flags;
  if (request_.by_gtid) {
    rpl_.flags |= MYSQL_RPL_GTID;
    rpl_.gtid_set_encoded_size = request_.gtids.size();
    rpl_.gtid_set_arg = request_.gtids.data();
    rpl_.fix_gtid_set = nullptr; // gtid_set_arg is the encoded set itself
  }
  return mysql_binlog_open(mysql_, &rpl_) == 0;
}

std::optional<Bytes> LibraryDump::read() {
  if (mysql_binlog_fetch(mysql_, &rpl_) != 0) return std::nullopt;
  if (rpl_.size == 0) return Bytes{};
  return Bytes{rpl_.buffer, rpl_.size};
}

std::string client_library() { return fmt::format("libmysqlclient {}", mysql_get_client_info()); }

} // namespace rowferry

#endif
