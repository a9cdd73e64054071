#include "source/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <rowferry/base/owned.hpp>
#include <string>
#include <string_view>
#include <thread>

namespace rowferry {
namespace {

constexpr std::chrono::seconds kSilence{5};

/// Two ends of a connection in one process.
class WireTest : public testing::Test {
 protected:
  WireTest() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~WireTest() override {
    for (const int end : ends_) ::close(end);
  }
  void send(std::string_view bytes) const {
    ASSERT_EQ(::send(ends_[1], bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  static std::string read(Wire& wire) {
    std::array<std::uint8_t, 100> bytes{};
    const auto got = wire.read(bytes.data(), bytes.size());
    return got ? std::string(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*got)) : got.error().message;
  }

  std::array<int, 2> ends_{};
};

TEST_F(WireTest, IsReadyWhenBytesHaveArrived) {
  const auto wire = open_socket_wire(ends_[0], kSilence);
  EXPECT_FALSE(wire->is_ready());
  send("abc");
  EXPECT_TRUE(wire->is_ready());
  EXPECT_EQ(read(*wire), "abc");
  EXPECT_FALSE(wire->is_ready());
  ::shutdown(ends_[1], SHUT_WR);
  EXPECT_TRUE(wire->is_ready()) << "the end is there to be read";
  EXPECT_EQ(read(*wire), "the server closed the connection");
}

// Nothing that arrived is unread, as after libmysqlclient has closed: only the linger makes the end a reset.
TEST(BreakOff, TellsThePeerAtOnce) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const at = reinterpret_cast<sockaddr*>(&address);
  ASSERT_TRUE(::bind(listener, at, size) == 0 && ::listen(listener, 1) == 0 && ::getsockname(listener, at, &size) == 0);
  const int ours = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::connect(ours, at, size), 0);
  const int peer = ::accept(listener, nullptr, nullptr);
  break_off(ours);
  ::close(ours);
  pollfd hangs_up{peer, 0, 0};
  ASSERT_EQ(::poll(&hangs_up, 1, 10'000), 1) << "the peer could still wait to send";
  EXPECT_TRUE(hangs_up.revents & POLLHUP);
  ::close(peer);
  ::close(listener);
}

/// The server's side is written into memory, so that a test decides which of its bytes arrive.
class TlsWireTest : public WireTest {
 protected:
  TlsWireTest() {
    const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
    const Owned<X509, X509_free> certificate(X509_new());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    SSL_CTX_use_certificate(server_settings_.get(), certificate.get());
    SSL_CTX_use_PrivateKey(server_settings_.get(), key.get());
    server_.reset(SSL_new(server_settings_.get()));
    client_.reset(SSL_new(client_settings_.get()));
    SSL_set_fd(server_.get(), ends_[1]);
    SSL_set_fd(client_.get(), ends_[0]);
    std::jthread accept([this] { EXPECT_EQ(SSL_accept(server_.get()), 1); });
    EXPECT_EQ(SSL_connect(client_.get()), 1);
    accept.join();
    written_ = BIO_new(BIO_s_mem());
    SSL_set0_wbio(server_.get(), written_);
  }

  std::string record(std::string_view text) {
    EXPECT_EQ(SSL_write(server_.get(), text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
    char* bytes = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(written_, &bytes));
    std::string found(bytes, size);
    BIO_reset(written_);
    return found;
  }

  Owned<SSL_CTX, SSL_CTX_free> server_settings_{SSL_CTX_new(TLS_server_method())};
  Owned<SSL_CTX, SSL_CTX_free> client_settings_{SSL_CTX_new(TLS_client_method())};
  Owned<SSL, SSL_free> server_;
  Owned<SSL, SSL_free> client_;
  BIO* written_ = nullptr; // the server's
};

// Where it said so of a part, read() waited for the rest, as long as the silence that ends a connection.
TEST_F(TlsWireTest, IsReadyWhenARecordIsComplete) {
  const auto wire = open_tls_wire(client_.get(), ends_[0], kSilence);
  EXPECT_FALSE(wire->is_ready()) << "session tickets are no data";
  const std::string one = record("abc");
  send(std::string_view(one).substr(0, 3));
  EXPECT_FALSE(wire->is_ready());
  send(std::string_view(one).substr(3, one.size() - 4));
  EXPECT_FALSE(wire->is_ready());
  send(std::string_view(one).substr(one.size() - 1));
  EXPECT_TRUE(wire->is_ready());
  EXPECT_TRUE(wire->is_ready()) << "asking takes nothing";
  EXPECT_EQ(read(*wire), "abc");
  EXPECT_FALSE(wire->is_ready());
}

TEST_F(TlsWireTest, IsReadyForRecordsThatArrivedWithAnother) {
  const auto wire = open_tls_wire(client_.get(), ends_[0], kSilence);
  const std::string first = record("abc");
  const std::string second = record("de");
  send(first + second.substr(0, second.size() - 1));
  EXPECT_TRUE(wire->is_ready());
  EXPECT_EQ(read(*wire), "abc");
  EXPECT_FALSE(wire->is_ready());
  send(second.substr(second.size() - 1));
  EXPECT_EQ(read(*wire), "de");
}

TEST_F(TlsWireTest, IsReadyForTheEndAndForNonsense) {
  const auto wire = open_tls_wire(client_.get(), ends_[0], kSilence);
  send(std::string(50, 'x'));
  EXPECT_TRUE(wire->is_ready());
  EXPECT_THAT(read(*wire), testing::HasSubstr("the TLS connection was lost"));
}

} // namespace
} // namespace rowferry
