#include "source/client_library.hpp"

namespace rowferry {
namespace {

constexpr unsigned long kMaxPacket = 1ul << 30;

} // namespace

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

} // namespace rowferry
