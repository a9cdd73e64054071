"""Steps of a round: statements that can be made smaller, and marks for the checker."""

from dataclasses import dataclass, field, replace
from typing import Optional

from .sql import quoted


@dataclass(frozen=True)
class Sql:
    """Any statement; `tables` are the titles it names. `encoding` is the session's at that moment."""

    sql: str
    tables: tuple = ()
    encoding: str = "utf-8"

    def render(self):
        return self.sql

    def smaller(self):
        return iter(())


@dataclass(frozen=True)
class Create(Sql):
    """CREATE TABLE from parts, so that columns can go. `parts`: columns and keys."""

    parts: tuple = ()
    options: str = ""

    def render(self):
        return f"{self.sql} ({', '.join(self.parts)}){self.options}"

    def smaller(self):
        if self.options:
            yield replace(self, options="")
        for i in range(len(self.parts)):
            if len(self.parts) > 1:
                yield replace(self, parts=self.parts[:i] + self.parts[i + 1 :])


@dataclass(frozen=True)
class Insert:
    """INSERT or REPLACE; `rows` hold literals for `columns`; `changes` follow ON DUPLICATE KEY UPDATE."""

    verb: str
    table: str
    columns: tuple
    rows: tuple
    changes: tuple = ()

    @property
    def tables(self):
        return (self.table,)

    def render(self):
        values = ", ".join(f"({', '.join(row)})" for row in self.rows)
        changes = ", ".join(f"{quoted(name)} = {value}" for name, value in self.changes)
        tail = f" ON DUPLICATE KEY UPDATE {changes}" if changes else ""
        return f"{self.verb} INTO {self.table} ({', '.join(map(quoted, self.columns))}) VALUES {values}{tail}"

    def smaller(self):
        count = len(self.rows)
        if count > 1:
            yield replace(self, rows=self.rows[: count // 2])
            yield replace(self, rows=self.rows[count // 2 :])
        for i in range(len(self.columns)):
            yield replace(
                self,
                columns=self.columns[:i] + self.columns[i + 1 :],
                rows=tuple(row[:i] + row[i + 1 :] for row in self.rows),
            )
        for i in range(len(self.changes)):
            yield replace(self, changes=self.changes[:i] + self.changes[i + 1 :])


@dataclass(frozen=True)
class Update:
    table: str
    changes: tuple
    where: str = ""

    @property
    def tables(self):
        return (self.table,)

    def render(self):
        return f"UPDATE {self.table} SET {', '.join(f'{quoted(name)} = {value}' for name, value in self.changes)}{self.where}"

    def smaller(self):
        if self.where:
            yield replace(self, where="")
        if len(self.changes) > 1:
            for i in range(len(self.changes)):
                yield replace(self, changes=self.changes[:i] + self.changes[i + 1 :])


@dataclass(frozen=True)
class Mark:
    """For the checker: `compare` the model with the tables, `reload` it from them, or rows have another `image` from now on."""

    kind: str
    image: Optional[str] = None
    tables: tuple = field(default=())

    def render(self):
        return f"SET binlog_row_image = {self.image}"

    def smaller(self):
        return iter(())
