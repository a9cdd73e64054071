"""A shop that writes outbox rows while the test breaks things."""

import threading
import uuid

import pymysql

from .waiting import wait_until

OUTBOX = """CREATE TABLE {table} (
  seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id BINARY(16) NOT NULL UNIQUE,
  message_type VARCHAR(100) NOT NULL,
  aggregate_id VARCHAR(100) NOT NULL,
  payload JSON NOT NULL,
  occurred_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))"""


NEW_ID = "UNHEX(REPLACE(UUID(), '-', ''))"


class OutboxWriter:
    """Writes rows of `keys` aggregates in small transactions until stopped, each third one rolled back.

    Each key is written by this thread only, so `seq` is the commit order. A lost connection is made anew; what
    was committed is what the table says afterwards: see `rows`."""

    def __init__(self, mysql, table, keys=7, rows_per_transaction=3, message_type="OrderPlaced"):
        self.mysql = mysql
        self.table = table
        self.written = 0  # rows of transactions whose COMMIT was answered
        self.error = None
        self._keys = keys
        self._size = rows_per_transaction
        self._type = message_type
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def create_table(self):
        self.mysql.execute(OUTBOX.format(table=self.table))
        return self

    def start(self):
        self._thread.start()
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def stop(self, timeout=60):
        """Ends the writing, if it was begun; MySQL must be there."""
        if self._thread.ident is None:
            return
        self._stop.set()
        self._thread.join(timeout)
        assert not self._thread.is_alive(), f"the writer has not ended within {timeout} s"
        assert self.error is None, f"the writer failed: {self.error!r}"

    def wait_written(self, more, timeout=30):
        """Until `more` further rows are committed."""
        goal = self.written + more
        wait_until(
            lambda: self.written >= goal or self.error,
            timeout,
            lambda: f"{more} more rows are written ({self.written} of {goal} so far)",
        )
        assert self.error is None, f"the writer failed: {self.error!r}"

    def rows(self):
        """(message id as UUID, key) of every committed row, in commit order of each key: the ledger's left side."""
        rows = self.mysql.execute(f"SELECT message_id, aggregate_id FROM {self.table} ORDER BY seq")
        return [(str(uuid.UUID(bytes=message_id)), key) for message_id, key in rows]

    def _run(self):
        number = 0
        while not self._stop.is_set():
            try:
                connection = self.mysql.connect(autocommit=False)
            except pymysql.OperationalError:
                self._stop.wait(0.05)  # the server is down: the test restarts it
                continue
            try:
                while not self._stop.is_set():
                    number += 1
                    self._transaction(connection, number)
            except (pymysql.OperationalError, pymysql.InterfaceError, pymysql.InternalError):
                continue
            except Exception as error:  # told by stop() and wait_written()
                self.error = error
                return
            finally:
                if connection.open:
                    connection._force_close()  # no farewell to a server that may be dead

    def _transaction(self, connection, number):
        rows = [
            (self._type, f"order-{(number * self._size + i) % self._keys}", f'{{"transaction":{number},"row":{i}}}')
            for i in range(self._size)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {self.table} (message_id, message_type, aggregate_id, payload)"
                f" VALUES ({NEW_ID}, %s, %s, %s)",
                rows,
            )
        if number % 3 == 0:
            connection.rollback()
        else:
            connection.commit()
            self.written += len(rows)
