#include <gtest/gtest.h>

#include <rowferry/source/settings.hpp>

namespace rowferry {
namespace {

std::string endpoints_text(const SourceUrl& url) {
  std::string text;
  for (const Endpoint& endpoint : url.endpoints) text += (text.empty() ? "" : " ") + endpoint.text();
  return text;
}

TEST(SourceUrl, Parses) {
  const struct {
    std::string_view url, user, endpoints;
  } cases[] = {
      {"mysql://cdc@127.0.0.1:3306", "cdc", "127.0.0.1:3306"},
      {"mysql://cdc@db.example", "cdc", "db.example:3306"},
      {"mysql://cdc@db.example/", "cdc", "db.example:3306"},
      {"mariadb://cdc@h:1", "cdc", "h:1"},
      {"mysql://cdc@h1:3306,h2:65535,h3", "cdc", "h1:3306 h2:65535 h3:3306"},
      {"mysql://cdc@[::1]:3307,[fe80::2]", "cdc", "[::1]:3307 [fe80::2]:3306"},
      {"mysql://c%40d%3Ac@h", "c@d:c", "h:3306"},
      {"mysql://a@b@h", "a@b", "h:3306"},
      {"mysql://cdc@/?socket=/run/mysqld/mysqld.sock", "cdc", "socket /run/mysqld/mysqld.sock"},
      {"mysql://cdc@localhost/?socket=/run/my%20sql.sock", "cdc", "socket /run/my sql.sock"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    const auto url = parse_source_url(c.url);
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->user, c.user);
    EXPECT_EQ(endpoints_text(*url), c.endpoints);
  }
}

TEST(SourceUrl, RefusesWithTheReason) {
  const struct {
    std::string_view url, reason;
  } cases[] = {
      {"", "does not begin with mysql://"},
      {"127.0.0.1:3306", "does not begin with mysql://"},
      {"postgres://cdc@h", "scheme 'postgres'"},
      {"mysql://h:3306", "user is missing"},
      {"mysql://@h:3306", "user is missing"},
      {"mysql://c%4@h", "percent-escape"},
      {"mysql://c%zz@h", "percent-escape"},
      {"mysql://c%00@h", "percent-escape"},
      {"mysql://cdc@", "host is missing"},
      {"mysql://cdc@h1,,h2", "host is missing"},
      {"mysql://cdc@h1,", "host is missing"},
      {"mysql://cdc@:3306", "host is missing"},
      {"mysql://cdc@[::1", "closing bracket"},
      {"mysql://cdc@[::1]x", "no host and port"},
      {"mysql://cdc@::1", "more than one colon"},
      {"mysql://cdc@h:", "'' is no port"},
      {"mysql://cdc@h:0", "'0' is no port"},
      {"mysql://cdc@h:65536", "'65536' is no port"},
      {"mysql://cdc@h:33x", "'33x' is no port"},
      {"mysql://cdc@h:-1", "'-1' is no port"},
      {"mysql://cdc@h/shop", "names a database"},
      {"mysql://cdc@/?ssl=true", "'?ssl' is unknown"},
      {"mysql://cdc@h/?socket=/x", "both a host and a parameter"},
      {"mysql://cdc@/?socket=", "path is empty"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    const auto url = parse_source_url(c.url);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().status, ExitStatus::usage);
    EXPECT_NE(url.error().message.find(c.reason), std::string::npos) << url.error().message;
  }
}

TEST(SourceUrl, NeverShowsAPassword) {
  for (const std::string_view url : {"mysql://cdc:hunter2@h", "mysql://:hunter2@h:x", "postgres://cdc:hunter2@h"}) {
    const auto parsed = parse_source_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().message.find("hunter2"), std::string::npos) << parsed.error().message;
  }
  EXPECT_NE(parse_source_url("mysql://cdc:hunter2@h").error().message.find("source.password"), std::string::npos);
}

// The values are what a running connector is known by at its server: they may not change with a version.
TEST(Identity, IsStable) {
  EXPECT_EQ(derive_server_id("shop"), 4261609730u);
  EXPECT_EQ(derive_replica_uuid("shop").text(), "6db5ac9c-f09e-8757-9f7e-b363ba8996b8");
}

TEST(Identity, DiffersByNameAndHasItsForm) {
  EXPECT_NE(derive_server_id("shop"), derive_server_id("shop2"));
  EXPECT_NE(derive_replica_uuid("shop"), derive_replica_uuid("shop2"));
  for (const std::string_view name : {"", "a", "shop", "käse"}) {
    EXPECT_GE(derive_server_id(name), 0x80000000u);
    const std::string uuid = derive_replica_uuid(name).text();
    EXPECT_EQ(uuid[14], '8') << uuid;
    EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos) << uuid;
  }
}

TEST(SourceSettings, SilenceLimitIsThreeHeartbeats) {
  using namespace std::chrono_literals;
  const std::pair<std::chrono::milliseconds, std::chrono::seconds> cases[] = {
      {2000ms, 6s}, {2100ms, 7s}, {100ms, 2s}, {0ms, 2s}, {60s, 180s}};
  for (const auto& [heartbeat, limit] : cases) {
    SourceSettings settings;
    settings.heartbeat = heartbeat;
    EXPECT_EQ(settings.silence_limit(), limit) << heartbeat.count();
  }
}

} // namespace
} // namespace rowferry
