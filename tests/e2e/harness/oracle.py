"""What the plain format must say of a row, by the server's own SELECT (CONTRACT section 4).

The server does the reading: each column is asked for as text, as hexadecimal or as UTF-8 by itself; what is left here is
the notation. Everything is compared as text, so that no JSON reader can round a number or fold two notations."""

import base64
import json
import math
import struct
from collections import namedtuple

Column = namedtuple("Column", "name data_type charset")

_INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit")
_TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")
_BINARIES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_GEOMETRIES = ("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geomcollection", "geometrycollection")
_INET_BYTES = {"inet4": 4, "inet6": 16, "uuid": 16}


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def string(text):
    """Escapes what CONTRACT section 4 names and nothing else."""
    return json.dumps(text, ensure_ascii=False)


def number(value, single=False):
    """The shortest digits that read back the same, in the shorter of the two notations, as std::to_chars prints them."""
    digits = repr(value)
    if single:
        same = struct.pack("f", value)
        digits = next(d for d in (f"{value:.{n}e}" for n in range(9)) if struct.pack("f", float(d)) == same)
    sign = "-" if digits.startswith("-") else ""
    mantissa, _, exponent = digits.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    bare = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(bare)
    bare = bare.rstrip("0")
    if not bare:
        return sign + "0"
    power = point - 1
    scientific = bare[0] + ("." + bare[1:] if len(bare) > 1 else "") + f"e{'-' if power < 0 else '+'}{abs(power):02d}"
    if point <= 0:
        fixed = "0." + "0" * -point + bare
    elif point < len(bare):
        fixed = bare[:point] + "." + bare[point:]
    else:
        # All digits of the number itself, which are more than the shortest ones.
        fixed = str(int(float(digits) if not single else value)).lstrip("-")
    return sign + (fixed if len(fixed) <= len(scientific) else scientific)


def _base64(hexadecimal):
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


_WIDE = {"ucs2": ("big", 2), "utf16": ("big", 2), "utf16le": ("little", 2), "utf32": ("big", 4)}


def _question_marks(stored, charset):
    """How many question marks the bytes hold themselves; no other character of any of the character sets holds 0x3f."""
    order, width = _WIDE.get(charset, ("big", 1))
    return sum(int.from_bytes(stored[i : i + width], order) == 0x3F for i in range(0, len(stored), width))


def _text(hexadecimals, charset):
    """Converted and stored bytes. Of what is no text the server makes question marks, MySQL also NULL ("!"), MariaDB also
    bytes that are no UTF-8."""
    converted, stored = hexadecimals.split(":")
    stored = bytes.fromhex(stored)
    try:
        text = bytes.fromhex(converted).decode()
    except ValueError:
        text = None
    if text is None or text.count("?") and text.count("?") != _question_marks(stored, charset):
        return f'{{"base64":{string(_base64(stored.hex()))}}}'
    return string(text)


def _geometry(hexadecimal):
    stored = bytes.fromhex(hexadecimal)
    srid, wkb = int.from_bytes(stored[:4], "little"), base64.b64encode(stored[4:]).decode()
    return f'{{"srid":{srid},"wkb":"{wkb}"}}'


def _vector(hexadecimal):
    stored = bytes.fromhex(hexadecimal)
    values = [value for (value,) in struct.iter_unpack("<f", stored[: len(stored) // 4 * 4])]
    if len(stored) % 4 or not all(map(math.isfinite, values)):  # what ALTER TABLE makes of a VARBINARY
        return f'{{"base64":{string(_base64(hexadecimal))}}}'
    return "[" + ",".join(number(value, single=True) for value in values) + "]"


def _timestamp(text):
    return string(text if text.startswith("0000") else text.replace(" ", "T") + "Z")


def conversion(column, mariadb=False, named=True):
    """(SQL expression over {}, function from its text to JSON). `named`: the types that MariaDB logs as bytes are known by
    their names; a bare file does not tell them."""
    kind = column.data_type
    if kind in _INTEGERS:
        return "CAST({} + 0 AS CHAR)", str
    if kind == "decimal":
        return "CAST({} AS CHAR)", string
    if kind in ("float", "double") and mariadb:
        # By arithmetic, because the text of a column with a scale is rounded to it.
        return "CAST({} * 1e0 AS CHAR)", lambda text: number(float(text), single=kind == "float")
    if kind == "float":
        return "CAST(CAST({} AS DOUBLE) AS CHAR)", lambda text: number(float(text), single=True)
    if kind == "double":
        # As JSON, because CAST rounds to the column's scale or to 22 characters.
        return "IF({0} IS NULL, NULL, CAST(JSON_ARRAY({0}) AS CHAR))", lambda text: number(float(text[1:-1]))
    if kind in _TEXTS and column.charset != "binary":
        return "CONCAT(IFNULL(HEX(CONVERT({0} USING utf8mb4)), '!'), ':', HEX({0}))", lambda text: _text(text, column.charset)
    if kind in ("enum", "set"):  # MariaDB's labels may be of charset binary; a label is text all the same
        return "HEX({})", lambda text: _text(f"{text}:{text}", column.charset)
    if kind in _BINARIES or kind in _TEXTS:
        return "HEX({})", lambda text: string(_base64(text))
    if kind in ("date", "time", "datetime"):
        return "CAST({} AS CHAR)", string
    if kind == "timestamp":
        return "CAST({} AS CHAR)", _timestamp
    if kind == "json":
        return "HEX(CAST({} AS CHAR))", lambda text: bytes.fromhex(text).decode()
    if kind in _GEOMETRIES:
        return "HEX({})", _geometry
    if kind == "vector":
        return "HEX({})", _vector
    if kind in _INET_BYTES:
        if named:
            return "CAST({} AS CHAR)", string
        return f"HEX(CAST({{}} AS BINARY({_INET_BYTES[kind]})))", lambda text: string(_base64(text))
    raise AssertionError(f"the oracle knows no type {kind}")


def first_key(cursor, database, name):
    """The columns of the key that messages carry: the primary key's, else those of the first unique key over NOT NULL
    columns in the server's own order of keys; none where there is neither."""
    cursor.execute(f"SHOW INDEX FROM {quoted(database)}.{quoted(name)}")
    keys = {}
    for row in cursor.fetchall():
        index = dict(zip((column[0] for column in cursor.description), row))
        keys.setdefault(index["Key_name"], []).append(index)
    for name_, parts in keys.items():
        fit = all(p["Non_unique"] == 0 and p["Null"] != "YES" and p["Column_name"] and p["Sub_part"] is None for p in parts)
        if name_ == "PRIMARY" or fit:
            return [p["Column_name"] for p in sorted(parts, key=lambda p: int(p["Seq_in_index"]))]
    return []


class Table:
    """One table of a server: its columns, its key, and its rows as JSON. `connection` must be in UTC."""

    def __init__(self, connection, database, name):
        self._connection = connection
        self.database, self.name = database, name
        self.columns = [
            Column(*row)
            for row in self._query(
                "SELECT column_name, data_type, character_set_name FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
                (database, name),
            )
        ]
        with connection.cursor() as cursor:
            self.key = first_key(cursor, database, name)

    def _query(self, sql, arguments=None):
        with self._connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchall()

    def rows(self):
        """Every row as a Row, in no order: MySQL's sorting fails on the largest rows."""
        mariadb = "MariaDB" in self._connection.get_server_info()
        conversions = [conversion(column, mariadb) for column in self.columns]
        expressions = ", ".join(sql.format(quoted(c.name)) for (sql, _), c in zip(conversions, self.columns))
        source = f"{quoted(self.database)}.{quoted(self.name)}"
        return [
            Row(self, [None if text is None else to_json(text) for (_, to_json), text in zip(conversions, row)])
            for row in self._query(f"SELECT {expressions} FROM {source}")
        ]


class Row:
    """The JSON text of each column; None is SQL's NULL."""

    def __init__(self, table, values):
        self.table = table
        self.values = dict(zip((column.name for column in table.columns), values))

    def _object(self, names):
        return "{" + ",".join(f"{string(name)}:{self.values[name] or 'null'}" for name in names) + "}"

    @property
    def image(self):
        return self._object(self.values)

    @property
    def key(self):
        return self._object(self.table.key) if self.table.key else "null"

    @property
    def json_nulls(self):
        """The columns that hold JSON's null."""
        kinds = {column.name: column.data_type for column in self.table.columns}
        return [string(name) for name, text in self.values.items() if text == "null" and kinds[name] == "json"]


def tail(before, after):
    """The members of a message that tell of the row, from `key` to the closing brace."""
    whole = {"before": before, "after": after}
    images = ",".join(f'"{name}":{row.image if row else "null"}' for name, row in whole.items())
    nulls = ",".join(f'"{name}":[{",".join(row.json_nulls)}]' for name, row in whole.items() if row and row.json_nulls)
    return f'"key":{(after or before).key},{images}' + (f',"json_null":{{{nulls}}}' if nulls else "") + "}"
