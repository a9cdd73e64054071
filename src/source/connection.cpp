#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <rowferry/source/connection.hpp>

#include "source/client_library.hpp"
#include "source/error_classes.hpp"
#include "source/packet_reader.hpp"
#include "source/wire.hpp"

namespace rowferry {
namespace {

constexpr unsigned kNonBlocking = 1;
// Bit 1 asks MySQL for HEARTBEAT_V2, whose offset has 64 bits, and MariaDB for ANNOTATE_ROWS, without which offsets do
// not add up (PROTOCOL.md 1.3, 4.1). Servers that know neither ignore it.
constexpr unsigned kHeartbeatV2OrAnnotate = 2;
constexpr std::uint64_t kOffsetLimit = 1ull << 32; // COM_BINLOG_DUMP carries 32 bits

struct Close {
  void operator()(MYSQL* mysql) const noexcept { mysql_close(mysql); }
};
struct FreeResult {
  void operator()(MYSQL_RES* result) const noexcept { mysql_free_result(result); }
};
using Handle = std::unique_ptr<MYSQL, Close>;

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
  std::chrono::seconds silence{0};
  bool mariadb = false;
  bool tls = false;
  bool non_blocking = false;
  std::atomic<bool> interrupted{false};
  Handle mysql;
  /// A duplicate of the socket: the library closes its own when a read fails, so that another thread's shutdown() of
  /// the library's could hit a stranger's file.
  int socket = -1;
  std::optional<LibraryDump> dump;
  std::unique_ptr<PacketReader> packets; ///< null where the library reads the dump
  unsigned dump_error = 0;               ///< the server's, that a packet told

  ~State() {
    if (dump && socket >= 0) break_off(socket); // nor is waited for the server to take our COM_QUIT
    packets.reset();
    mysql.reset();
    if (socket >= 0) ::close(socket);
  }

  [[nodiscard]] Error error() const { return error(mysql_errno(mysql.get()), mysql_error(mysql.get())); }
  [[nodiscard]] Error error(unsigned code, std::string_view text) const {
    return located(classify_error(code, text, account));
  }
  [[nodiscard]] Error located(Error error) const {
    if (interrupted.load(std::memory_order_relaxed)) error = Error::source_retriable("interrupted");
    return std::move(error).in("source " + endpoint.text());
  }
  [[nodiscard]] Error malformed() const { return located(Error::source_retriable("a malformed packet in the stream")); }

  Result<void> start(LibraryDump::Request request);
  Result<binlog::RawEvent> read_packet();
  Result<binlog::RawEvent> read_library();
  Error server_error(Bytes packet);
};

Result<void> Connection::State::start(LibraryDump::Request request) {
  request.flags = kHeartbeatV2OrAnnotate | (non_blocking ? kNonBlocking : 0);
  auto wire = open_wire(mysql.get(), socket, tls, silence);
  dump.emplace(mysql.get(), std::move(request));
  if (!dump->send()) return fail(error());
  if (wire) packets = std::make_unique<PacketReader>(std::move(wire), dump->next_sequence());
  return {};
}

// Empty at the end of the stream.
Result<binlog::RawEvent> Connection::State::read_packet() {
  auto packet = packets->next();
  if (!packet) return fail(located(std::move(packet.error())));
  constexpr std::size_t kEndSize = 8; // what an end of stream has behind its first byte, at most
  switch (packet->status) {
    case 0:
      if (packet->rest.empty()) break;
      return packet->rest;
    case 0xfe:
      if (packet->rest.size() >= kEndSize) break;
      return binlog::RawEvent{};
    case 0xff:
      return fail(server_error(packet->rest.bytes));
    default:
      break;
  }
  return fail(malformed());
}

// Two bytes of code; "#" and five of SQLSTATE; the text.
Error Connection::State::server_error(Bytes packet) {
  ByteReader in(packet);
  dump_error = in.u16();
  if (in.remaining() > 0 && in.rest()[0] == '#') in.skip(6);
  if (!in.ok()) return malformed();
  return error(dump_error, as_text(in.rest()));
}

Result<binlog::RawEvent> Connection::State::read_library() {
  const auto packet = dump->read();
  if (!packet) return fail(error());
  if (packet->empty()) return binlog::RawEvent{};
  if (packet->size() < 2 || (*packet)[0] != 0) return fail(malformed());
  return binlog::RawEvent(packet->subspan(1));
}

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
  state->silence = silence.count() > 0 ? silence : settings.silence_limit();
  state->account = settings.user;
  const auto connect = [&](const TlsSettings& tls) {
    state->mysql.reset(mysql_init(nullptr));
    if (state->mysql == nullptr) throw std::bad_alloc();
    set_options(state->mysql.get(), settings, endpoint, tls, state->silence);
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
  // quote() relies on the mode. A MariaDB that does not know the collation which libmysqlclient logs in with
  // (utf8mb4_0900_ai_ci) answers in its own character set.
  if (auto set = connection->query("SET NAMES utf8mb4, SESSION sql_mode = ''"); !set) {
    return fail(std::move(set.error()));
  }
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

unsigned Connection::error_code() const noexcept {
  return state_->dump_error != 0 ? state_->dump_error : mysql_errno(state_->mysql.get());
}

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
  state_->non_blocking = non_blocking;
  LibraryDump::Request request;
  request.offset = static_cast<std::uint32_t>(from.offset);
  request.server_id = server_id;
  request.file = from.file;
  return state_->start(std::move(request));
}

Result<void> Connection::dump(const GtidSet& executed, std::uint32_t server_id, bool non_blocking) {
  state_->non_blocking = non_blocking;
  LibraryDump::Request request;
  request.by_gtid = true;
  request.server_id = server_id;
  request.gtids = executed.mysql().encode();
  return state_->start(std::move(request));
}

Result<binlog::RawEvent> Connection::next_event() {
  auto event = state_->packets ? state_->read_packet() : state_->read_library();
  if (event && event->empty() && !state_->non_blocking) {
    return fail(state_->located(Error::source_retriable("the server ended the stream: it is shutting down")));
  }
  return event;
}

bool Connection::has_more() noexcept { return state_->packets && state_->packets->has_more(); }

void Connection::interrupt() noexcept {
  state_->interrupted.store(true, std::memory_order_relaxed);
  if (state_->socket >= 0) ::shutdown(state_->socket, SHUT_RDWR);
}

const Endpoint& Connection::endpoint() const noexcept { return state_->endpoint; }
const std::string& Connection::account() const noexcept { return state_->account; }
bool Connection::mariadb() const noexcept { return state_->mariadb; }
bool Connection::tls() const noexcept { return state_->tls; }

} // namespace rowferry
