"""Inserts at a given rate, whatever the answers take: an open loop of one process over several connections.

The statements are sent over sockets of sessions that pymysql has opened, as prepared bytes: at thousands a second nothing
else fits beside the server, the broker and the connector on two cores."""

import select
import struct
import time
from array import array
from collections import deque

import pymysql

# A transaction a row; `order` is the row's number, by which the receiver knows it.
ROW = ("('%s', 'order-shipped', %d, '{\"order\": %d, \"customer\": %d, \"status\": \"shipped\", \"amount\": \"12345.67\", "
       "\"note\": \"" + "the quick brown fox " * 6 + "\"}', 'new', NOW(3))")
INSERT = "INSERT INTO bench.outbox (message_id, message_type, aggregate_id, payload, status, occurred_at) VALUES "


def statement(number: int) -> bytes:
    """A COM_QUERY packet."""
    text = (INSERT + ROW % (f"{number:036d}", number % 10007, number, number % 10007)).encode()
    return struct.pack("<I", len(text) + 1) + b"\x03" + text


class Session:
    """One connection; at most one statement is under way."""

    def __init__(self, port: int):
        self.connection = pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True)
        self.socket = self.connection._sock

    def fileno(self) -> int:
        return self.socket.fileno()

    def send(self, packet: bytes):
        self.socket.sendall(packet)

    def finish(self):
        """Takes the answer, which is there."""
        answer = self.socket.recv(4096)
        if len(answer) < 5 or answer[4] != 0:  # not an OK packet
            raise RuntimeError(f"an INSERT failed: {answer!r}")


def inserts(port: int, rate: float, seconds: float, first: int, sessions: int = 8) -> tuple[array, dict]:
    """Sends row `first + n` at n / rate seconds from now. Returns, by n, the time just before it was sent (ns, monotonic), and
    how well the rate was kept: statements that left more than 1 ms after their time (no session was free, or this process not
    awake), the rate that came of it, and this process's share of a core."""
    used = time.process_time()
    count = round(rate * seconds)
    sent, late = array("q", bytes(8 * count)), 0
    idle = deque(Session(port) for _ in range(sessions))
    everyone, busy = list(idle), set()
    begin = time.monotonic_ns() + 10_000_000
    gap = 1e9 / rate
    number, packet = 0, statement(first)
    while number < count or busy:
        due = begin + round(number * gap)
        now = time.monotonic_ns()
        if number < count and now >= due and idle:
            session = idle.popleft()
            sent[number] = now = time.monotonic_ns()
            session.send(packet)
            late += now - due > 1_000_000
            busy.add(session)
            number += 1
            packet = statement(first + number)
            timeout = 0.0
        else:
            timeout = max(0.0, (due - now) / 1e9) if number < count and idle else 1.0
        for session in select.select(busy, (), (), timeout)[0]:
            session.finish()
            busy.remove(session)
            idle.append(session)
    for session in everyone:
        session.connection.close()
    span = (sent[-1] - sent[0]) / 1e9
    kept = {"sent_late": late, "rate_reached": round((count - 1) / span, 1) if count > 1 else rate,
            "generator_cores": round((time.process_time() - used) / max(span, 1e-9), 2)}
    return sent, kept


def giant(port: int, rows: int, first: int):
    """One transaction of so many rows of the same table, made by the server."""
    connection = pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True, read_timeout=300)
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION cte_max_recursion_depth = %s", (rows,))
        cursor.execute(INSERT.removesuffix("VALUES ") +
                       "WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < %s) "
                       "SELECT UUID(), 'order-shipped', k %% 10007, JSON_OBJECT('order', %s + k, 'note', REPEAT('the quick brown fox ', 6)), "
                       "'new', NOW(3) FROM n", (rows, first))
    connection.close()
