#include "source/error_classes.hpp"

#include <gtest/gtest.h>

#include <rowferry/source/source_errors.hpp>

namespace rowferry {
namespace {

struct Case {
  unsigned code;
  std::string_view text;
  bool retriable;
  std::string_view cure; // a part of the message
};

void expect_class(const Case& c) {
  SCOPED_TRACE(c.code);
  SCOPED_TRACE(c.text);
  const Error error = classify_error(c.code, c.text, "cdc@10.%");
  EXPECT_EQ(error.status, ExitStatus::source);
  EXPECT_EQ(error.retriable, c.retriable);
  EXPECT_NE(error.message.find(c.text), std::string::npos) << "the server's text is kept";
  EXPECT_NE(error.message.find(c.cure), std::string::npos) << error.message;
}

// Texts as MySQL 9.7.4 and MariaDB 11.8.9 send them (PROTOCOL.md 4.2).
TEST(ErrorClasses, DumpErrorsByTheirText) {
  const Case cases[] = {
      {1236, "Could not find first log file name in binary log index file", false, "position set"},
      {1236,
       "Cannot replicate because the source purged required binary logs. Replicate the missing transactions from "
       "elsewhere, "
       "or provision a new replica from backup. The GTID set sent by the replica is '', and the missing transactions "
       "are "
       "'8d1c1b4a-0000-0000-0000-000000000001:1-18'",
       false, "8d1c1b4a-0000-0000-0000-000000000001:1-18"},
      {1236,
       "The slave is connecting using CHANGE MASTER TO MASTER_AUTO_POSITION = 1, but the master has purged binary logs",
       false, ""},
      {1236, "Replica has more GTIDs than the source has, using the source's SERVER_UUID.", false, "reset, restored"},
      {1236, "Slave has more GTIDs than the master has, using the master's SERVER_UUID.", false, "reset, restored"},
      {1236, "Cannot replicate anonymous transaction when AUTO_POSITION = 1, at file ./binlog.000002, position 157.",
       false, "--file F --pos N"},
      {1236, "Client requested source to start replication from position > file size", false,
       "lost the end of its log"},
      {1236, "Client requested source to start replication from position < 4", false, "at least 4"},
      {1236, "log event entry exceeded max_allowed_packet; Increase max_allowed_packet on source", false,
       "not the beginning of an event"},
      {1236, "bogus data in log event; the first event 'binlog.000001' at 5", false, "verify-binlog-checksum"},
      {1236, "binlog truncated in the middle of event; consider out of disk space on source", false, "damaged"},
      {1236, "event read from binlog did not pass crc check; the first event", false, "damaged"},
      {1236, "I/O error reading log event; the first event", false, "damaged"},
      {1236, "could not find next log; the first event '' at 4", false, "reset"},
      {1236, "Replica can not handle replication events with the checksum that source is configured to log", false, ""},
      {1236, "Binary log is not open", false, "log_bin"},
      {1236, "Misconfigured source - server_id was not set", false, "SET PERSIST server_id"},
      {1236, "memory allocation failed reading log event", true, "memory"},
      {1236, "Client requested master to start replication from impossible position", false, "reset"},
      {1236, "Could not find GTID state requested by slave in any binlog files. Probably the slave state is too old",
       false, "position set"},
      {1236,
       "Error: connecting slave requested to start from GTID 0-1-9, which is not in the master's binlog. Since the "
       "master's binlog contains GTIDs with higher sequence numbers, it probably means that the slave has diverged due "
       "to "
       "executing extra erroneous transactions",
       false, "reset"},
      {1236,
       "The binlog on the master is missing the GTID 0-1-9 requested by the slave (even though both a prior and a "
       "subsequent sequence number does exist), and GTID strict mode is enabled",
       false, "position set"},
      {1236, "Requested slave GTID state not found in binlog", false, "reset"},
      {1945, "Connecting slave requested to start from GTID 0-1-9, which is not in the master's binlog", false,
       "reset"},
      {1955,
       "Connecting slave requested to start from GTID 0-1-9, which is not in the master's binlog. Since the master's "
       "binlog contains GTIDs with higher sequence numbers, it probably means that the slave has diverged",
       false, "reset"},
      {1236, "Could not decrypt binlog: encryption key error", false, "encryption key"},
      {4052, "A slave with the same server_uuid/server_id is already connected", false, "source.server_id"},
      {1236, "something that nobody has seen yet", false, "(error 1236)"},
  };
  for (const Case& c : cases) expect_class(c);
}

TEST(ErrorClasses, LoginErrors) {
  const Case cases[] = {
      {1045, "Access denied for user 'cdc'@'127.0.0.1' (using password: YES)", false, "source.password"},
      {1698, "Access denied for user 'cdc'@'127.0.0.1'", false, "source.password"},
      {1130, "Host '10.0.0.1' is not allowed to connect to this MySQL server", false, "CREATE USER"},
      {1129, "Host '10.0.0.1' is blocked because of many connection errors", true, "flush-hosts"},
      {1862, "Your password has expired.", false, "ALTER USER"},
      {3118, "Access denied for user 'cdc'@'127.0.0.1'. Account is locked.", false, "ACCOUNT UNLOCK"},
      {3159, "Connections using insecure transport are prohibited while --require_secure_transport=ON.", false,
       "source.tls.mode: required"},
      {2059, "Authentication plugin 'mysql_native_password' cannot be loaded", false, "caching_sha2_password"},
      {2061, "Authentication plugin 'caching_sha2_password' reported error: Authentication requires secure connection.",
       false, "source.tls.mode"},
      {2026, "TLS/SSL error: self-signed certificate in certificate chain", false, "source.tls"},
      {2026, "TLS/SSL error: SSL is required, but the server does not support it", false, "offers no TLS"},
      {2026, "SSL connection error: SSL is required but the server doesn't support it", false, "offers no TLS"},
      {2026, "TLS/SSL error: unexpected eof while reading", true, ""},
      {2026, "TLS/SSL error: Connection reset by peer", true, ""},
      {2026, "SSL connection error: error:00000000:lib(0)::reason(0)", true, ""},
      {2007, "Protocol mismatch; server version = 72, client version = 10", false, "no MySQL server"},
  };
  for (const Case& c : cases) expect_class(c);
}

TEST(ErrorClasses, WhatPassesIsRetriable) {
  constexpr unsigned kCodes[] = {0,    1040, 1053, 1077, 1079, 1158, 1159, 1203, 1226, 1317, 1927, 3032,
                                 3168, 4031, 2000, 2002, 2003, 2005, 2006, 2012, 2013, 2014, 2027, 2055};
  for (const unsigned code : kCodes) expect_class({code, "the text", true, ""});
}

TEST(ErrorClasses, AnyOtherServerErrorIsFinal) {
  for (const unsigned code : {1064u, 1146u, 1193u, 1773u, 4052u, 65535u}) expect_class({code, "the text", false, ""});
}

TEST(ErrorClasses, NoTextAtAll) {
  EXPECT_EQ(classify_error(0, "", "").message, "the connection was lost");
  EXPECT_TRUE(classify_error(0, "", "").retriable);
}

TEST(ErrorClasses, MissingPrivilegeNamesTheGrant) {
  const struct {
    std::string_view text, account, grant;
  } cases[] = {
      {"Access denied; you need (at least one of) the REPLICATION SLAVE privilege(s) for this operation", "cdc@%",
       "GRANT REPLICATION SLAVE ON *.* TO 'cdc'@'%'"},
      {"Access denied; you need (at least one of) the SUPER, REPLICATION CLIENT privilege(s) for this operation",
       "cdc@10.0.0.%", "GRANT REPLICATION CLIENT ON *.* TO 'cdc'@'10.0.0.%'"},
      {"Access denied; you need (at least one of) the SUPER, BINLOG MONITOR privilege(s) for this operation", "c@d@%",
       "GRANT BINLOG MONITOR ON *.* TO 'c@d'@'%'"},
      {"Access denied for some other reason", "cdc",
       "GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO 'cdc'@'%'"},
  };
  for (const auto& c : cases) {
    const Error error = classify_error(1227, c.text, c.account);
    EXPECT_FALSE(error.retriable);
    EXPECT_NE(error.message.find(c.grant), std::string::npos) << error.message;
  }
}

TEST(ErrorClasses, IdentityClashIsTold) {
  const std::pair<unsigned, std::string_view> clashes[] = {
      {1236,
       "A replica with the same server_uuid/server_id as this replica has connected to the source; the first event"},
      {1236, "A slave with the same server_uuid/server_id as this slave has connected to the master; the first event"},
      {1236, "A slave with the same server_uuid as this slave has connected to the master"},
      {4052, "A slave with the same server_id is already connected"},
  };
  for (const auto& [code, text] : clashes) {
    const Error error = classify_error(code, text, "cdc@%").in("source h:1");
    EXPECT_TRUE(is_identity_clash(error)) << text;
    EXPECT_FALSE(error.retriable) << text;
    EXPECT_NE(error.message.find("`name`"), std::string::npos) << error.message;
  }
  EXPECT_FALSE(is_identity_clash(classify_error(1236, "could not find next log", "cdc@%")));
  EXPECT_FALSE(is_identity_clash(Error::usage("a replica with the same server_id")));
}

} // namespace
} // namespace rowferry
