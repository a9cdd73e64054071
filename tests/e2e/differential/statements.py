"""Random changes of rows."""

from . import json_values
from .sql import maybe, quoted, some, text
from .steps import Insert, Sql, Update
from .words import words


def insert(rng, table, most, server, verb=None):
    verb = verb or rng.choice(["INSERT IGNORE", "INSERT IGNORE", "INSERT IGNORE", "INSERT", "REPLACE", "UPSERT"])
    columns = table.writable()
    # MariaDB's REPLACE resets the columns that it does not name, and leaves them out of a MINIMAL image.
    if maybe(rng, 0.3) and not (server.mariadb and verb == "REPLACE"):
        columns = some(rng, columns)
    # A MINIMAL image has only the columns named: without the key's own RowFerry stops, as it must.
    keyed = [c for c in table.writable() if c.name in table.unique and c not in columns]
    columns = keyed + columns
    count = rng.choice([1, 1, rng.randint(1, most), most])
    nullable = [maybe(rng, 0.8) and " NOT NULL" not in c.attributes for c in columns]

    def value(column, may_be_null):
        draw = rng.random()
        if may_be_null and draw < 0.12:
            return "NULL"
        return "DEFAULT" if draw > 0.97 else column.kind.literal(rng)

    rows = tuple(tuple(value(c, n) for c, n in zip(columns, nullable)) for _ in range(count))
    if verb == "UPSERT":
        return Insert("INSERT", table.title, tuple(c.name for c in columns), rows, _changes(rng, table, None))
    return Insert(verb, table.title, tuple(c.name for c in columns), rows)


def _default(rng, column):
    """In an UPDATE. MySQL 9.7 copies a byte too many for BIT(17) and its kin in MyISAM, into the next column, and logs nothing of it."""
    return column.kind.literal(rng) if column.kind.sql.startswith("BIT(") else "DEFAULT"


def _expression(rng, column, table, server):
    name = quoted(column.name)
    family = column.kind.family
    if family == "json" and server and maybe(rng, 0.75):
        return json_values.change(rng, name, server)
    draw = rng.random()
    if draw < 0.55:
        return column.kind.literal(rng)
    if draw < 0.65:
        return "NULL" if " NOT NULL" not in column.attributes else _default(rng, column)
    if draw < 0.7:
        return _default(rng, column)
    if draw < 0.8:
        same = [c for c in table.columns if c.kind.family == family and not c.generated]
        return quoted(rng.choice(same).name)
    if family == "number":
        return rng.choice([f"{name} + 1", f"-{name}", f"{name} * 2", f"{name} DIV 3"])
    if family == "text":
        return rng.choice([f"CONCAT({name}, {text(words(rng, 3))})", f"REVERSE({name})", f"UPPER({name})", f"LOWER({name})", f"CONCAT({name}, ' ')"])
    if family == "binary":
        return rng.choice([f"CONCAT({name}, x'00')", f"LEFT({name}, 1)", f"CONCAT(x'ff', {name})"])
    return column.kind.literal(rng)


def _changes(rng, table, server):
    writable = table.writable()
    changeable = [c for c in writable if c.name not in table.primary]
    columns = some(rng, changeable, 1, 5) if changeable else []
    if not columns or maybe(rng, 0.1):
        columns = columns + [c for c in writable if c.name in table.primary and "AUTO_INCREMENT" not in c.attributes][:1]
    return tuple((c.name, _expression(rng, c, table, server)) for c in columns or writable[:1])


def _where(rng, table):
    """Some of the rows, the same ones for the same seed and server."""
    column = rng.choice(table.columns)
    name = quoted(column.name)
    condition = rng.choice([
        f"RAND({rng.randint(0, 999)}) < {rng.choice([0.1, 0.3, 0.7])}", f"RAND({rng.randint(0, 999)}) < {rng.choice([0.1, 0.3, 0.7])}",
        f"{name} IS NULL", f"{name} IS NOT NULL", f"CRC32(HEX({name})) % 3 = {rng.randint(0, 2)}",
        f"LENGTH({name}) > {rng.randint(0, 9)}", "TRUE",
    ])  # fmt: skip
    return f" WHERE {condition}" + (f" LIMIT {rng.randint(1, 20)}" if maybe(rng, 0.4) else "")


def update(rng, table, server):
    if table.primary and maybe(rng, 0.1):
        integers = [c for c in table.writable() if c.name in table.primary and "integer" in c.kind.traits]
        if integers:  # every row gets another key, in an order that meets no other
            name = integers[0].name
            return Update(table.title, ((name, f"{quoted(name)} + {rng.randint(1, 3)}"),), f" ORDER BY {quoted(name)} DESC")
    return Update(table.title, _changes(rng, table, server), _where(rng, table))


def delete(rng, table):
    where = _where(rng, table)
    return Sql(f"DELETE FROM {table.title}{where if maybe(rng, 0.9) else ''}", (table.title,))


def doubled(rng, table, server):
    """The table's own rows once more, where the key allows it."""
    names = ", ".join(quoted(c.name) for c in table.writable() if "AUTO_INCREMENT" not in c.attributes)
    if not names:
        return insert(rng, table, 5, server)
    return Sql(f"INSERT IGNORE INTO {table.title} ({names}) SELECT {names} FROM {table.title} LIMIT {rng.randint(1, 40)}", (table.title,))


def any_change(rng, table, server, most):
    draw = rng.random()
    if draw < 0.34:
        return insert(rng, table, most, server)
    if draw < 0.4:
        return doubled(rng, table, server)
    if draw < 0.88:
        return update(rng, table, server)
    return delete(rng, table)
