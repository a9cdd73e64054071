"""What is drained: each work load in a MySQL of its own, filled once and kept."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The ten columns of PERFORMANCE.md's row test: a 195-byte image.
ORDERS = """CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL, uuid VARCHAR(36) NOT NULL,
  status VARCHAR(20) NOT NULL, amount DECIMAL(10,2) NOT NULL, created_at DATETIME(3) NOT NULL, updated_at TIMESTAMP NOT NULL,
  priority TINYINT NOT NULL, score DOUBLE NOT NULL, note VARCHAR(255) NOT NULL)"""
OUTBOX = """CREATE TABLE outbox (id BIGINT AUTO_INCREMENT PRIMARY KEY, message_id CHAR(36) NOT NULL,
  message_type VARCHAR(64) NOT NULL, aggregate_id BIGINT NOT NULL, payload JSON NOT NULL, status VARCHAR(16) NOT NULL,
  occurred_at DATETIME(3) NOT NULL)"""
PAYLOAD = """JSON_OBJECT('order', i, 'customer', i % 10007, 'status', 'shipped', 'amount', '12345.67',
  'note', REPEAT('the quick brown fox ', 6))"""
# One autocommit transaction a row.
FILL_OUTBOX = f"""CREATE PROCEDURE fill(IN first BIGINT, IN count BIGINT)
BEGIN
  DECLARE i BIGINT DEFAULT first;
  WHILE i < first + count DO
    INSERT INTO outbox VALUES (i + 1, UUID(), 'order-shipped', i % 10007, {PAYLOAD}, 'new', NOW(3));
    SET i = i + 1;
  END WHILE;
END"""
# Ten thousand rows a transaction.
FILL_ORDERS = """CREATE PROCEDURE fill(IN first BIGINT, IN count BIGINT)
BEGIN
  DECLARE i BIGINT DEFAULT first;
  DECLARE step BIGINT;
  SET SESSION cte_max_recursion_depth = 10000;
  WHILE i < first + count DO
    SET step = LEAST(10000, first + count - i);
    INSERT INTO orders WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < step)
      SELECT i + k + 1, (i + k) % 100000, UUID(), 'shipped', 12345.67, NOW(3), NOW(), k % 100, k / 7,
        REPEAT('the quick brown fox jumps ', 4) FROM n;
    SET i = i + step;
  END WHILE;
END"""


@dataclass(frozen=True)
class Workload:
    name: str
    table: str
    fill: str
    rules: str
    key_bytes: int
    headers: int
    checked: tuple[str, ...]  # columns whose values are summed up on both sides

    @property
    def captured(self) -> str:
        """The table's name."""
        return self.table.split()[2]


WORKLOADS = {
    "tiny": Workload("tiny", OUTBOX, FILL_OUTBOX,
                     "outbox:\n  - {table: bench.outbox, topic: '%s', key: '${aggregate_id}'}\n", 4, 2,
                     ("message_id", "message_type", "aggregate_id", "payload")),
    "bulk": Workload("bulk", ORDERS, FILL_ORDERS, "tables:\n  - {include: bench.orders, topic: '%s'}\n", 12, 0,
                     ("id", "customer_id", "uuid", "status", "amount", "priority", "note")),
}

SESSIONS = 4  # that fill; each writes its share of the rows in ascending order


class Server:
    """The MySQL of one work load; `with` keeps it up."""

    def __init__(self, workload: Workload, directory: Path, port: int):
        self.workload = workload
        self.port = port
        self.directory = directory / workload.name
        self.environment = dict(os.environ, ROWFERRY_MYSQL_PORT=str(port),
                                ROWFERRY_MYSQLD_OPTS="--sync-binlog=0 --innodb-flush-log-at-trx-commit=0 "
                                "--innodb-doublewrite=OFF --max-binlog-size=1G --innodb-buffer-pool-size=512M")

    def __enter__(self):
        try:
            self.services("up")
        except BaseException:  # a signal may have come when it was half up
            self.services("down")
            raise
        return self

    def __exit__(self, *_):
        self.services("down")

    def services(self, command: str):
        subprocess.run([ROOT / "scripts/services", "--dir", self.directory, command, "mysql"], check=True,
                       env=self.environment, stdout=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        return f"mysql://root@127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return int((self.directory / "mysql/pid").read_text().split()[0])

    def client(self) -> list[str]:
        return ["mariadb", "--no-defaults", "-h127.0.0.1", f"-P{self.port}", "-uroot", "--batch", "-N"]

    def sql(self, text: str) -> list[list[str]]:
        done = subprocess.run(self.client(), input=text, text=True, check=True, stdout=subprocess.PIPE)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def end(self) -> tuple[str, int]:
        """Where the log ends: file and offset."""
        file, offset = self.sql("SHOW BINARY LOG STATUS")[0][:2]
        return file, int(offset)

    def filled(self, rows: int) -> dict:
        """Fills unless it is filled with so many rows; what is known of it."""
        manifest = self.directory / "manifest.json"
        if manifest.exists():
            known = json.loads(manifest.read_text())
            if known["rows"] == rows:
                return known
        known = self.fill(rows)
        manifest.write_text(json.dumps(known))
        return known

    def fill(self, rows: int) -> dict:
        began = time.monotonic()
        self.sql("DROP DATABASE IF EXISTS bench; CREATE DATABASE bench; USE bench; " + self.workload.table)
        self.sql(f"USE bench;\nDELIMITER //\n{self.workload.fill} //\n")
        self.sql("RESET BINARY LOGS AND GTIDS")
        start = self.end()
        share = rows // SESSIONS
        clients = [subprocess.Popen(self.client() + ["bench", "-e", f"CALL fill({n * share}, "
                                                     f"{share if n + 1 < SESSIONS else rows - n * share})"])
                   for n in range(SESSIONS)]
        if any(client.wait() for client in clients):
            raise SystemExit("drain: filling failed")
        logs = self.sql("SHOW BINARY LOGS")
        return {"rows": rows, "file": start[0], "offset": start[1], "fill_seconds": round(time.monotonic() - began, 1),
                "binlog_bytes": sum(int(log[1]) for log in logs) - start[1], "version": self.sql("SELECT VERSION()")[0][0]}
