// Inserts at a given rate, whatever the answers take: one thread over several sessions of the client library.
#pragma once

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "source/client_library.hpp"

namespace rowferry::bench {

/// Nanoseconds of this machine's monotonic clock.
inline std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// One row's way to the server, by now_ns().
struct Sent {
  std::int64_t intended = 0;
  std::int64_t sent = 0; ///< just before the statement was
  std::int64_t ok = 0;   ///< the server's answer was there
};

inline constexpr const char* kInsertOutbox =
    "INSERT INTO bench.outbox (message_id, message_type, aggregate_id, payload, status, occurred_at) ";

/// A transaction of one row. Its number is `order` in the payload, by which the receiver knows it.
inline std::string one_row(std::uint64_t number) {
  std::string note;
  for (int i = 0; i < 6; ++i) note += "the quick brown fox ";
  return fmt::format(
      "{}VALUES ('{:036}', 'order-shipped', {}, '{{\"order\": {}, \"customer\": {}, \"status\": \"shipped\", "
      "\"amount\": \"12345.67\", \"note\": \"{}\"}}', 'new', NOW(3))",
      kInsertOutbox, number, number % 10007, number, number % 10007, note);
}

/// A connection with at most one statement under way. Throws what the server says.
class Session {
 public:
  explicit Session(unsigned port) : mysql_(mysql_init(nullptr)) {
    if (mysql_real_connect(mysql_.get(), "127.0.0.1", "root", "", nullptr, port, nullptr, 0) == nullptr) complain();
  }

  void send(const std::string& statement) {
    if (mysql_send_query(mysql_.get(), statement.data(), static_cast<unsigned long>(statement.size())) != 0) complain();
  }
  /// Takes the answer, waiting for it.
  void finish() {
    if (mysql_read_query_result(mysql_.get()) != 0) complain();
  }
  void run(const std::string& statement) {
    send(statement);
    finish();
  }
  [[nodiscard]] int socket() { return socket_of(mysql_.get()); }

 private:
  struct Close {
    void operator()(MYSQL* mysql) const noexcept { mysql_close(mysql); }
  };
  [[noreturn]] void complain() { throw std::runtime_error(mysql_error(mysql_.get())); }

  std::unique_ptr<MYSQL, Close> mysql_;
};

class OpenLoop {
 public:
  OpenLoop(unsigned port, std::size_t sessions) {
    ::prctl(PR_SET_TIMERSLACK, 1UL); // poll() below ends at its time, not within 50 us of it
    for (std::size_t i = 0; i < sessions; ++i) sessions_.emplace_back(port);
  }

  /// Sends row `first + n` at n / `rate` seconds from now, or when the next session is free after that, and returns
  /// when all are answered.
  std::vector<Sent> run(double rate, std::size_t count, std::uint64_t first) {
    std::vector<Sent> rows(count);
    const std::int64_t begin = now_ns() + 10'000'000;
    for (std::size_t n = 0; n < count; ++n)
      rows[n].intended = begin + static_cast<std::int64_t>(1e9 * static_cast<double>(n) / rate);
    std::vector<Slot> slots;
    for (Session& session : sessions_) slots.push_back({&session, {}});
    std::string statement = one_row(first);
    std::size_t next = 0;
    for (std::size_t answered = 0; answered < count;) {
      const auto idle = std::find_if(slots.begin(), slots.end(), [](const Slot& slot) { return !slot.row; });
      const bool can_send = next < count && idle != slots.end();
      const std::int64_t now = now_ns();
      if (can_send && now >= rows[next].intended) {
        rows[next].sent = now;
        idle->session->send(statement);
        idle->row = next++;
        statement = one_row(first + next); // not between the next row's time and its start
      } else {
        answered += take_answers(slots, rows, can_send ? std::optional(rows[next].intended - now) : std::nullopt);
      }
    }
    return rows;
  }

 private:
  struct Slot {
    Session* session;
    std::optional<std::size_t> row; ///< under way
  };

  /// Of whoever has one, waiting for the first so many nanoseconds.
  static std::size_t take_answers(std::vector<Slot>& slots, std::vector<Sent>& rows, std::optional<std::int64_t> wait) {
    std::vector<pollfd> sockets;
    for (const Slot& slot : slots) sockets.push_back({slot.row ? slot.session->socket() : -1, POLLIN, 0});
    const timespec limit{wait.value_or(0) / 1'000'000'000, wait.value_or(0) % 1'000'000'000};
    ::ppoll(sockets.data(), sockets.size(), wait ? &limit : nullptr, nullptr);
    const std::int64_t now = now_ns();
    std::size_t taken = 0;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (sockets[i].revents == 0) continue;
      slots[i].session->finish();
      rows[*slots[i].row].ok = now;
      slots[i].row.reset();
      ++taken;
    }
    return taken;
  }

  std::vector<Session> sessions_;
};

/// One transaction of so many rows of the same table, made by the server.
inline void insert_giant(unsigned port, std::uint64_t rows, std::uint64_t first) {
  Session session(port);
  session.run(fmt::format("SET SESSION cte_max_recursion_depth = {}", rows));
  session.run(
      fmt::format("{}WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < {}) "
                  "SELECT UUID(), 'order-shipped', k % 10007, JSON_OBJECT('order', {} + k, 'note', "
                  "REPEAT('the quick brown fox ', 6)), 'new', NOW(3) FROM n",
                  kInsertOutbox, rows, first));
}

} // namespace rowferry::bench
