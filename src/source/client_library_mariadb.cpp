// MariaDB Connector/C.
#include "source/client_library.hpp"

#ifdef ROWFERRY_CONNECTOR_C
#include <fmt/format.h>

// What ma_pvio.h and ma_tls.h expect of whoever includes them; without HAVE_TLS they do not say what a TLS session is.
#define HAVE_TLS 1
using uchar = unsigned char;
#include <ma_pvio.h>
#include <mariadb_rpl.h> // packet_error
#include <rowferry/source/connection.hpp>
#include <string_view>

namespace rowferry {
namespace {

constexpr unsigned kBinlogDump = 0x12;
constexpr unsigned kBinlogDumpGtid = 0x1e;

template <unsigned N>
void put(std::vector<std::uint8_t>& to, std::uint64_t value) {
  for (unsigned i = 0; i < N; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

bool has_openssl() {
  const char* library = nullptr;
  mariadb_get_infov(nullptr, MARIADB_TLS_LIBRARY, static_cast<void*>(&library));
  return library != nullptr && std::string_view(library).starts_with("OpenSSL");
}

bool has_read_ahead(const MARIADB_PVIO& pvio) noexcept {
  return pvio.cache != nullptr && pvio.cache + pvio.cache_size > pvio.cache_pos;
}

} // namespace

// "TLS if there is any" is not left to the library: to a server without TLS its caching_sha2_password would send the
// password in clear, taking what was asked for as what is. So TLS is demanded first, and done without only where the
// server has none. A socket needs no encryption; libmysqlclient, too, does not try it there unless it is required.
TlsSettings first_attempt(TlsSettings tls, const Endpoint& endpoint) {
  if (tls.mode == TlsMode::preferred) tls.mode = endpoint.socket.empty() ? TlsMode::required : TlsMode::disabled;
  return tls;
}

bool server_has_no_tls(MYSQL* mysql) {
  constexpr unsigned kTlsError = 2026;
  return mysql_errno(mysql) == kTlsError &&
         std::string_view(mysql_error(mysql)).find("does not support") != std::string_view::npos;
}

void set_tls(MYSQL* mysql, const TlsSettings& tls) {
  if (tls.mode == TlsMode::disabled) return;
  const my_bool yes = 1;
  set_option(mysql, MYSQL_OPT_SSL_ENFORCE, yes);
  set_text_option(mysql, MYSQL_OPT_SSL_CERT, tls.cert);
  set_text_option(mysql, MYSQL_OPT_SSL_KEY, tls.key);
  if (verifies(tls.mode)) set_text_option(mysql, MYSQL_OPT_SSL_CA, tls.ca);
#if MARIADB_PACKAGE_VERSION_ID >= 30400
  // Verifies chain and host together or neither: verify_ca is as strict as verify_identity. On unless told otherwise.
  const my_bool verify = verifies(tls.mode) ? 1 : 0;
  set_option(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, verify);
#else
  // With a CA the chain is verified in the TLS handshake; with VERIFY_SERVER_CERT the host name, too.
  if (tls.mode == TlsMode::verify_identity) set_option(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, yes);
  // ENFORCE alone goes on in clear when the server offers no TLS. An expected fingerprint makes the library stop there,
  // before any secret was sent; an empty one is not compared. open() looks once more.
  mysql_optionsv(mysql, MARIADB_OPT_TLS_PEER_FP, static_cast<const void*>(""));
#endif
}

void set_authentication(MYSQL* mysql) {
  // Without the list a server that is not ours could ask for the password in clear.
  mysql_optionsv(mysql, MARIADB_OPT_RESTRICTED_AUTH,
                 static_cast<const void*>("caching_sha2_password,mysql_native_password,sha256_password,"
                                          "client_ed25519,parsec"));
}

int socket_of(MYSQL* mysql) { return mysql_get_socket(mysql); }

std::unique_ptr<Wire> open_wire(MYSQL* mysql, int socket, bool tls, std::chrono::seconds silence) {
  const MARIADB_PVIO* const pvio = mysql->net.pvio;
  if (pvio == nullptr || has_read_ahead(*pvio)) return nullptr;
  if (!tls) return open_socket_wire(socket, silence);
  if (!has_openssl() || pvio->ctls == nullptr || pvio->ctls->ssl == nullptr) return nullptr;
  return open_tls_wire(pvio->ctls->ssl, socket, silence);
}

LibraryDump::LibraryDump(MYSQL* mysql, Request request) : mysql_(mysql), request_(std::move(request)) {}

bool LibraryDump::send() {
  std::vector<std::uint8_t> body;
  if (request_.by_gtid) {
    put<2>(body, request_.flags);
    put<4>(body, request_.server_id);
    put<4>(body, 0); // no file name
    put<8>(body, request_.offset);
    put<4>(body, request_.gtids.size());
    body.insert(body.end(), request_.gtids.begin(), request_.gtids.end());
  } else {
    put<4>(body, request_.offset);
    put<2>(body, request_.flags);
    put<4>(body, request_.server_id);
    body.insert(body.end(), request_.file.begin(), request_.file.end());
  }
  // The enumeration knows only some of the commands; the function sends any byte.
  const auto command = static_cast<enum_server_command>(request_.by_gtid ? kBinlogDumpGtid : kBinlogDump);
  return mysql_->methods->db_command(mysql_, command, reinterpret_cast<const char*>(body.data()), body.size(), 1,
                                     nullptr) == 0;
}

std::optional<Bytes> LibraryDump::read() {
  // packet_error is 32 bits wide, whatever the function's return type (PROTOCOL.md 1.5).
  const unsigned long size = mysql_net_read_packet(mysql_);
  if (size == packet_error) return std::nullopt;
  const std::uint8_t* packet = mysql_->net.read_pos;
  if (packet[0] == 0xfe && size < 9) return Bytes{};
  return Bytes{packet, size};
}

std::string client_library() { return fmt::format("MariaDB Connector/C {}", MARIADB_PACKAGE_VERSION); }

} // namespace rowferry

#endif
