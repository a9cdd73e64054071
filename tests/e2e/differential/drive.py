"""Runs rounds on a server, has RowFerry read its log, and lets the checker judge."""

import subprocess
from dataclasses import dataclass, field

import pymysql

from harness.rowferry import binary

from . import rounds, snapshots
from .checker import MARKS, Checker
from .server import Session
from .shrink import Shrinker, kind_of, script
from .sql import quoted, table_name
from .steps import Create, Mark


@dataclass
class Result:
    """`problems` is {(database, table) or None: text}."""

    seed: int
    steps: list
    problems: dict
    counts: dict = field(default_factory=dict)
    log: str = ""  # what RowFerry said beside the lines


class Driver:
    """One server; a round at a time."""

    def __init__(self, service, facts):
        self._service, self.facts = service, facts
        self._databases = []

    def round(self, seed, size):
        """A new round from its seed."""
        source = rounds.steps(seed, self.facts, size)
        return self._run(seed, _Asked(source))

    def replay(self, steps, seed=0):
        """The same steps again, or fewer of them."""
        return self._run(seed, steps)

    def _run(self, seed, steps):
        execute = self._service.execute
        for name in self._databases:
            execute(f"DROP DATABASE IF EXISTS {quoted(name)}")
        execute(f"DROP DATABASE IF EXISTS {quoted(MARKS[0])}", f"CREATE DATABASE {quoted(MARKS[0])}",
                f"CREATE TABLE {table_name(*MARKS)} (n INT PRIMARY KEY)", "FLUSH BINARY LOGS")  # fmt: skip
        first = execute("SHOW BINARY LOGS")[-1][0]
        if first.endswith("0"):
            execute(f"PURGE BINARY LOGS TO '{first}'")
        life = _Life(self._service, self.facts)
        try:
            for step in steps:
                taken = life.take(step)
                if isinstance(steps, _Asked):
                    steps.answer(taken)
            life.shapes.update(snapshots.shapes(life.oracle.cursor, [MARKS[0]], self.facts.mariadb))
        finally:
            self._databases = life.databases
            life.close()
        execute("FLUSH BINARY LOGS")
        files = [row[0] for row in execute("SHOW BINARY LOGS")]
        files = files[files.index(first) : -1]
        checker = Checker(life.marks, life.shapes)
        log = self._decode(files, checker)
        counts = {"tables": life.tables, "statements": life.work.taken, "refused": sum(life.work.refused.values()), "changes": checker.changes,
                  "rows": checker.rows, "values": checker.values, "learned": checker.learned, "ambiguous": checker.ambiguous}  # fmt: skip
        return Result(seed, steps.steps if isinstance(steps, _Asked) else list(steps), checker.problems, counts, log)

    def _decode(self, files, checker):
        directory = self._service.directory / self._service.name / "data"
        command = [*binary(), "decode", *(str(directory / file) for file in files)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        for line in done.stdout.split(b"\n")[:-1]:
            checker.feed(line)
        log = done.stderr.decode(errors="replace")
        if done.returncode != 0:
            checker.problems.setdefault(None, f"rowferry decode ended with {done.returncode}: {log[log.rfind('rowferry: '):]}")
        checker.end()
        return log


class _Asked:
    """Steps of a generator, which is told whether the last one was taken; they are kept."""

    def __init__(self, source):
        self._source, self._answer, self.steps = source, None, []

    def __iter__(self):
        return self

    def __next__(self):
        step = self._source.send(self._answer)
        self.steps.append(step)
        return step

    def answer(self, taken):
        self._answer = taken


class _Life:
    """The two sessions of a round: one works, one looks. The one that looks writes nothing to the log."""

    def __init__(self, service, facts):
        self.work = Session(service)
        self.oracle = Session(service)
        # Strict: else MySQL's CONVERT cuts off what it cannot convert.
        self.oracle.cursor.execute("SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES', sql_log_bin = 0")
        self._mariadb = facts.mariadb
        self._partial_images = any(image != "FULL" for image in facts.images)
        self.marks, self.databases, self.shapes, self.tables = [], [], {}, 0

    def take(self, step):
        if isinstance(step, Mark):
            return self._mark(step)
        sql = step.render()
        taken = self.work.take(sql.encode(step.encoding) if getattr(step, "encoding", "utf-8") != "utf-8" else sql)
        if taken and isinstance(step, Create):
            self.tables += 1
        elif taken and sql.startswith("CREATE DATABASE "):
            self.databases.append(sql.removeprefix("CREATE DATABASE ")[1:-1].replace("``", "`"))
        return taken

    def _mark(self, step):
        self.work.take("COMMIT")
        if step.image:
            self.work.cursor.execute(step.render())
        payload = step.image or self._snapshot(step.kind)
        self.marks.append((step.kind, payload))
        self.work.cursor.execute(f"INSERT INTO {table_name(*MARKS)} VALUES ({len(self.marks) - 1})")
        return True

    def _snapshot(self, kind):
        cursor = self.oracle.cursor
        if kind == "reload":
            self.shapes = snapshots.shapes(cursor, self.databases, self._mariadb)
            if self._partial_images:
                for shape in self.shapes.values():
                    shape.learn_defaults(cursor)
        return {title: (shape, shape.fetch(cursor)) for title, shape in self.shapes.items()}

    def close(self):
        self.work.close()
        self.oracle.close()


def shrunk(driver, result, seconds):
    """The SQL script of a failing round, made small within about so many seconds."""
    title, text = next(iter(result.problems.items()))
    kind, last = kind_of(text), [text]

    def fails(steps):
        try:
            problems = driver.replay(steps).problems
        except pymysql.MySQLError:
            return False  # without their neighbours the steps leave the session in a state that takes no mark
        same = [text for text in problems.values() if kind_of(text) == kind]
        last[:] = same[:1] or last
        return bool(same)

    steps = Shrinker(fails, seconds).shrink(result.steps, title and table_name(*title))
    return script(steps, result.seed, driver.facts.version, last[0])
