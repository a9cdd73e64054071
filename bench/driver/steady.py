"""The ordinary mix (W8) at a steady rate, whatever the server's answers take: an open loop over one connection."""

import time
from collections import Counter

import pymysql
from pymysql.constants import CLIENT

from .background import Background
from .workloads.mixed import Mix
from .workloads.workload import random_of


class Writer(Background):
    """Changes so many rows a second on average. A transaction is one request."""

    def __init__(self, port: int, rows_per_second: float, seed: int):
        super().__init__()
        self.connection = pymysql.connect(host="127.0.0.1", port=port, user="root", database="bench", autocommit=True,
                                          client_flag=CLIENT.MULTI_STATEMENTS)
        self.rate = rows_per_second
        self.changes: Counter = Counter()
        self.mix = Mix(random_of(seed, 0), 0, self.changes)
        self.late = 0.0  # seconds behind its times, at the most
        self.failure: Exception | None = None

    def __exit__(self, *_):
        super().__exit__()
        self.connection.close()

    def run(self):
        due = time.monotonic()
        try:
            while not self.ended.wait(max(0.0, due - time.monotonic())):
                self.late = max(self.late, time.monotonic() - due)
                before = self.changes.total()
                self.write("; ".join(self.mix.transaction()))
                due += (self.changes.total() - before) / self.rate
        except Exception as failure:  # told by who looks
            self.failure = failure

    def write(self, statements: str):
        with self.connection.cursor() as cursor:
            cursor.execute(statements)
            while cursor.nextset():
                pass
