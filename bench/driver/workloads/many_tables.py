"""W7: a thousand tables in turn of which few are captured. And servers with many tables, for starts and for memory."""

from dataclasses import replace

from .orders import COLUMNS, values
from .workload import Filling, Workload, calls

COUNT = 1_000
NAMES = [f"t{n:03}" for n in range(COUNT)]


def fill(rows: int, seed: int) -> Filling:
    """One-row transactions, each in the next table; whole rounds over all tables."""
    body = ("  DECLARE i BIGINT DEFAULT first;\n  WHILE i < first + count DO\n"
            + "".join(f"    INSERT INTO {name} VALUES ({values('i')});\n" for name in NAMES) + "    SET i = i + 1;\n  END WHILE;")
    rounds = rows // COUNT
    filling = calls(body, "")(rounds, seed)
    filling.changes = dict.fromkeys(NAMES, rounds)
    return filling


def create(names: list[str]) -> str:
    return ";\n".join(f"CREATE TABLE {name} {COLUMNS}" for name in names)


# 4 sessions have a thousand tables open each.
OPTIONS = ("--table-open-cache=12000", "--table-definition-cache=12000", "--innodb-file-per-table=OFF")
THOUSAND = Workload("thousand", create(NAMES), fill, "tables:\n  - {include: bench.t000, topic: '%s'}\n", ("t000",), key_bytes=9, rows=500_000,
                    options=OPTIONS)
WORKLOADS = [THOUSAND, replace(THOUSAND, name="thousand-10", rules="tables:\n  - {include: 'bench.t0??', topic: '%s'}\n",
                               tables=tuple(NAMES[:COUNT // 10]), data="thousand")]


def tables(count: int) -> Workload:
    """A server with so many tables, `n000000` and on. Its rows go into one table after the other, a transaction each."""
    names = [f"n{n:06}" for n in range(count)]

    def fill(rows: int, seed: int) -> Filling:
        row = f"1, '{seed:036}', 'shipped', 12345.67, '2026-01-01', '2026-01-01', 1, 0.5, 'the quick brown fox'"
        inserts = (f"INSERT INTO {names[n % count]} VALUES ({n + 1}, {row});\n" for n in range(rows))
        return Filling("", [inserts] if rows else [], {name: rows // count + (n < rows % count) for n, name in enumerate(names)})
    return Workload(f"tables-{count}", create(names), fill, "tables:\n  - {include: 'bench.n*', topic: '%s'}\n", tuple(names), key_bytes=8,
                    rows=max(3 * count, 10_000), options=OPTIONS)
