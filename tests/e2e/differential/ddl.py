"""Random changes of tables. Each yields one step, is told whether the server took it, and keeps the Table in step."""

from .sql import maybe, quoted, table_name
from .steps import Sql
from .tables import Column, random_column
from .words import name as random_name


def _place(rng, table):
    draw = rng.random()
    if draw < 0.5:
        return "", None
    if draw < 0.7:
        return " FIRST", 0
    column = rng.choice(table.columns)
    return f" AFTER {quoted(column.name)}", column


def _put(table, column, place):
    if place is None:
        table.columns.append(column)
    elif place == 0:
        table.columns.insert(0, column)
    else:
        at = next((i for i, c in enumerate(table.columns) if c is place), len(table.columns) - 1)
        table.columns.insert(at + 1, column)


def _alter(table, change):
    return Sql(f"ALTER TABLE {table.title} {change}", (table.title,))


def add_column(rng, server, table, _):
    column = random_column(rng, server, table.fresh_name(rng))
    clause, place = _place(rng, table)
    if (yield _alter(table, f"ADD COLUMN {column.sql}{clause}")):
        _put(table, column, place)


def drop_column(rng, _server, table, _):
    column = rng.choice(table.columns)
    if len(table.columns) > 1 and (yield _alter(table, f"DROP COLUMN {quoted(column.name)}")):
        table.columns.remove(column)
        table.primary = [name for name in table.primary if name != column.name]


def _free(table):
    return [c for c in table.columns if not c.generated and c.name not in table.primary]


def modify_column(rng, server, table, _):
    """Another type for the same name, mostly refused or clipped by the server; and another place."""
    if not _free(table):
        return
    old = rng.choice(_free(table))
    new = random_column(rng, server, old.name) if maybe(rng, 0.6) else Column(old.name, old.kind, old.attributes)
    if new.kind.sql.startswith("TIMESTAMP") and any(c.generated for c in table.columns):
        return  # what is generated from one depends on the session
    clause, place = _place(rng, table)
    if place is old:
        clause, place = " FIRST", 0
    if (yield _alter(table, f"MODIFY COLUMN {new.sql}{clause}")):
        at = table.columns.index(old)
        table.columns.remove(old)
        if clause:
            _put(table, new, place)
        else:
            table.columns.insert(at, new)


def rename_column(rng, server, table, _):
    column = rng.choice(table.columns)
    new = table.fresh_name(rng)
    if (yield _alter(table, f"RENAME COLUMN {quoted(column.name)} TO {quoted(new)}")):
        table.primary = [new if name == column.name else name for name in table.primary]
        table.unique.add(new)
        column.name = new


def drop_key(rng, _server, table, _):
    if (yield _alter(table, rng.choice(["DROP PRIMARY KEY", "DROP KEY u"]))):
        table.primary = []


def add_key(rng, _server, table, _):
    usable = [c for c in table.columns if c.kind.key == "whole" and not c.generated]
    if usable and not table.primary:
        column = rng.choice(usable)
        kind = rng.choice(["PRIMARY KEY", "UNIQUE KEY u"])
        if not (yield _alter(table, f"ADD {kind} ({quoted(column.name)})")):
            return
        table.unique.add(column.name)
        if kind == "PRIMARY KEY":
            column.attributes = column.attributes.replace(" NULL", " NOT NULL").replace(" NOT NOT", " NOT")
            table.primary = [column.name]


def other_shape(rng, server, table, _):
    """Changes that leave the columns as they are."""
    charset, collation = server.charsets.any(rng)
    # MySQL leaves the bytes of labels as they are: what they mean is then anybody's guess.
    labels = any(c.kind.family == "label" for c in table.columns)
    yield _alter(table, rng.choice([
        "COMMENT 'y'" if labels else f"CONVERT TO CHARACTER SET {charset} COLLATE {collation}", "FORCE", "ENGINE=InnoDB", "ENGINE=InnoDB" if server.mariadb else "ENGINE=MyISAM", "COMMENT 'x'",
        "PARTITION BY KEY () PARTITIONS 3", "REMOVE PARTITIONING", "ROW_FORMAT=DYNAMIC", "TRUNCATE PARTITION p0", "DROP PARTITION p1",
    ]))  # fmt: skip


def rename_table(rng, server, table, world):
    new = random_name(rng, world.number())
    database = rng.choice(world.databases)
    title = table_name(database, new)
    sql = rng.choice([f"RENAME TABLE {table.title} TO {title}", f"ALTER TABLE {table.title} RENAME TO {title}"])
    if (yield Sql(sql, (table.title, title))):
        table.database, table.name = database, new


def swap_tables(rng, server, table, world):
    other = rng.choice(world.tables)
    if other is table:
        return
    between = table_name(table.database, random_name(rng, world.number()))
    sql = f"RENAME TABLE {table.title} TO {between}, {other.title} TO {table.title}, {between} TO {other.title}"
    if (yield Sql(sql, (table.title, other.title))):
        table.database, table.name, other.database, other.name = other.database, other.name, table.database, table.name


def copy_table(rng, server, table, world):
    """CREATE TABLE … SELECT writes rows; … LIKE does not."""
    title = table_name(rng.choice(world.databases), random_name(rng, world.number()))
    select = rng.choice([f" SELECT * FROM {table.title}", f" LIKE {table.title}", f" AS SELECT * FROM {table.title} LIMIT 3"])
    yield Sql(f"CREATE TABLE {title}{select}", (title, table.title))


CHANGES = [*[add_column] * 5, *[drop_column] * 3, *[modify_column] * 5, *[rename_column] * 2, drop_key, add_key, *[other_shape] * 3,
           *[rename_table] * 2, swap_tables, copy_table]  # fmt: skip
