"""W8: the ordinary mix. 60 of 100 changes insert, 30 update and 10 delete, over ten tables, 1 to 20 rows a transaction."""

import random
from collections import Counter
from collections.abc import Iterator

from .orders import COLUMNS
from .workload import Filling, Workload, random_of, shares

NAMES = tuple(f"m{n}" for n in range(10))
MOST_ROWS = 20  # of a transaction


class Mix:
    """The statements of one session, which changes its own rows only: what comes out is the same whatever other sessions do."""

    def __init__(self, chance: random.Random, session: int, changes: Counter):
        self.chance, self.changes = chance, changes
        self.next = session << 40
        self.living: dict[str, list[int]] = {name: [] for name in NAMES}

    def transaction(self, most: int = MOST_ROWS) -> Iterator[str]:
        """Statements of 1 to `most` rows in one table each, between BEGIN and COMMIT."""
        left = self.chance.randint(1, most)
        yield "BEGIN"
        while left:
            table, count = self.chance.choice(NAMES), self.chance.randint(1, left)
            kind = self.chance.random()
            if kind >= 0.6 and len(self.living[table]) < count:
                continue  # nothing to change yet
            yield self.insert(table, count) if kind < 0.6 else self.update(table, count) if kind < 0.9 else self.delete(table, count)
            self.changes[table] += count
            left -= count
        yield "COMMIT"

    def insert(self, table: str, count: int) -> str:
        rows = []
        for _ in range(count):
            self.next += 1
            self.living[table].append(self.next)
            rows.append(f"({self.next}, {self.next % 100000}, '{self.chance.getrandbits(144):036x}', 'new', {self.chance.randrange(10**8) / 100}, "
                        f"'2026-01-01', '2026-01-01', {self.next % 100}, {self.chance.random()}, '{'the quick brown fox jumps ' * 4}')")
        return f"INSERT INTO {table} VALUES {', '.join(rows)}"

    def update(self, table: str, count: int) -> str:
        chosen = self.chance.sample(self.living[table], count)
        return (f"UPDATE {table} SET status = CONCAT('status ', {self.chance.randrange(10**6)}), amount = amount + 0.01 "
                f"WHERE id IN ({', '.join(map(str, chosen))})")

    def delete(self, table: str, count: int) -> str:
        living = self.living[table]
        chosen = []
        for _ in range(count):  # the last takes the place of the one that goes
            at = self.chance.randrange(len(living))
            living[at], living[-1] = living[-1], living[at]
            chosen.append(living.pop())
        return f"DELETE FROM {table} WHERE id IN ({', '.join(map(str, chosen))})"


def fill(rows: int, seed: int) -> Filling:
    changes: Counter = Counter()

    def session(number: int, count: int) -> Iterator[str]:
        own: Counter = Counter()
        mix = Mix(random_of(seed, number), number, own)
        while (left := count - own.total()) > 0:
            for statement in mix.transaction(min(left, MOST_ROWS)):
                yield statement + ";\n"
        changes.update(own)
    return Filling("", [session(number, count) for number, (_, count) in enumerate(shares(rows))], changes)


WORKLOADS = [Workload("mixed", ";\n".join(f"CREATE TABLE {name} {COLUMNS}" for name in NAMES), fill,
                      "tables:\n  - {include: 'bench.m?', topic: '%s.${table}'}\n", NAMES, key_bytes=12, topic_of_table="%s.{table}")]
