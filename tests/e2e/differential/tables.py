"""Random tables: columns, keys, partitions, engines."""

from dataclasses import dataclass, field

from . import kinds
from .sql import maybe, quoted, some, table_name
from .words import name as random_name


@dataclass
class Column:
    """`attributes` is what follows the type: nullability, default, visibility or the generating expression."""

    name: str
    kind: kinds.Kind
    attributes: str = ""
    generated: bool = False

    @property
    def sql(self):
        return f"{quoted(self.name)} {self.kind.sql}{self.attributes}"


@dataclass
class Table:
    """What the generator believes of a table: a statement that the server refuses may make it wrong, which costs only
    further refusals."""

    database: str
    name: str
    columns: list
    keys: list = field(default_factory=list)
    options: str = ""
    primary: list = field(default_factory=list)  # names of the key's columns
    unique: set = field(default_factory=set)  # of every unique key's: one of them may be what identifies a row
    used: int = 0  # for names of later columns

    @property
    def title(self):
        return table_name(self.database, self.name)

    @property
    def sql(self):
        return f"CREATE TABLE {self.title} ({', '.join([*(c.sql for c in self.columns), *self.keys])}){self.options}"

    def writable(self):
        return [c for c in self.columns if not c.generated]

    def column(self, name):
        return next((c for c in self.columns if c.name == name), None)

    def fresh_name(self, rng):
        self.used += 1
        return random_name(rng, self.used)


def _attributes(rng, server, kind):
    """Nullability, default, visibility."""
    text = " NOT NULL" if maybe(rng, 0.3) else " NULL"
    if kind.default is not None and maybe(rng, 0.4):
        text += f" DEFAULT {kind.default}"
    elif kind.family == "json" and maybe(rng, 0.2) and not server.mariadb:
        text += " DEFAULT (JSON_OBJECT('d', 1))"
    if maybe(rng, 0.05):
        text += " INVISIBLE"
    return text


def random_column(rng, server, name):
    kind = rng.choice(server.makers)(rng, server)
    return Column(name, kind, _attributes(rng, server, kind))


def _generated(rng, server, name, columns):
    source = rng.choice(columns)
    quoted_source = quoted(source.name)
    choices = [
        (f"({quoted_source} IS NULL)", "BOOL"),
        (f"(CRC32(HEX({quoted_source})))", "BIGINT UNSIGNED"),
        (f"(LEFT(HEX({quoted_source}), 20))", "VARCHAR(20) CHARACTER SET utf8mb4"),
        (f"(LENGTH({quoted_source}))", "INT"),
    ]
    if source.kind.family == "json" and not server.mariadb:
        choices += [
            (f"(JSON_EXTRACT({quoted_source}, '$.a'))", "JSON"),
            (f"(JSON_UNQUOTE(JSON_EXTRACT({quoted_source}, '$.nested')))", "LONGTEXT CHARACTER SET utf8mb4"),
            (f"(JSON_LENGTH({quoted_source}))", "SMALLINT"),
        ]
    if source.kind.family == "number":
        choices.append((f"({quoted_source} * 2.5)", "DECIMAL(60,20)" if server.decimal_scale < 30 else "DOUBLE"))
    expression, sql = rng.choice(choices)
    kind = kinds.Kind(sql, "generated", lambda r: "DEFAULT")
    # MariaDB does not compute VIRTUAL columns for the log: images hold what was left in the row's buffer.
    storage = rng.choice(["STORED"] if server.mariadb else ["VIRTUAL", "STORED"])
    return Column(name, kind, f" GENERATED ALWAYS AS {expression} {storage}", generated=True)


def _part(column, rng):
    return f"{quoted(column.name)}({rng.randint(1, 20)})" if column.kind.key == "prefix" else quoted(column.name)


def _order(rng):
    return rng.choice(["", "", " DESC"])


class _Maker:
    """Makes one table; each step adds to it."""

    def __init__(self, rng, server, database, number):
        self.rng, self.server = rng, server
        self.table = Table(database, random_name(rng, number), [])

    def make(self):
        rng = self.rng
        count = rng.choice([rng.randint(1, 6), rng.randint(1, 6), rng.randint(4, 14), rng.randint(4, 14), rng.randint(10, 30)])
        for _ in range(count):
            self.table.columns.append(random_column(rng, self.server, self.table.fresh_name(rng)))
        if maybe(rng, 0.02):
            self._widen()
        self._primary_key()
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            # The text of a TIMESTAMP depends on the session: what is generated from one is no fixed value.
            source = [c for c in self.table.columns if not c.generated and not c.kind.sql.startswith("TIMESTAMP")]
            if not source:
                break
            column = _generated(rng, self.server, self.table.fresh_name(rng), source)
            self.table.columns.insert(rng.randint(0, len(self.table.columns)), column)
        self._secondary_keys()
        self._options()
        return self.table

    def _widen(self):
        for _ in range(self.rng.choice([60, 250, 260, 400])):
            kind = kinds.integer(self.rng, self.server)
            self.table.columns.append(Column(self.table.fresh_name(self.rng), kind, " NULL"))

    def _key_columns(self, most):
        usable = [c for c in self.table.columns if c.kind.key and not c.generated]
        chosen = some(self.rng, usable, 1, most) if usable else []
        self.rng.shuffle(chosen)
        return chosen

    def _make_not_null(self, columns):
        for column in columns:
            column.attributes = column.attributes.replace(" NULL", " NOT NULL").replace(" NOT NOT", " NOT")

    def _primary_key(self):
        rng, table = self.rng, self.table
        style = rng.choice(["none", "auto", "auto", "auto", "one", "one", "several", "several", "unique", "counted"])
        if style in ("auto", "counted"):
            kind = rng.choice(["INT", "INT UNSIGNED", "BIGINT", "BIGINT UNSIGNED", "MEDIUMINT", "SMALLINT UNSIGNED"])
            literal = (lambda r: "NULL") if style == "auto" else (lambda r: str(r.randint(1, 32767)))
            column = Column(table.fresh_name(rng), kinds.Kind(kind, "number", literal, None, "whole", frozenset({"integer"})),
                            " NOT NULL" + (" AUTO_INCREMENT" if style == "auto" else ""))  # fmt: skip
            table.columns.insert(rng.choice([0, 0, rng.randint(0, len(table.columns))]), column)
            chosen = [column]
            if style == "counted" and maybe(rng, 0.3):
                chosen += self._key_columns(2)
        elif style == "none" or not (chosen := self._key_columns(1 if style == "one" else 3)):
            return
        chosen = list({c.name: c for c in chosen}.values())
        self._make_not_null(chosen)
        table.primary = [c.name for c in chosen]
        table.unique.update(table.primary)
        parts = ", ".join(_part(c, rng) + _order(rng) for c in chosen)
        # InnoDB of MySQL 9.7 cuts a column to the prefix that the primary key has of it when an UPDATE is rolled back.
        cut = not self.server.mariadb and any(c.kind.key == "prefix" for c in chosen)
        table.keys.append(f"UNIQUE KEY u ({parts})" if style == "unique" or cut else f"PRIMARY KEY ({parts})")

    def _secondary_keys(self):
        rng, table = self.rng, self.table
        for number in range(rng.choice([0, 0, 1, 2])):
            chosen = self._key_columns(2)
            if chosen:
                unique = "UNIQUE " if maybe(rng, 0.15) else ""
                if unique:
                    table.unique.update(c.name for c in chosen)
                table.keys.append(f"{unique}KEY k{number} ({', '.join(_part(c, rng) + _order(rng) for c in chosen)})")
        if self.server.mariadb:
            return
        numbers = [c for c in table.columns if c.kind.family == "number" and not c.generated]
        if numbers and maybe(rng, 0.1):
            table.keys.append(f"KEY f0 ((HEX({quoted(rng.choice(numbers).name)})))")
        documents = [c for c in table.columns if c.kind.family == "json" and not c.generated]
        if documents and maybe(rng, 0.1):
            table.keys.append(f"KEY f1 ((CAST({quoted(rng.choice(documents).name)}->'$.list' AS CHAR(60) ARRAY)))")

    def _options(self):
        rng, table = self.rng, self.table
        blobs = any("blob" in c.kind.traits for c in table.columns)
        # MySQL refuses to mix engines in a transaction; MariaDB does, and logs rows that a savepoint's rollback undoes.
        if maybe(rng, 0.03) and not self.server.mariadb:
            table.options = " ENGINE=MyISAM"
        elif maybe(rng, 0.05) and not blobs and not self.server.mariadb:
            table.options = " ENGINE=MEMORY"
        elif maybe(rng, 0.12) and not any(c.kind.family == "geometry" for c in table.columns):
            self._partition()
        elif maybe(rng, 0.1):
            table.options = f" ROW_FORMAT={rng.choice(['DYNAMIC', 'COMPACT', 'REDUNDANT'])}"

    def _partition(self):
        rng, table = self.rng, self.table
        table.keys = [key for key in table.keys if not key.startswith("UNIQUE KEY k")]
        integers = [c for c in table.columns if "integer" in c.kind.traits and not c.generated]
        if table.primary:
            integers = [c for c in integers if c.name in table.primary]
        if integers and maybe(rng, 0.7):
            by = quoted(rng.choice(integers).name)
            ranges = "PARTITION p0 VALUES LESS THAN (0), PARTITION p1 VALUES LESS THAN (100), PARTITION p2 VALUES LESS THAN MAXVALUE"
            table.options = rng.choice([f" PARTITION BY HASH ({by}) PARTITIONS {rng.randint(2, 4)}", f" PARTITION BY RANGE ({by}) ({ranges})"])
        elif table.primary:
            table.options = f" PARTITION BY KEY () PARTITIONS {rng.randint(2, 4)}"


def random_table(rng, server, database, number):
    return _Maker(rng, server, database, number).make()
