// The one file that includes the client library's header: libmysqlclient, or MariaDB Connector/C where the distribution
// ships that instead (DESIGN section 3, "Transport"). They differ in TLS options, in how a dump is asked for and in how
// an event is read; everything else is the same API.
#include <fcntl.h>
#include <fmt/format.h>
#include <mysql.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <rowferry/source/connection.hpp>

#include "source/error_classes.hpp"

#if defined(MARIADB_BASE_VERSION) || defined(MARIADB_PACKAGE_VERSION)
#define ROWFERRY_CONNECTOR_C 1
#include <mariadb_rpl.h> // COM_BINLOG_DUMP's kin; packet_error
#endif

namespace rowferry {
namespace {

constexpr unsigned kNonBlocking = 1;
// Bit 1 asks MySQL for HEARTBEAT_V2, whose offset has 64 bits, and MariaDB for ANNOTATE_ROWS, without which offsets do
// not add up (PROTOCOL.md 1.3, 4.1). Servers that know neither ignore it.
constexpr unsigned kHeartbeatV2OrAnnotate = 2;
constexpr unsigned long kMaxPacket = 1ul << 30;
constexpr std::uint64_t kOffsetLimit = 1ull << 32; // COM_BINLOG_DUMP carries 32 bits

struct Close {
  void operator()(MYSQL* mysql) const noexcept { mysql_close(mysql); }
};
struct FreeResult {
  void operator()(MYSQL_RES* result) const noexcept { mysql_free_result(result); }
};
using Handle = std::unique_ptr<MYSQL, Close>;

// Once a process, and once a thread that uses the library.
void initialise_library() {
  static const int once = mysql_library_init(0, nullptr, nullptr);
  static_cast<void>(once);
  struct Thread {
    Thread() { mysql_thread_init(); }
    ~Thread() { mysql_thread_end(); }
  };
  thread_local const Thread thread;
  static_cast<void>(thread);
}

template <class T>
void set_option(MYSQL* mysql, mysql_option option, const T& value) {
  mysql_options(mysql, option, &value);
}
void set_text_option(MYSQL* mysql, mysql_option option, const std::string& value) {
  if (!value.empty()) mysql_options(mysql, option, value.c_str());
}

bool verifies(TlsMode mode) noexcept { return mode == TlsMode::verify_ca || mode == TlsMode::verify_identity; }

#ifdef ROWFERRY_CONNECTOR_C

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

#else

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

#endif

void set_options(MYSQL* mysql, const SourceSettings& settings, const Endpoint& endpoint, const TlsSettings& tls,
                 std::chrono::seconds silence) {
  const unsigned connect_timeout =
      static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(settings.connect_timeout).count());
  const unsigned silence_seconds = static_cast<unsigned>(silence.count());
  const unsigned protocol = endpoint.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  const unsigned no_local_files = 0; // a server that is not ours could ask for any file
  const unsigned long max_packet = kMaxPacket;
  set_option(mysql, MYSQL_OPT_CONNECT_TIMEOUT, connect_timeout);
  set_option(mysql, MYSQL_OPT_READ_TIMEOUT, silence_seconds);
  set_option(mysql, MYSQL_OPT_WRITE_TIMEOUT, silence_seconds);
  set_option(mysql, MYSQL_OPT_PROTOCOL, protocol);
  set_option(mysql, MYSQL_OPT_LOCAL_INFILE, no_local_files);
  set_option(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, max_packet);
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "rowferry");
  set_tls(mysql, tls);
  set_authentication(mysql);
}

Result<void> check_tls_files(const TlsSettings& tls) {
  if (verifies(tls.mode) && tls.ca.empty()) {
    return fail(
        Error::usage("source.tls.ca: names no file; the modes verify-ca and verify-identity need the "
                     "certificate of the authority that signed the server's"));
  }
  if (tls.mode == TlsMode::disabled) return {};
  const auto readable = [](const std::string& path) { return path.empty() || std::ifstream(path).good(); };
  for (const auto& [option, path] : {std::pair{"ca", &tls.ca}, {"cert", &tls.cert}, {"key", &tls.key}}) {
    if (!readable(*path)) return fail(Error::usage(fmt::format("source.tls.{}: cannot read {}", option, *path)));
  }
  return {};
}

} // namespace

struct Connection::State {
  Endpoint endpoint;
  std::string account;
  bool mariadb = false;
  bool tls = false;
  bool non_blocking = false;
  bool dumping = false;
  std::atomic<bool> interrupted{false};
  Handle mysql;
  /// A duplicate of the socket: the library closes its own when a read fails, so that another thread's shutdown() of
  /// the library's could hit a stranger's file.
  int socket = -1;
  std::string dump_file;
  std::vector<std::uint8_t> dump_gtids;
#ifndef ROWFERRY_CONNECTOR_C
  MYSQL_RPL rpl{};
#endif

  ~State() {
    // The server may be in the middle of a large event: do not wait for it to take our COM_QUIT.
    if (dumping && socket >= 0) ::shutdown(socket, SHUT_RDWR);
    mysql.reset();
    if (socket >= 0) ::close(socket);
  }

  [[nodiscard]] Error error() const {
    if (interrupted.load(std::memory_order_relaxed)) return located(Error::source_retriable("interrupted"));
    return located(classify_error(mysql_errno(mysql.get()), mysql_error(mysql.get()), account));
  }
  [[nodiscard]] Error located(Error error) const { return std::move(error).in("source " + endpoint.text()); }

  Result<void> send_dump(bool by_gtid, std::uint32_t offset, std::uint32_t server_id);
  Result<Bytes> read_packet();
};

#ifdef ROWFERRY_CONNECTOR_C

namespace {

template <unsigned N>
void put(std::vector<std::uint8_t>& to, std::uint64_t value) {
  for (unsigned i = 0; i < N; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

constexpr unsigned kBinlogDump = 0x12;
constexpr unsigned kBinlogDumpGtid = 0x1e;

} // namespace

Result<void> Connection::State::send_dump(bool by_gtid, std::uint32_t offset, std::uint32_t server_id) {
  const unsigned flags = kHeartbeatV2OrAnnotate | (non_blocking ? kNonBlocking : 0);
  std::vector<std::uint8_t> body;
  if (by_gtid) {
    put<2>(body, flags);
    put<4>(body, server_id);
    put<4>(body, 0); // no file name
    put<8>(body, 4);
    put<4>(body, dump_gtids.size());
    body.insert(body.end(), dump_gtids.begin(), dump_gtids.end());
  } else {
    put<4>(body, offset);
    put<2>(body, flags);
    put<4>(body, server_id);
    body.insert(body.end(), dump_file.begin(), dump_file.end());
  }
  // The enumeration knows only some of the commands; the function sends any byte.
  const auto command = static_cast<enum_server_command>(by_gtid ? kBinlogDumpGtid : kBinlogDump);
  if (mysql->methods->db_command(mysql.get(), command, reinterpret_cast<const char*>(body.data()), body.size(), 1,
                                 nullptr) != 0) {
    return fail(error());
  }
  return {};
}

Result<Bytes> Connection::State::read_packet() {
  // packet_error is 32 bits wide, whatever the function's return type (PROTOCOL.md 1.5).
  const unsigned long size = mysql_net_read_packet(mysql.get());
  if (size == packet_error) return fail(error());
  const std::uint8_t* packet = mysql->net.read_pos;
  if (packet[0] == 0xfe && size < 9) return Bytes{};
  if (packet[0] != 0 || size < 2) return fail(located(Error::source_retriable("a malformed packet in the stream")));
  return Bytes{packet + 1, size - 1};
}

#else

Result<void> Connection::State::send_dump(bool by_gtid, std::uint32_t offset, std::uint32_t server_id) {
  rpl.file_name = dump_file.data();
  rpl.file_name_length = dump_file.size();
  rpl.start_position = by_gtid ? 4 : offset;
  rpl.server_id = server_id;
  rpl.flags = kHeartbeatV2OrAnnotate | (non_blocking ? kNonBlocking : 0);
  if (by_gtid) {
    rpl.flags |= MYSQL_RPL_GTID;
    rpl.gtid_set_encoded_size = dump_gtids.size();
    rpl.gtid_set_arg = dump_gtids.data();
    rpl.fix_gtid_set = nullptr; // gtid_set_arg is the encoded set itself
  }
  if (mysql_binlog_open(mysql.get(), &rpl) != 0) return fail(error());
  return {};
}

Result<Bytes> Connection::State::read_packet() {
  if (mysql_binlog_fetch(mysql.get(), &rpl) != 0) return fail(error());
  if (rpl.size == 0) return Bytes{};
  if (rpl.size < 2 || rpl.buffer[0] != 0)
    return fail(located(Error::source_retriable("a malformed packet in the stream")));
  return Bytes{rpl.buffer + 1, rpl.size - 1};
}

#endif

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const SourceSettings& settings, const Endpoint& endpoint,
                                                     std::chrono::seconds silence) {
  if (auto files = check_tls_files(settings.tls); !files) return fail(std::move(files.error()));
  Secret password;
  if (settings.password) {
    auto read = settings.password();
    if (!read) return fail(std::move(read.error()));
    password = std::move(*read);
  }
  initialise_library();
  auto state = std::make_unique<State>();
  state->endpoint = endpoint;
  state->account = settings.user;
  const auto connect = [&](const TlsSettings& tls) {
    state->mysql.reset(mysql_init(nullptr));
    if (state->mysql == nullptr) throw std::bad_alloc();
    set_options(state->mysql.get(), settings, endpoint, tls, silence.count() > 0 ? silence : settings.silence_limit());
    const char* host = endpoint.socket.empty() ? endpoint.host.c_str() : nullptr;
    const char* socket = endpoint.socket.empty() ? nullptr : endpoint.socket.c_str();
    return mysql_real_connect(state->mysql.get(), host, settings.user.c_str(), password.reveal().data(), nullptr,
                              endpoint.port, socket, 0) != nullptr;
  };
  bool connected = connect(first_attempt(settings.tls, endpoint));
  if (!connected && settings.tls.mode == TlsMode::preferred && server_has_no_tls(state->mysql.get())) {
    TlsSettings none;
    none.mode = TlsMode::disabled;
    connected = connect(none);
  }
  if (!connected) return fail(state->error());
  MYSQL* mysql = state->mysql.get();
  // The library keeps a copy for reconnecting, which it never does for us.
  if (mysql->passwd != nullptr) ::explicit_bzero(mysql->passwd, std::char_traits<char>::length(mysql->passwd));

  state->socket = ::fcntl(socket_of(mysql), F_DUPFD_CLOEXEC, 0);
  state->tls = mysql_get_ssl_cipher(mysql) != nullptr;
  state->mariadb = std::string_view(mysql_get_server_info(mysql)).find("MariaDB") != std::string_view::npos;
  if (!state->tls && settings.tls.mode >= TlsMode::required) {
    return fail(state->located(Error::source_fatal(
        "the server offers no TLS, which source.tls.mode demands: configure it there, or set source.tls.mode")));
  }
  std::unique_ptr<Connection> connection(new Connection(std::move(state)));
  // quote() relies on the mode.
  if (auto mode = connection->query("SET SESSION sql_mode = ''"); !mode) return fail(std::move(mode.error()));
  auto account = connection->query_value("SELECT CURRENT_USER()");
  if (!account) return fail(std::move(account.error()));
  if (*account) connection->state_->account = **account;
  return connection;
}

Result<std::vector<SqlRow>> Connection::query(std::string_view sql) {
  MYSQL* mysql = state_->mysql.get();
  if (mysql_real_query(mysql, sql.data(), static_cast<unsigned long>(sql.size())) != 0) return fail(state_->error());
  const std::unique_ptr<MYSQL_RES, FreeResult> result(mysql_store_result(mysql));
  std::vector<SqlRow> rows;
  if (result == nullptr) {
    // Connector/C forgets the field count when the connection breaks here: the error number is what tells.
    if (mysql_errno(mysql) != 0 || mysql_field_count(mysql) != 0) return fail(state_->error());
    return rows;
  }
  const unsigned columns = mysql_num_fields(result.get());
  while (const MYSQL_ROW values = mysql_fetch_row(result.get())) {
    const unsigned long* lengths = mysql_fetch_lengths(result.get());
    SqlRow& row = rows.emplace_back(columns);
    for (unsigned i = 0; i < columns; ++i) {
      if (values[i] != nullptr) row[i].emplace(values[i], lengths[i]);
    }
  }
  return rows;
}

Result<std::optional<std::string>> Connection::query_value(std::string_view sql) {
  auto rows = query(sql);
  if (!rows) return fail(std::move(rows.error()));
  if (rows->empty() || rows->front().empty()) return std::nullopt;
  return std::move(rows->front().front());
}

unsigned Connection::error_code() const noexcept { return mysql_errno(state_->mysql.get()); }

std::string Connection::quote(std::string_view text) const {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted.push_back(c);
    quoted.push_back(c);
  }
  return quoted + "'";
}

Result<void> Connection::dump(const FileOffset& from, std::uint32_t server_id, bool non_blocking) {
  if (from.offset >= kOffsetLimit) {
    return fail(
        state_->located(Error::source_fatal(fmt::format("{} lies beyond 4 GiB, which the protocol cannot ask for by "
                                                        "file and offset: set gtid_mode=ON, or choose another "
                                                        "start with `rowferry position set`",
                                                        from.text()))));
  }
  state_->dump_file = from.file;
  state_->non_blocking = non_blocking;
  state_->dumping = true;
  return state_->send_dump(false, static_cast<std::uint32_t>(from.offset), server_id);
}

Result<void> Connection::dump(const GtidSet& executed, std::uint32_t server_id, bool non_blocking) {
  state_->dump_gtids = executed.mysql().encode();
  state_->non_blocking = non_blocking;
  state_->dumping = true;
  return state_->send_dump(true, 4, server_id);
}

Result<Bytes> Connection::next_event() {
  auto event = state_->read_packet();
  if (event && event->empty() && !state_->non_blocking) {
    return fail(state_->located(Error::source_retriable("the server ended the stream: it is shutting down")));
  }
  return event;
}

void Connection::interrupt() noexcept {
  state_->interrupted.store(true, std::memory_order_relaxed);
  if (state_->socket >= 0) ::shutdown(state_->socket, SHUT_RDWR);
}

const Endpoint& Connection::endpoint() const noexcept { return state_->endpoint; }
const std::string& Connection::account() const noexcept { return state_->account; }
bool Connection::mariadb() const noexcept { return state_->mariadb; }
bool Connection::tls() const noexcept { return state_->tls; }

std::string client_library() {
#ifdef ROWFERRY_CONNECTOR_C
  return fmt::format("MariaDB Connector/C {}", MARIADB_PACKAGE_VERSION);
#else
  return fmt::format("libmysqlclient {}", mysql_get_client_info());
#endif
}

} // namespace rowferry
