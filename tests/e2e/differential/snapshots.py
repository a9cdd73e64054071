"""What the server itself says of its tables: shapes, defaults, and every column of every row as JSON text."""

from collections import namedtuple
from dataclasses import dataclass, field

import pymysql

from harness.oracle import conversion, first_key, string

from .sql import quoted, table_name

JSON_NULL = "null "  # JSON's null, told apart from SQL's by a blank that no other text has
UNKNOWN = "?"  # a value that the log does not tell; no JSON text


# `varies`: what it gets when an INSERT does not name it is no constant.
Column = namedtuple("Column", "name data_type charset varies computed", defaults=(False,))


@dataclass
class Shape:
    """A table's columns and the key that messages carry. `defaults` are texts, UNKNOWN where they are no constants."""

    title: tuple
    columns: list
    key: list
    mariadb: bool = False
    names: list = field(init=False)
    prefixes: list = field(init=False)
    defaults: list = None

    def __post_init__(self):
        self.names = [column.name for column in self.columns]
        self.prefixes = [f"{'{' if i == 0 else ','}{string(name)}:" for i, name in enumerate(self.names)]
        self.index = {name: i for i, name in enumerate(self.names)}
        # From 11.x on MariaDB leaves generated columns out of the images of updates and deletes, whatever the row image.
        self.optional = {i for i, column in enumerate(self.columns) if self.mariadb and column.computed}
        # MariaDB's SELECT does not show the sign of a zero.
        self.unsigned_zeros = [i for i, c in enumerate(self.columns) if self.mariadb and c.data_type in ("float", "double")]
        self.key_indexes = [self.index[name] for name in self.key]
        self._key_prefixes = [f"{'{' if i == 0 else ','}{string(name)}:" for i, name in enumerate(self.key)]
        self._json = [i for i, column in enumerate(self.columns) if column.data_type == "json"]
        conversions = [conversion(column, self.mariadb, named=False) for column in self.columns]
        self._select = ", ".join(sql.format(quoted(name)) for (sql, _), name in zip(conversions, self.names))
        self._to_json = [function for _, function in conversions]

    def key_of(self, values):
        """The text of `key` for a row, or None where the table has no key."""
        if not self.key:
            return None
        return "".join(p + values[i] for p, i in zip(self._key_prefixes, self.key_indexes)) + "}"

    def fetch(self, cursor, title=None):
        """Every row as a list of texts."""
        cursor.execute(f"SELECT {self._select} FROM {title or table_name(*self.title)}")
        columns = list(zip(*cursor.fetchall())) or [() for _ in self.columns]
        texts = [["null" if v is None else f(v) for v in column] for f, column in zip(self._to_json, columns)]
        for i in self._json:
            texts[i] = [JSON_NULL if new == "null" and old is not None else new for new, old in zip(texts[i], columns[i])]
        return [list(row) for row in zip(*texts)]

    def learn_defaults(self, cursor):
        """By an empty copy of the table that takes a row without values; nothing of this is logged."""
        self.defaults = [UNKNOWN] * len(self.columns)
        copy = f"{quoted(self.title[0])}.`differential copy`"
        try:
            cursor.execute(f"CREATE TEMPORARY TABLE {copy} LIKE {table_name(*self.title)}")
            cursor.execute(f"INSERT IGNORE INTO {copy} () VALUES ()")
            rows = self.fetch(cursor, copy)
        except pymysql.MySQLError:
            rows = []  # partitioned tables have no such copies, some types no default
        cursor.execute(f"DROP TEMPORARY TABLE IF EXISTS {copy}")
        if rows:
            self.defaults = [UNKNOWN if c.varies else value for c, value in zip(self.columns, rows[0])]


def shapes(cursor, databases, mariadb=False):
    """{(database, table): Shape} of all tables there are."""
    marks = ", ".join(["%s"] * len(databases))
    cursor.execute(
        "SELECT c.table_schema, c.table_name, c.column_name, c.data_type, c.character_set_name, c.extra, c.column_default"
        " FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)"
        f" WHERE t.table_type <> 'VIEW' AND c.table_schema IN ({marks}) ORDER BY c.table_schema, c.table_name, c.ordinal_position",
        databases,
    )
    tables = {}
    for database, table, name, data_type, charset, extra, default in cursor.fetchall():
        moving = f"{extra} {default}".lower()
        varies = any(word in moving for word in ("auto_increment", "generated", "current_timestamp"))
        computed = "generated" in f"{extra}".lower().replace("default_generated", "")
        tables.setdefault((database, table), []).append(Column(name, data_type, charset, varies, computed))
    return {title: Shape(title, columns, first_key(cursor, *title), mariadb) for title, columns in tables.items()}
