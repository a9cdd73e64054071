#include "source/error_classes.hpp"

#include <fmt/format.h>

#include <rowferry/source/source_errors.hpp>

namespace rowferry {
namespace {

struct Rule {
  unsigned first; // codes first..last
  unsigned last;
  std::string_view fragment; // of the text; empty: any
  bool retriable;
  std::string_view cure; // may be empty
};

constexpr std::string_view kClash = "with the same server_";
constexpr std::string_view kLost =
    "what was not read yet cannot be had from this server's log any more: choose a new start with `rowferry position "
    "set` "
    "after bringing the target up to date by other means";
constexpr std::string_view kReset =
    "the server was reset, restored or lost the end of its log: what was delivered and what the server holds differ. "
    "Compare, then choose a new start with `rowferry position set`";
constexpr std::string_view kDamaged =
    "the binary log is damaged, or the position is not the beginning of an event: check the file with mysqlbinlog "
    "--verify-binlog-checksum";
constexpr std::string_view kTls = "check source.tls (mode, ca, cert, key) against the server's certificate";
constexpr std::string_view kPassword =
    "check the user in source.url and source.password (an account with REQUIRE SSL is refused like this in clear, too: "
    "source.tls.mode: required)";
constexpr std::string_view kPlugin =
    "the account's authentication plugin does not work with this client: use caching_sha2_password, over TLS "
    "(source.tls.mode: required) or with the server's RSA key; or install the client plugin";

// First match wins. Client codes are 2000 to 2999.
constexpr Rule kRules[] = {
    // 1236: the dump thread gave up. The code alone says nothing; a text that is not listed is final.
    {1236, 1236, "Could not find first log file name", false, kLost},
    {1236, 1236, "impossible position", false, kReset},
    {1236, 1236, "purged required", false, kLost},
    {1236, 1236, "has more GTIDs than", false, kReset},
    {1236, 1236, "too old", false, kLost},
    {1236, 1236, "is missing the GTID", false, kLost},
    {1236, 1236, "not in the master's binlog", false, kReset},
    {1236, 1236, "GTID state not found in binlog", false, kReset},
    {1945, 1945, "", false, kReset}, // the same by their own numbers
    {1951, 1951, "", false, kReset},
    {1955, 1955, "", false, kReset},
    {1236, 1236, "anonymous transaction when AUTO_POSITION", false,
     "gtid_mode was not ON for a while: resume by file and offset with `rowferry position set --file F --pos N`"},
    {1236, 1236, "position > file size", false, kReset},
    {1236, 1236, "position < 4", false, "an offset in a binary log is at least 4: mend source.start"},
    {1236, 1236, "exceeded max_allowed_packet", false,
     "the position is most likely not the beginning of an event (an event over 1 GiB is the other cause): check it "
     "with "
     "mysqlbinlog --start-position"},
    {1236, 1236, "could not find next log", false, kReset},
    {1236, 1236, kClash, false,
     "two connectors share an identity: give each its own `name` (server id and uuid derive from it), or set "
     "source.server_id and source.server_uuid"},
    {4052, 4052, kClash, false, "two connectors share a server id: give each its own `name` or source.server_id"},
    {1236, 1236, "bogus data", false, kDamaged},
    {1236, 1236, "truncated in the middle of event", false, kDamaged},
    {1236, 1236, "did not pass crc check", false, kDamaged},
    {1236, 1236, "I/O error reading log event", false, kDamaged},
    {1236, 1236, "memory allocation failed", true, "the server is short of memory"},
    {1236, 1236, "Binary log is not open", false,
     "binary logging is off: set log_bin in my.cnf and restart the server"},
    {1236, 1236, "server_id was not set", false,
     "the server needs a server_id other than 0: SET PERSIST server_id = 1"},
    {1236, 1236, "Could not decrypt binlog", false,
     "the server cannot read its own log: the encryption key is missing from its key management plugin"},
    {1236, 1236, "Failed to load replication slave GTID state", true, "mysql.gtid_slave_pos cannot be read"},

    // Login.
    {1045, 1045, "", false, kPassword},
    {1698, 1698, "", false, kPassword},
    {1130, 1130, "", false, "the server has no account for this host: CREATE USER for it"},
    {1129, 1129, "", true, "the server blocks this host after too many broken connections: mysqladmin flush-hosts"},
    {1820, 1820, "", false, "the password has expired: ALTER USER … IDENTIFIED BY …"},
    {1862, 1862, "", false, "the password has expired: ALTER USER … IDENTIFIED BY …"},
    {3118, 3118, "", false, "the account is locked: ALTER USER … ACCOUNT UNLOCK"},
    {4151, 4151, "", false, "the account is locked: ALTER USER … ACCOUNT UNLOCK"},
    {3159, 3159, "", false, "the server takes TLS only: source.tls.mode: required"},
    {1251, 1251, "", false, kPlugin},
    {1524, 1524, "", false, kPlugin},
    {1275, 1275, "", false, kPlugin},

    // The server is full, starts, stops, or lost us.
    {1040, 1040, "", true, "max_connections is reached"},
    {1203, 1203, "", true, "max_user_connections is reached"},
    {1226, 1226, "", true,
     "the account's resource limit is reached (MAX_USER_CONNECTIONS must be 2 at least): ALTER USER … WITH …"},
    {1037, 1038, "", true, "the server is short of memory"},
    {1041, 1041, "", true, "the server is short of memory"},
    {1053, 1053, "", true, ""}, // shutdown in progress
    {1077, 1080, "", true, ""}, // shutdown
    {1152, 1152, "", true, ""}, // aborted connection
    {1158, 1161, "", true, ""}, // network read and write
    {1184, 1184, "", true, ""}, // aborted connection
    {1205, 1205, "", true, ""}, // lock wait
    {1213, 1213, "", true, ""}, // deadlock
    {1317, 1317, "", true, ""}, // interrupted
    {1927, 1927, "", true, ""}, // killed (MariaDB)
    {3024, 3024, "", true, ""}, // execution time
    {3032, 3032, "", true, "the server is in offline mode"},
    {3168, 3169, "", true, ""}, // not available; session killed
    {4031, 4031, "", true, ""}, // disconnected by the server

    // The client library.
    {2026, 2026, "unexpected eof", true, ""},
    {2026, 2026, "reset by peer", true, ""},
    {2026, 2026, "Broken pipe", true, ""},
    {2026, 2026, "timed out", true, ""},
    {2026, 2026, "shutdown while in init", true, ""},
    {2026, 2026, "error:00000000:", true, ""}, // OpenSSL has no reason: the connection ended in the handshake
    {2026, 2026, "the server doesn't support it", false,
     "the server offers no TLS: configure it there, or set source.tls.mode"},
    {2026, 2026, "does not support", false, "the server offers no TLS: configure it there, or set source.tls.mode"},
    {2026, 2026, "", false, kTls},
    {2001, 2001, "", false, ""}, // cannot make a socket
    {2007, 2007, "", false, "what answers there is no MySQL server: check source.url"},
    {2008, 2008, "", true, ""},  // out of memory
    {2019, 2019, "", false, ""}, // character set
    {2020, 2020, "", false, "an event is larger than 1 GiB"},
    {2047, 2047, "", false, ""}, // protocol
    {2049, 2049, "", false, kPlugin},
    {2058, 2061, "", false, kPlugin},
    {2000, 2999, "", true, ""}, // all others: the network's
};

// The privileges out of "Access denied; you need (at least one of) the A, B privilege(s) for this operation".
std::string_view privileges_of(std::string_view text) noexcept {
  constexpr std::string_view kBefore = " the ";
  constexpr std::string_view kAfter = " privilege(s)";
  const std::size_t end = text.find(kAfter);
  const std::size_t begin = text.rfind(kBefore, end);
  if (end == std::string_view::npos || begin == std::string_view::npos) return {};
  return text.substr(begin + kBefore.size(), end - begin - kBefore.size());
}

std::string missing_privilege(std::string_view text, std::string_view account) {
  std::string_view privileges = privileges_of(text);
  // "SUPER, REPLICATION CLIENT": one of them is enough, and SUPER is never the one to give.
  if (privileges.find("REPLICATION CLIENT") != std::string_view::npos) privileges = "REPLICATION CLIENT";
  if (privileges.find("REPLICATION SLAVE") != std::string_view::npos) privileges = "REPLICATION SLAVE";
  if (privileges.find("BINLOG MONITOR") != std::string_view::npos) privileges = "BINLOG MONITOR";
  if (privileges.empty()) privileges = "REPLICATION SLAVE, REPLICATION CLIENT, SELECT";
  return fmt::format("GRANT {} ON *.* TO {}", privileges, quoted_account(account));
}

std::string message(unsigned code, std::string_view text, std::string_view cure) {
  std::string message = code == 0 ? std::string(text) : fmt::format("{} (error {})", text, code);
  if (!cure.empty()) message.append("; ").append(cure);
  return message;
}

bool applies(const Rule& rule, unsigned code, std::string_view text) noexcept {
  return code >= rule.first && code <= rule.last && text.find(rule.fragment) != std::string_view::npos;
}

} // namespace

std::string quoted_account(std::string_view account) {
  const std::size_t at = account.rfind('@');
  if (at == std::string_view::npos) return fmt::format("'{}'@'%'", account);
  return fmt::format("'{}'@'{}'", account.substr(0, at), account.substr(at + 1));
}

Error classify_error(unsigned code, std::string_view text, std::string_view account) {
  if (code == 0) return Error::source_retriable(message(0, text.empty() ? "the connection was lost" : text, ""));
  if (code == 1227 || code == 1142 || code == 1044) {
    return Error::source_fatal(message(code, text, missing_privilege(text, account)));
  }
  for (const Rule& rule : kRules) {
    if (!applies(rule, code, text)) continue;
    std::string what = message(code, text, rule.cure);
    return rule.retriable ? Error::source_retriable(std::move(what)) : Error::source_fatal(std::move(what));
  }
  return Error::source_fatal(message(code, text, ""));
}

bool is_identity_clash(const Error& error) noexcept {
  return error.status == ExitStatus::source && error.message.find(kClash) != std::string::npos;
}

} // namespace rowferry
