"""A round: some tables, their lives side by side in phases, as steps from a seed."""

import random

from . import ddl, statements
from .sql import maybe, quoted, text
from .steps import Create, Mark, Sql
from .tables import random_table
from .words import name as random_name

TAGS = ["", "", "", "tagged", "_x"]


class World:
    """The generator's belief of what there is, and the session's settings."""

    def __init__(self, seed, server, size):
        self.rng = random.Random(seed)
        self.server = server
        self.size = size
        self.tables = []
        self._numbers = 0
        self.databases = [random_name(self.rng, self.number(), longest=20)[:40].replace(" ", "_") + "r" for _ in range(2)]
        self.image = None

    def number(self):
        self._numbers += 1
        return self._numbers


class Size:
    """`rows`: about so many rows are written per table; `phases` of changes, with changes of the tables in between."""

    def __init__(self, tables, rows, phases):
        self.tables, self.rows, self.phases = tables, rows, phases


def steps(seed, server, size):
    """A generator of steps that must be sent whether the server took the last one."""
    world = World(seed, server, size)
    yield from _begin(world)
    for phase in range(size.phases):
        if phase:
            yield from _change_tables(world)
            yield Mark("reload")
        yield from _change_rows(world)
        yield Mark("compare")


def _begin(world):
    rng = world.rng
    for database in world.databases:
        yield Sql(f"CREATE DATABASE {quoted(database)}")
    for _ in range(world.size.tables):
        while True:
            table = random_table(rng, world.server, rng.choice(world.databases), world.number())
            if not world.server.mariadb:
                yield Sql(f"SET sql_generate_invisible_primary_key = {'ON' if maybe(rng, 0.3) else 'OFF'}")
            parts = (*(c.sql for c in table.columns), *table.keys)
            if (yield Create(f"CREATE TABLE {table.title}", (table.title,), parts=parts, options=table.options)):
                break
        world.tables.append(table)
    yield Mark("reload")


def _change_tables(world):
    rng = world.rng
    for table in rng.sample(world.tables, len(world.tables)):
        for _ in range(rng.choice([0, 1, 1, 2])):
            yield from rng.choice(ddl.CHANGES)(rng, world.server, table, world)


def _change_rows(world):
    rng, size = world.rng, world.size
    most = max(2, size.rows // (4 * size.phases))
    units = [lambda t=table: [statements.insert(rng, t, most, world.server, "INSERT IGNORE")] for table in world.tables for _ in range(2)]
    rng.shuffle(units)
    for number in range(len(world.tables) * 4):
        at = rng.randint(len(units) // 3, len(units)) if number else len(units)
        units.insert(at, lambda: _unit(world, most))
    for number, unit in enumerate(units):
        if number % 6 == 0:
            yield from _settings(world)
        for step in unit():
            yield step


def _unit(world, most):
    """What belongs together: a statement, or a transaction."""
    rng, server = world.rng, world.server
    tables = rng.sample(world.tables, min(len(world.tables), rng.choice([1, 1, 2, 3])))

    def change():
        return statements.any_change(rng, rng.choice(tables), server, most)

    draw = rng.random()
    if draw < 0.5:
        return [change()]
    if draw < 0.52:
        return _truncate(rng, tables[0])
    if draw < 0.55 and server.xa:
        xid = f"'{rng.randint(0, 10**9):x}'"
        return [Sql(f"XA START {xid}"), change(), change(), Sql(f"XA END {xid}"),
                *rng.choice([[Sql(f"XA PREPARE {xid}"), Sql(f"XA COMMIT {xid}")], [Sql(f"XA PREPARE {xid}"), Sql(f"XA ROLLBACK {xid}")],
                             [Sql(f"XA COMMIT {xid} ONE PHASE")]])]  # fmt: skip
    unit = [Sql("BEGIN"), change(), change()]
    if maybe(rng, 0.4):
        unit += [Sql("SAVEPOINT s"), change(), *([Sql("ROLLBACK TO s")] if maybe(rng, 0.6) else []), change()]
    unit += [change() for _ in range(rng.randint(0, 3))]
    return [*unit, Sql("ROLLBACK" if maybe(rng, 0.15) else "COMMIT")]


def _truncate(rng, table):
    """Also from a client that speaks latin1: the text in the log is then latin1."""
    sql = f"{rng.choice(['TRUNCATE', 'TRUNCATE TABLE', 'truncate /* x */ table'])} {table.title}"
    if maybe(rng, 0.5) and all(ord(c) < 127 or 160 <= ord(c) < 256 for c in sql):
        return [Sql("SET NAMES latin1"), Sql(sql, (table.title,), "latin-1"), Sql("SET NAMES utf8mb4")]
    return [Sql(sql, (table.title,))]


def _settings(world):
    """Session settings that change how rows are written; the image is told to the checker."""
    rng, server = world.rng, world.server
    values = {"time_zone": text(rng.choice(["+00:00", "SYSTEM", "-11:30", "+13:00"])), "timestamp": rng.choice(["DEFAULT", "DEFAULT", "1700000000.123456"])}
    image = rng.choice(server.images)
    values["sql_mode"] = rng.choice(["''", "''", "'ALLOW_INVALID_DATES'", "'STRICT_ALL_TABLES'", "'ANSI_QUOTES'", "'NO_AUTO_VALUE_ON_ZERO'"])
    if server.mariadb:
        values["binlog_annotate_row_events"] = rng.choice(["ON", "OFF"])
    else:
        values["binlog_transaction_compression"] = rng.choice(["ON", "OFF"])
        values["binlog_row_value_options"] = rng.choice(server.value_options)
        values["binlog_rows_query_log_events"] = rng.choice(["ON", "OFF", "OFF"])
        values["gtid_next"] = text(("AUTOMATIC:" + rng.choice(TAGS)).rstrip(":"))
    yield Sql("SET " + ", ".join(f"{name} = {value}" for name, value in values.items()))
    if image != world.image:
        world.image = image
        yield Mark("image", image)
