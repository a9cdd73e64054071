"""The MySQL of a work load: filled once, with a manifest of what is in its log, and kept."""

import hashlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from .workload import ROOT, SEED, Filling, Workload

OPTIONS = ("--sync-binlog=0", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF", "--max-binlog-size=1G", "--innodb-buffer-pool-size=512M")


class Server:
    """`with` keeps it up."""

    def __init__(self, workload: Workload, directory: Path, port: int):
        self.workload = workload
        self.port = port
        self.directory = directory / (workload.data or workload.name)
        self.environment = dict(os.environ, ROWFERRY_MYSQL_PORT=str(port), ROWFERRY_MYSQLD_OPTS=" ".join(OPTIONS + workload.options))

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

    def filled(self, rows: int, seed: int = SEED) -> dict:
        """Fills unless it is filled with so many rows of that seed; its manifest."""
        path = self.directory / "manifest.json"
        wanted = {"rows_asked": rows, "seed": seed, "recipe": recipe(self.workload)}
        known = json.loads(path.read_text()) if path.exists() else {}
        if known.items() >= wanted.items() and self.end()[1] >= known["offset"]:
            return known
        path.unlink(missing_ok=True)
        print(f"filling {self.directory.name}: {rows:,} rows, seed {seed}", flush=True)
        known = wanted | self.fill(rows, seed)
        path.write_text(json.dumps(known, indent=1) + "\n")
        return known

    def fill(self, rows: int, seed: int) -> dict:
        began = time.monotonic()
        filling = self.workload.fill(rows, seed)
        self.sql(f"DROP DATABASE IF EXISTS bench; CREATE DATABASE bench; USE bench; {self.workload.table};\n{filling.before}")
        self.sql("RESET BINARY LOGS AND GTIDS")
        file, offset = self.end()
        self.run(filling)
        logs = [(log[0], int(log[1])) for log in self.sql("SHOW BINARY LOGS")]
        return {"rows": sum(filling.changes.values()), "file": file, "offset": offset, "files": logs,
                "binlog_bytes": sum(size for _, size in logs) - offset, "fill_seconds": round(time.monotonic() - began, 1),
                "gtids": "".join(self.sql("SELECT @@gtid_executed")[0]).replace("\\n", ""), "version": self.sql("SELECT VERSION()")[0][0],
                "changes": dict(filling.changes), "tables": self.sums(list(filling.changes)) if len(filling.changes) <= 1_000 else {}}

    def run(self, filling: Filling):
        """All sessions at once, each from a file: a client reads its input no faster than it works."""
        with tempfile.TemporaryDirectory() as scratch:
            paths = [Path(scratch) / str(number) for number in range(len(filling.sessions))]
            for path, statements in zip(paths, filling.sessions):
                with open(path, "w") as file:
                    file.writelines(statements)
            clients = [subprocess.Popen(self.client() + ["bench"], stdin=open(path)) for path in paths]
            if any([client.wait() for client in clients]):
                raise SystemExit("bench: filling failed")

    def sums(self, tables: list[str]) -> dict[str, list[int]]:
        """Of each table: rows, and the sum of the CRC-32 of their values."""
        columns: dict[str, list[str]] = {}
        for table, column in self.sql("SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'bench' ORDER BY 1, ORDINAL_POSITION"):
            columns.setdefault(table, []).append(column)
        asked = "".join(f"SELECT '{table}', COUNT(*), COALESCE(SUM(CRC32(CONCAT_WS('|', {', '.join(columns[table])}))), 0) FROM bench.{table};\n"
                        for table in tables)
        return {table: [int(count), int(total)] for table, count, total in self.sql(asked)}


def recipe(workload: Workload) -> str:
    """Changes when the statements do that fill it."""
    filling = workload.fill(1_000, SEED)
    text = "".join([workload.table, filling.before, *(statement for session in filling.sessions for statement in session)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]
