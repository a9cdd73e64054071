"""What a work load is: tables, how their log is filled, and the rules by which RowFerry captures it."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SESSIONS = 4  # that fill; each writes its share of the rows in ascending order
SEED = 20261126


@dataclass
class Filling:
    """How so many rows are made: statements that come before the log begins, the statements of each session, all sessions
    at once, and how many rows change in each table (complete when the sessions have run)."""
    before: str
    sessions: list[Iterable[str]]
    changes: dict[str, int]


@dataclass(frozen=True)
class Workload:
    name: str
    table: str  # statements that create the tables in database `bench`
    fill: Callable[[int, int], Filling]  # of rows and a seed
    rules: str  # of the configuration; %s is the topic
    tables: tuple[str, ...]  # that are captured
    key_bytes: int = 12
    headers: int = 0
    checked: tuple[str, ...] = ()  # columns whose values bench/peers sums up on both sides
    rows: int = 300_000  # when not told otherwise
    data: str = ""  # the work load whose server is drained, where it is not its own
    topic_of_table: str = "%s"  # topic of a captured table: %s is the topic, {table} its name
    options: tuple[str, ...] = field(default=())  # of mysqld, beside those of every server

    @property
    def captured(self) -> str:
        """The table's name where it is one."""
        (name,) = self.tables
        return name

    def topics(self, topic: str) -> dict[str, list[str]]:
        """Captured tables by the topic that they go to."""
        found: dict[str, list[str]] = {}
        for table in self.tables:
            found.setdefault(self.topic_of_table.replace("{table}", table) % topic, []).append(table)
        return found


def shares(rows: int, parts: int = SESSIONS) -> list[tuple[int, int]]:
    """(first, count) of each session; the last takes what is left over."""
    share = rows // parts
    return [(n * share, share if n + 1 < parts else rows - n * share) for n in range(parts)]


def calls(body: str, table: str, sessions: int = SESSIONS, before: str = "") -> Callable[[int, int], Filling]:
    """Filling by a stored procedure `fill(first, count, seed)`: it writes the rows `first` to `first + count - 1`, the same ones
    for the same seed."""
    create = f"DELIMITER //\nCREATE PROCEDURE fill(IN first BIGINT, IN count BIGINT, IN seed BIGINT)\nBEGIN\n{body}\nEND //\nDELIMITER ;\n"

    def fill(rows: int, seed: int) -> Filling:
        return Filling(before + create, [[f"CALL fill({first}, {count}, {seed});\n"] for first, count in shares(rows, sessions)], {table: rows})
    return fill


def random_of(seed: int, session: int) -> random.Random:
    return random.Random(f"{seed}/{session}")


# Of a row of the procedures above, by its number: 36 characters, and a number of 32 bits.
def uuid(row: str) -> str:
    text = f"LEFT(SHA2(CONCAT(seed, '/', {row}), 224), 32)"
    for place in (21, 17, 13, 9):
        text = f"INSERT({text}, {place}, 0, '-')"
    return text


def number(row: str) -> str:
    return f"CRC32(CONCAT(seed, '/', {row}))"
