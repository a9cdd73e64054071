#include <rowferry/source/connection.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/fake_server.hpp"

namespace rowferry {
namespace {

using fake::Server;
using testing::HasSubstr;

Result<std::unique_ptr<Connection>> open(const Server& server) {
  return Connection::open(server.settings(), server.endpoint());
}

std::vector<std::string> login_and(std::vector<std::string> more) {
  std::vector<std::string> script = fake::login();
  script.insert(script.end(), more.begin(), more.end());
  return script;
}

TEST(Connection, LogsIn) {
  const Server server(fake::login());
  const auto connection = open(server);
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ((*connection)->account(), "cdc@%");
  EXPECT_FALSE((*connection)->mariadb());
  EXPECT_FALSE((*connection)->tls());
  EXPECT_EQ((*connection)->endpoint(), server.endpoint());
}

// The peer goes away before, within and behind every step: always an error to try again after, never a hang.
TEST(Connection, FailsRetriablyAtEveryStepOfTheLogin) {
  const std::vector<std::string> whole = fake::login();
  for (std::size_t step = 0; step < whole.size(); ++step) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{3}, whole[step].size() / 2, whole[step].size() - 1}) {
      SCOPED_TRACE(testing::Message() << "step " << step << ", " << size << " bytes of it");
      std::vector<std::string> script(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(step));
      script.push_back(whole[step].substr(0, size));
      const Server server(script);
      const auto connection = open(server);
      ASSERT_FALSE(connection);
      EXPECT_EQ(connection.error().status, ExitStatus::source);
      EXPECT_TRUE(connection.error().retriable) << connection.error().message;
      EXPECT_THAT(connection.error().message, HasSubstr("source " + server.endpoint().text() + ": "));
    }
  }
}

TEST(Connection, TellsARefusalFromAnAbsence) {
  const struct {
    std::vector<std::string> script;
    bool retriable;
    std::string_view text;
  } cases[] = {
      {{fake::error(0, 1040, "Too many connections")}, true, "max_connections"},
      {{fake::error(0, 1129, "Host is blocked")}, true, "flush-hosts"},
      {{fake::greeting(), fake::error(2, 1045, "Access denied for user 'cdc'")}, false, "source.password"},
      {{fake::greeting(), fake::error(2, 1053, "Server shutdown in progress")}, true, "(error 1053)"},
      {{fake::greeting(), fake::ok(2), fake::error(1, 1820, "You must reset your password")}, false, "ALTER USER"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Server server(c.script);
    const auto connection = open(server);
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().retriable, c.retriable) << connection.error().message;
    EXPECT_THAT(connection.error().message, HasSubstr(c.text));
  }
}

TEST(Connection, NobodyListens) {
  SourceSettings settings;
  Endpoint endpoint;
  {
    const Server server({});
    settings = server.settings();
    endpoint = server.endpoint();
  }
  const auto connection = Connection::open(settings, endpoint);
  ASSERT_FALSE(connection);
  EXPECT_TRUE(connection.error().retriable) << connection.error().message;
}

TEST(Connection, ASilentServerIsDead) {
  const Server server({}, true);
  SourceSettings settings = server.settings();
  settings.connect_timeout = std::chrono::seconds(1);
  const auto connection = Connection::open(settings, server.endpoint(), std::chrono::seconds(1));
  ASSERT_FALSE(connection);
  EXPECT_TRUE(connection.error().retriable) << connection.error().message;
}

TEST(Connection, WithoutTlsWhereItIsDemandedNoLogin) {
  for (const TlsMode mode : {TlsMode::required, TlsMode::verify_ca, TlsMode::verify_identity}) {
    const Server server({fake::greeting(), fake::error(2, 1045, "a login was sent")});
    SourceSettings settings = server.settings();
    settings.tls.mode = mode;
    settings.tls.ca = "/etc/ssl/certs/ca-certificates.crt";
    const auto connection = Connection::open(settings, server.endpoint());
    ASSERT_FALSE(connection);
    EXPECT_FALSE(connection.error().retriable);
    EXPECT_EQ(connection.error().status, ExitStatus::source) << connection.error().message;
    EXPECT_THAT(connection.error().message, HasSubstr("source.tls"));
    EXPECT_THAT(connection.error().message, testing::Not(HasSubstr("a login was sent")));
  }
}

TEST(Connection, TlsFilesAreCheckedFirst) {
  SourceSettings settings;
  settings.tls.mode = TlsMode::verify_ca;
  EXPECT_THAT(Connection::open(settings, {}).error().message, HasSubstr("source.tls.ca: names no file"));
  settings.tls.ca = "/nonexistent/ca.pem";
  const Error error = Connection::open(settings, {}).error();
  EXPECT_EQ(error.status, ExitStatus::usage);
  EXPECT_EQ(error.message, "source.tls.ca: cannot read /nonexistent/ca.pem");
}

TEST(Connection, APasswordThatCannotBeReadIsTheError) {
  SourceSettings settings;
  settings.password = []() -> Result<Secret> { return fail(Error::usage("source.password: ${X} is not set")); };
  EXPECT_EQ(Connection::open(settings, {}).error().message, "source.password: ${X} is not set");
}

TEST(Connection, Quotes) {
  const Server server(fake::login());
  const auto connection = open(server);
  ASSERT_TRUE(connection);
  EXPECT_EQ((*connection)->quote(""), "''");
  EXPECT_EQ((*connection)->quote("shop"), "'shop'");
  EXPECT_EQ((*connection)->quote("o'r\\der"), "'o''r\\\\der'");
}

TEST(Dump, HandsOutEventsUntilTheEnd) {
  const std::string first = "\x01" + std::string(30, 'a');
  // As large as one packet can be: an empty one follows. And one byte more.
  const auto event_of = [](std::size_t size, char fill) {
    std::string event = std::string(binlog::kEventHeaderSize, '\0').append(size - binlog::kEventHeaderSize, fill);
    for (unsigned i = 0; i < 4; ++i) event[9 + i] = static_cast<char>(size >> (8 * i));
    return event;
  };
  const std::string exact = event_of(0xffffff - 1, 'b');
  const std::string more = event_of(0xffffff, 'c');
  const std::string stream = fake::packet(1, std::string(1, '\0') + first) +
                             fake::packet(2, std::string(1, '\0') + exact) + fake::packet(3, "") +
                             fake::packet(4, std::string(1, '\0') + more.substr(0, more.size() - 1)) +
                             fake::packet(5, "c") + fake::eof(6);
  const Server server(login_and({stream}));
  auto connection = open(server);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->dump(FileOffset{"binlog.000001", 4}, 1, true));
  EXPECT_EQ(as_text((*connection)->next_event()->bytes), first);
  EXPECT_TRUE(as_text((*connection)->next_event()->bytes) == exact);
  EXPECT_TRUE(as_text((*connection)->next_event()->bytes) == more);
  const auto end = (*connection)->next_event();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_TRUE(end->empty());
}

// A set of a million intervals goes out in two packets, so that the answer begins with number 2.
TEST(Dump, ByASetOfAMillionIntervals) {
  std::string set = "11111111-1111-1111-1111-111111111111";
  for (int i = 0; i < 1'050'000; ++i) set += ":" + std::to_string(2 * i + 1);
  const auto executed = MysqlGtidSet::parse(set);
  ASSERT_TRUE(executed);
  const Server server(login_and({fake::packet(2, std::string(1, '\0') + "an event")}), true);
  auto connection = open(server);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->dump(GtidSet(*executed), 1, false));
  const auto event = (*connection)->next_event();
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(as_text(event->bytes), "an event");
}

TEST(Dump, AnEndThatWasNotAskedForIsAShutdown) {
  const Server server(login_and({fake::eof(1)}));
  auto connection = open(server);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->dump(GtidSet{}, 1, false));
  const auto event = (*connection)->next_event();
  ASSERT_FALSE(event);
  EXPECT_TRUE(event.error().retriable);
  EXPECT_THAT(event.error().message, HasSubstr("shutting down"));
}

TEST(Dump, FailsAsTheServerSays) {
  const struct {
    std::string step;
    bool retriable;
    std::string_view text;
  } cases[] = {
      {fake::error(1, 1236, "Could not find first log file name in binary log index file"), false, "position set"},
      {fake::error(1, 1227, "Access denied; you need (at least one of) the REPLICATION SLAVE privilege(s)"), false,
       "GRANT REPLICATION SLAVE ON *.* TO 'cdc'@'%'"},
      {fake::error(1, 1317, "Query execution was interrupted"), true, "(error 1317)"},
      {"", true, ""},
      {fake::packet(1, "\x01what is this"), true, ""},
      {fake::packet(1, std::string(1, '\0') + "cut").substr(0, 6), true, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Server server(login_and({c.step}));
    auto connection = open(server);
    ASSERT_TRUE(connection);
    ASSERT_TRUE((*connection)->dump(FileOffset{"binlog.000001", 4}, 1, false));
    const auto event = (*connection)->next_event();
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().retriable, c.retriable) << event.error().message;
    EXPECT_THAT(event.error().message, HasSubstr(c.text));
  }
}

TEST(Dump, InterruptEndsTheWait) {
  const Server server(login_and({""}), true);
  auto connection = open(server);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->dump(FileOffset{"binlog.000001", 4}, 1, false));
  std::thread other([&] { (*connection)->interrupt(); });
  const auto event = (*connection)->next_event();
  other.join();
  ASSERT_FALSE(event);
  EXPECT_TRUE(event.error().retriable);
  EXPECT_THAT(event.error().message, HasSubstr("interrupted"));
  EXPECT_FALSE((*connection)->next_event());
}

TEST(Dump, SilenceBeyondTheLimitIsADeadServer) {
  const Server server(login_and({""}), true);
  auto connection = Connection::open(server.settings(), server.endpoint(), std::chrono::seconds(1));
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->dump(FileOffset{"binlog.000001", 4}, 1, false));
  const auto event = (*connection)->next_event();
  ASSERT_FALSE(event);
  EXPECT_TRUE(event.error().retriable) << event.error().message;
}

TEST(Dump, AnOffsetBeyondFourGiBIsRefused) {
  const Server server(fake::login());
  auto connection = open(server);
  ASSERT_TRUE(connection);
  const auto sent = (*connection)->dump(FileOffset{"binlog.000001", 1ull << 32}, 1, false);
  ASSERT_FALSE(sent);
  EXPECT_FALSE(sent.error().retriable);
  EXPECT_THAT(sent.error().message, HasSubstr("binlog.000001:4294967296 lies beyond 4 GiB"));
}

} // namespace
} // namespace rowferry
