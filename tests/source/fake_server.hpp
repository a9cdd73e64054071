// A scripted server on loopback, for faults that a real one cannot be made to show at will.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <rowferry/source/settings.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rowferry::fake {

/// A packet with its sequence number; payloads below 16 MiB - 1.
inline std::string packet(std::uint8_t sequence, std::string_view payload) {
  std::string bytes;
  for (unsigned i = 0; i < 3; ++i) bytes.push_back(static_cast<char>(payload.size() >> (8 * i)));
  bytes.push_back(static_cast<char>(sequence));
  return bytes.append(payload);
}

inline std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes.push_back(static_cast<char>(value));
  return bytes;
}

inline std::string ok(std::uint8_t sequence) { return packet(sequence, bytes_of({0, 0, 0, 2, 0, 0, 0})); }
inline std::string eof(std::uint8_t sequence) { return packet(sequence, bytes_of({0xfe, 0, 0, 2, 0})); }

inline std::string error(std::uint8_t sequence, unsigned code, std::string_view text) {
  std::string payload = bytes_of({0xff, static_cast<int>(code & 0xff), static_cast<int>(code >> 8)});
  return packet(sequence, payload.append("#HY000").append(text));
}

/// Protocol 10, caching_sha2_password, no TLS: an empty password needs no exchange.
inline std::string greeting() {
  std::string payload = "\x0a";
  payload.append("9.7.4-fake").append(1, '\0');
  payload += bytes_of({7, 0, 0, 0});
  payload.append("abcdefgh").append(1, '\0');
  payload += bytes_of({0x09, 0xa2, 45, 2, 0, 0x08, 0x00, 21});
  payload.append(10, '\0').append("ijklmnopqrst").append(1, '\0').append("caching_sha2_password").append(1, '\0');
  return packet(0, payload);
}

/// One text column, one row.
inline std::string result_set(std::string_view value) {
  std::string column = bytes_of({3});
  column.append("def").append(bytes_of({0, 0, 0, 1})).append("c");
  column += bytes_of({0, 0x0c, 45, 0, 0, 1, 0, 0, 0xfd, 0, 0, 0, 0, 0});
  std::string row = bytes_of({static_cast<int>(value.size())});
  return packet(1, "\x01") + packet(2, column) + eof(3) + packet(4, row.append(value)) + eof(5);
}

/// What a server sends until Connection::open() has succeeded, one step after each packet of the client's.
inline std::vector<std::string> login() { return {greeting(), ok(2), ok(1), result_set("cdc@%")}; }

/// Serves one connection after the other with the same script: sends a step, waits for a packet, sends the next one. At
/// the end of the script it closes, or with `hold` keeps silent until the client goes.
class Server {
 public:
  explicit Server(std::vector<std::string> script, bool hold = false) : script_(std::move(script)), hold_(hold) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      ADD_FAILURE() << "no loopback port";
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] SourceSettings settings() const {
    SourceSettings settings;
    settings.endpoints = {{"127.0.0.1", port_, ""}};
    settings.user = "cdc";
    settings.tls.mode = TlsMode::disabled;
    return settings;
  }
  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", port_, ""}; }

 private:
  void run() {
    while (true) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      serve(client);
      ::close(client);
    }
  }

  void serve(int client) const {
    for (std::size_t step = 0; step < script_.size(); ++step) {
      if (step > 0 && !read_packet(client)) return;
      if (!write(client, script_[step])) return;
    }
    char byte = 0;
    while (hold_ && ::recv(client, &byte, 1, 0) > 0) {
    }
  }

  static bool read_packet(int client) {
    std::uint8_t head[4];
    if (::recv(client, head, sizeof head, MSG_WAITALL) != ssize_t{sizeof head}) return false;
    std::vector<char> payload(head[0] | static_cast<std::size_t>(head[1]) << 8 |
                              static_cast<std::size_t>(head[2]) << 16);
    return ::recv(client, payload.data(), payload.size(), MSG_WAITALL) == static_cast<ssize_t>(payload.size());
  }

  static bool write(int client, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  std::vector<std::string> script_;
  bool hold_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

} // namespace rowferry::fake
